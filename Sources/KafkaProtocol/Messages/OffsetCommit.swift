// SPDX-License-Identifier: Apache-2.0

/// Stores how far a group has read.
///
/// OffsetCommit (key 8), versions 2 to 10, flexible from 8; KIP-62, KIP-211, KIP-345, KIP-848.
///
/// Version 5 drops `retentionTimeMs`; version 6 adds `committedLeaderEpoch`; version 7 adds `groupInstanceID`;
/// version 10 adds `topicID` and drops `name`.
public struct OffsetCommitRequest: RequestMessage {
    public typealias Response = OffsetCommitResponse
    public static var apiKey: APIKey { .offsetCommit }
    public static var versions: ClosedRange<Int16> { 2...10 }
    public static var flexibleSince: Int16? { 8 }

    public var groupID: String = ""
    public var generationIDOrMemberEpoch: Int32 = -1
    public var memberID: String = ""
    public var groupInstanceID: String? = nil
    public var retentionTimeMs: Int64 = -1
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&generationIDOrMemberEpoch)
        try wire.string(&memberID)
        try wire.nullableString(&groupInstanceID, since: 7)
        try wire.int64(&retentionTimeMs, until: 4, ignorable: true)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and where its partitions have been read to.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 9, ignorable: true)
            try wire.uuid(&topicID, since: 10, ignorable: true)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The offset of the next record to read, with what the client notes beside it.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var committedOffset: Int64 = 0
        public var committedLeaderEpoch: Int32 = -1
        public var committedMetadata: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&committedOffset)
            try wire.int32(&committedLeaderEpoch, since: 6, ignorable: true)
            try wire.nullableString(&committedMetadata)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `OffsetCommitRequest`.
///
/// Version 3 adds `throttleTimeMs`; version 10 adds `topicID` and drops `name`.
public struct OffsetCommitResponse: ThrottledResponse {
    public static var apiKey: APIKey { .offsetCommit }
    public static var versions: ClosedRange<Int16> { 2...10 }
    public static var flexibleSince: Int16? { 8 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 3, ignorable: true)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 9, ignorable: true)
            try wire.uuid(&topicID, since: 10, ignorable: true)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether the offset of one partition has been stored.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
