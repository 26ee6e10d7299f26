// SPDX-License-Identifier: Apache-2.0

/// Tells where share groups begin.
///
/// DescribeShareGroupOffsets (key 90), versions 0 to 1, flexible from 0; KIP-932.
public struct DescribeShareGroupOffsetsRequest: RequestMessage {
    public typealias Response = DescribeShareGroupOffsetsResponse
    public static var apiKey: APIKey { .describeShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var groups: [Group] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&groups)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A share group, and which topics are wanted; nil for all.
    public struct Group: WireStructure {
        public var groupID: String = ""
        public var topics: [Topic]? = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&groupID)
            try wire.nullableArray(&topics)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and which of its partitions are wanted.
    public struct Topic: WireStructure {
        public var topicName: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeShareGroupOffsetsRequest`.
///
/// Version 1 adds `lag`.
public struct DescribeShareGroupOffsetsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var groups: [Group] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What is known of one group.
    public struct Group: WireStructure {
        public var groupID: String = ""
        public var topics: [Topic] = []
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&groupID)
            try wire.array(&topics)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic of the answer.
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

    /// Where one partition begins for the group, and how much is still to be done.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var startOffset: Int64 = 0
        public var leaderEpoch: Int32 = 0
        public var lag: Int64 = -1
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&startOffset)
            try wire.int32(&leaderEpoch)
            try wire.int64(&lag, since: 1, ignorable: true)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
