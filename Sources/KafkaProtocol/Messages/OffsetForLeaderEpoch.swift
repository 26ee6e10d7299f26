// SPDX-License-Identifier: Apache-2.0

/// Tells where a leader's epoch ends.
///
/// OffsetForLeaderEpoch (key 23), versions 2 to 4, flexible from 4; KIP-101, KIP-279, KIP-320.
///
/// Version 3 adds `replicaID`.
public struct OffsetForLeaderEpochRequest: RequestMessage {
    public typealias Response = OffsetForLeaderEpochResponse
    public static var apiKey: APIKey { .offsetForLeaderEpoch }
    public static var versions: ClosedRange<Int16> { 2...4 }
    public static var flexibleSince: Int16? { 4 }

    public var replicaID: Int32 = -2
    public var topics: [OffsetForLeaderTopic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&replicaID, since: 3, ignorable: true)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are wanted.
    public struct OffsetForLeaderTopic: WireStructure {
        public var topic: String = ""
        public var partitions: [OffsetForLeaderPartition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A leader epoch of which the end is wanted.
    public struct OffsetForLeaderPartition: WireStructure {
        public var partition: Int32 = 0
        public var currentLeaderEpoch: Int32 = -1
        public var leaderEpoch: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.int32(&currentLeaderEpoch)
            try wire.int32(&leaderEpoch)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `OffsetForLeaderEpochRequest`.
public struct OffsetForLeaderEpochResponse: ThrottledResponse {
    public static var apiKey: APIKey { .offsetForLeaderEpoch }
    public static var versions: ClosedRange<Int16> { 2...4 }
    public static var flexibleSince: Int16? { 4 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [OffsetForLeaderTopicResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct OffsetForLeaderTopicResult: WireStructure {
        public var topic: String = ""
        public var partitions: [EpochEndOffset] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where an epoch ends in one partition.
    public struct EpochEndOffset: WireStructure {
        public var errorCode: ErrorCode = .none
        public var partition: Int32 = 0
        public var leaderEpoch: Int32 = -1
        public var endOffset: Int64 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.int32(&partition)
            try wire.int32(&leaderEpoch)
            try wire.int64(&endOffset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
