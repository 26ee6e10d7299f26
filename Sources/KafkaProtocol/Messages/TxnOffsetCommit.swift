// SPDX-License-Identifier: Apache-2.0

/// Stores how far a group has read, within a transaction.
///
/// TxnOffsetCommit (key 28), versions 0 to 6, flexible from 3; KIP-98, KIP-447, KIP-890.
///
/// Version 2 adds `committedLeaderEpoch`; version 3 adds `generationIDOrMemberEpoch`, `memberID`,
/// `groupInstanceID`; version 6 adds `topicID` and drops `name`.
public struct TxnOffsetCommitRequest: RequestMessage {
    public typealias Response = TxnOffsetCommitResponse
    public static var apiKey: APIKey { .txnOffsetCommit }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 3 }

    public var transactionalID: String = ""
    public var groupID: String = ""
    public var producerID: Int64 = 0
    public var producerEpoch: Int16 = 0
    public var generationIDOrMemberEpoch: Int32 = -1
    public var memberID: String = ""
    public var groupInstanceID: String? = nil
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.string(&groupID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.int32(&generationIDOrMemberEpoch, since: 3, default: -1)
        try wire.string(&memberID, since: 3)
        try wire.nullableString(&groupInstanceID, since: 3)
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
            try wire.string(&name, until: 5, ignorable: true)
            try wire.uuid(&topicID, since: 6, ignorable: true)
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
            try wire.int32(&committedLeaderEpoch, since: 2, ignorable: true)
            try wire.nullableString(&committedMetadata)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `TxnOffsetCommitRequest`.
///
/// Version 6 adds `topicID` and drops `name`.
public struct TxnOffsetCommitResponse: ThrottledResponse {
    public static var apiKey: APIKey { .txnOffsetCommit }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 3 }

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
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 5, ignorable: true)
            try wire.uuid(&topicID, since: 6, ignorable: true)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether the offset of one partition has become part of the transaction.
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
