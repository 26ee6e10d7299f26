// SPDX-License-Identifier: Apache-2.0

/// Tells who votes on the metadata, and how far each is.
///
/// DescribeQuorum (key 55), versions 0 to 2, flexible from 0; KIP-595, KIP-836, KIP-853.
public struct DescribeQuorumRequest: RequestMessage {
    public typealias Response = DescribeQuorumResponse
    public static var apiKey: APIKey { .describeQuorum }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var topics: [TopicData] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of which the quorum is wanted: `__cluster_metadata`.
    public struct TopicData: WireStructure {
        public var topicName: String = ""
        public var partitions: [PartitionData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition of which the quorum is wanted: 0.
    public struct PartitionData: WireStructure {
        public var partitionIndex: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeQuorumRequest`.
///
/// Version 1 adds `lastFetchTimestamp`, `lastCaughtUpTimestamp`; version 2 adds `errorMessage`, `nodes`,
/// `replicaDirectoryID`.
public struct DescribeQuorumResponse: ResponseMessage {
    public static var apiKey: APIKey { .describeQuorum }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var topics: [TopicData] = []
    public var nodes: [Node] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage, since: 2, ignorable: true)
        try wire.array(&topics)
        try wire.array(&nodes, since: 2)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct TopicData: WireStructure {
        public var topicName: String = ""
        public var partitions: [PartitionData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Leader, voters and observers of the partition.
    public struct PartitionData: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var leaderID: Int32 = 0
        public var leaderEpoch: Int32 = 0
        public var highWatermark: Int64 = 0
        public var currentVoters: [ReplicaState] = []
        public var observers: [ReplicaState] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage, since: 2, ignorable: true)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.int64(&highWatermark)
            try wire.array(&currentVoters)
            try wire.array(&observers)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where a node of the quorum listens.
    public struct Node: WireStructure {
        public var nodeID: Int32 = 0
        public var listeners: [Listener] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&nodeID, since: 2)
            try wire.array(&listeners, since: 2)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// An address of a node.
    public struct Listener: WireStructure {
        public var name: String = ""
        public var host: String = ""
        public var port: UInt16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 2)
            try wire.string(&host, since: 2)
            try wire.uint16(&port, since: 2)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// How far one replica is.
    public struct ReplicaState: WireStructure {
        public var replicaID: Int32 = 0
        public var replicaDirectoryID: KafkaUUID = .zero
        public var logEndOffset: Int64 = 0
        public var lastFetchTimestamp: Int64 = -1
        public var lastCaughtUpTimestamp: Int64 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&replicaID)
            try wire.uuid(&replicaDirectoryID, since: 2)
            try wire.int64(&logEndOffset)
            try wire.int64(&lastFetchTimestamp, since: 1, ignorable: true)
            try wire.int64(&lastCaughtUpTimestamp, since: 1, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
