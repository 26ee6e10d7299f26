// SPDX-License-Identifier: Apache-2.0

/// Lets partitions begin later.
///
/// DeleteRecords (key 21), versions 0 to 2, flexible from 2; KIP-107.
public struct DeleteRecordsRequest: RequestMessage {
    public typealias Response = DeleteRecordsResponse
    public static var apiKey: APIKey { .deleteRecords }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var topics: [Topic] = []
    public var timeoutMs: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.int32(&timeoutMs)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and where its partitions are to begin.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The offset before which records are deleted; -1 for all that consumers can see.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var offset: Int64 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&offset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DeleteRecordsRequest`.
public struct DeleteRecordsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .deleteRecords }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where one partition begins now.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var lowWatermark: Int64 = 0
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&lowWatermark)
            try wire.errorCode(&errorCode)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
