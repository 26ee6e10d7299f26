// SPDX-License-Identifier: Apache-2.0

/// Reads record batches from partitions, or waits for them.
///
/// Fetch (key 1), versions 4 to 18, flexible from 12; KIP-74, KIP-98, KIP-227, KIP-320, KIP-392, KIP-516, KIP-903, KIP-951.
///
/// Version 5 adds `logStartOffset`; version 7 adds `sessionID`, `sessionEpoch`, `forgottenTopicsData`; version 9
/// adds `currentLeaderEpoch`; version 11 adds `rackID`; version 12 adds `clusterID`, `lastFetchedEpoch`; version 13
/// adds `topicID` and drops `topic`; version 15 adds `replicaState` and drops `replicaID`; version 17 adds
/// `replicaDirectoryID`; version 18 adds `highWatermark`.
public struct FetchRequest: RequestMessage {
    public typealias Response = FetchResponse
    public static var apiKey: APIKey { .fetch }
    public static var versions: ClosedRange<Int16> { 4...18 }
    public static var flexibleSince: Int16? { 12 }

    public var clusterID: String? = nil
    public var replicaID: Int32 = -1
    public var replicaState = ReplicaState()
    public var maxWaitMs: Int32 = 0
    public var minBytes: Int32 = 0
    public var maxBytes: Int32 = .max
    public var isolationLevel: Int8 = 0
    public var sessionID: Int32 = 0
    public var sessionEpoch: Int32 = -1
    public var topics: [Topic] = []
    public var forgottenTopicsData: [ForgottenTopic] = []
    public var rackID: String = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&replicaID, until: 14, default: -1)
        try wire.int32(&maxWaitMs)
        try wire.int32(&minBytes)
        try wire.int32(&maxBytes)
        try wire.int8(&isolationLevel)
        try wire.int32(&sessionID, since: 7, ignorable: true)
        try wire.int32(&sessionEpoch, since: 7, ignorable: true)
        try wire.array(&topics)
        try wire.array(&forgottenTopicsData, since: 7)
        try wire.string(&rackID, since: 11, ignorable: true)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, since: 12, isDefault: clusterID == nil) { (wire) throws(WireError) in
                try wire.nullableString(&clusterID)
            }
            try tags.field(1, since: 15, isDefault: replicaState == ReplicaState()) { (wire) throws(WireError) in
                try wire.structure(&replicaState)
            }
        }
    }

    /// Which follower asks, and in which of its lives (KIP-903).
    public struct ReplicaState: WireStructure {
        public var replicaID: Int32 = -1
        public var replicaEpoch: Int64 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&replicaID, since: 15, default: -1)
            try wire.int64(&replicaEpoch, since: 15, default: -1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and what is wanted of its partitions.
    public struct Topic: WireStructure {
        public var topic: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic, until: 12, ignorable: true)
            try wire.uuid(&topicID, since: 13, ignorable: true)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where to read on in one partition, and how much at most.
    public struct Partition: WireStructure {
        public var partition: Int32 = 0
        public var currentLeaderEpoch: Int32 = -1
        public var fetchOffset: Int64 = 0
        public var lastFetchedEpoch: Int32 = -1
        public var logStartOffset: Int64 = -1
        public var partitionMaxBytes: Int32 = 0
        public var replicaDirectoryID: KafkaUUID = .zero
        public var highWatermark: Int64 = .max
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.int32(&currentLeaderEpoch, since: 9, ignorable: true)
            try wire.int64(&fetchOffset)
            try wire.int32(&lastFetchedEpoch, since: 12, default: -1)
            try wire.int64(&logStartOffset, since: 5, ignorable: true)
            try wire.int32(&partitionMaxBytes)
            unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
                try tags.field(0, since: 17, isDefault: replicaDirectoryID == .zero) { (wire) throws(WireError) in
                    try wire.uuid(&replicaDirectoryID)
                }
                try tags.field(1, since: 18, isDefault: highWatermark == .max) { (wire) throws(WireError) in
                    try wire.int64(&highWatermark)
                }
            }
        }
    }

    /// Partitions that the fetch session is no longer about (KIP-227).
    public struct ForgottenTopic: WireStructure {
        public var topic: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic, since: 7, until: 12, ignorable: true)
            try wire.uuid(&topicID, since: 13, ignorable: true)
            try wire.int32s(&partitions, since: 7)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `FetchRequest`.
///
/// Version 5 adds `logStartOffset`; version 7 adds `errorCode`, `sessionID`; version 11 adds
/// `preferredReadReplica`; version 12 adds `divergingEpoch`, `currentLeader`, `snapshotID`; version 13 adds
/// `topicID` and drops `topic`; version 16 adds `nodeEndpoints`.
public struct FetchResponse: ThrottledResponse {
    public static var apiKey: APIKey { .fetch }
    public static var versions: ClosedRange<Int16> { 4...18 }
    public static var flexibleSince: Int16? { 12 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var sessionID: Int32 = 0
    public var responses: [Topic] = []
    public var nodeEndpoints: [NodeEndpoint] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode, since: 7, ignorable: true)
        try wire.int32(&sessionID, since: 7)
        try wire.array(&responses)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, since: 16, isDefault: nodeEndpoints.isEmpty) { (wire) throws(WireError) in
                try wire.array(&nodeEndpoints)
            }
        }
    }

    /// A topic of the answer.
    public struct Topic: WireStructure {
        public var topic: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic, until: 12, ignorable: true)
            try wire.uuid(&topicID, since: 13, ignorable: true)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The records of one partition, and how far it goes.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var highWatermark: Int64 = 0
        public var lastStableOffset: Int64 = -1
        public var logStartOffset: Int64 = -1
        public var divergingEpoch = EpochEndOffset()
        public var currentLeader = LeaderIdAndEpoch()
        public var snapshotID = SnapshotId()
        public var abortedTransactions: [AbortedTransaction]? = []
        public var preferredReadReplica: Int32 = -1
        public var records: RecordsField = .null
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.int64(&highWatermark)
            try wire.int64(&lastStableOffset)
            try wire.int64(&logStartOffset, since: 5, ignorable: true)
            try wire.nullableArray(&abortedTransactions)
            try wire.int32(&preferredReadReplica, since: 11, default: -1)
            try wire.records(&records)
            unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
                try tags.field(0, since: 12, isDefault: divergingEpoch == EpochEndOffset()) {
                    (wire) throws(WireError) in
                    try wire.structure(&divergingEpoch)
                }
                try tags.field(1, since: 12, isDefault: currentLeader == LeaderIdAndEpoch()) {
                    (wire) throws(WireError) in
                    try wire.structure(&currentLeader)
                }
                try tags.field(2, since: 12, isDefault: snapshotID == SnapshotId()) { (wire) throws(WireError) in
                    try wire.structure(&snapshotID)
                }
            }
        }
    }

    /// Where the leader's log parts from the follower's (KIP-595).
    public struct EpochEndOffset: WireStructure {
        public var epoch: Int32 = -1
        public var endOffset: Int64 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&epoch, since: 12, default: -1)
            try wire.int64(&endOffset, since: 12, default: -1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Who leads the partition by now (KIP-951).
    public struct LeaderIdAndEpoch: WireStructure {
        public var leaderID: Int32 = -1
        public var leaderEpoch: Int32 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&leaderID, since: 12, default: -1)
            try wire.int32(&leaderEpoch, since: 12, default: -1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The snapshot that a follower has to fetch, as the log does not begin so early.
    public struct SnapshotId: WireStructure {
        public var endOffset: Int64 = -1
        public var epoch: Int32 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&endOffset)
            try wire.int32(&epoch)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A transaction among the records whose records don't count (KIP-98).
    public struct AbortedTransaction: WireStructure {
        public var producerID: Int64 = 0
        public var firstOffset: Int64 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&producerID)
            try wire.int64(&firstOffset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where a new leader listens (KIP-951).
    public struct NodeEndpoint: WireStructure {
        public var nodeID: Int32 = 0
        public var host: String = ""
        public var port: Int32 = 0
        public var rack: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&nodeID, since: 16)
            try wire.string(&host, since: 16)
            try wire.int32(&port, since: 16)
            try wire.nullableString(&rack, since: 16)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
