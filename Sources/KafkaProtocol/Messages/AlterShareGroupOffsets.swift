// SPDX-License-Identifier: Apache-2.0

/// Changes where share groups begin.
///
/// AlterShareGroupOffsets (key 91), versions 0, flexible from 0; KIP-932.
public struct AlterShareGroupOffsetsRequest: RequestMessage {
    public typealias Response = AlterShareGroupOffsetsResponse
    public static var apiKey: APIKey { .alterShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String = ""
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and where its partitions are to begin.
    public struct Topic: WireStructure {
        public var topicName: String = ""
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where the share group is to begin in one partition.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var startOffset: Int64 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&startOffset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AlterShareGroupOffsetsRequest`.
public struct AlterShareGroupOffsetsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .alterShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var responses: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&responses)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer, which may be refused as a whole.
    public struct Topic: WireStructure {
        public var topicName: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether one partition has its new offset.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
