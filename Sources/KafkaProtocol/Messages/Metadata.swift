// SPDX-License-Identifier: Apache-2.0

/// Tells brokers, topics, partitions and their leaders.
///
/// Metadata (key 3), versions 0 to 13, flexible from 9; KIP-4, KIP-430, KIP-516.
///
/// Version 4 adds `allowAutoTopicCreation`; version 8 adds `includeClusterAuthorizedOperations`,
/// `includeTopicAuthorizedOperations`; version 10 adds `topicID`; version 11 drops
/// `includeClusterAuthorizedOperations`.
public struct MetadataRequest: RequestMessage {
    public typealias Response = MetadataResponse
    public static var apiKey: APIKey { .metadata }
    public static var versions: ClosedRange<Int16> { 0...13 }
    public static var flexibleSince: Int16? { 9 }

    public var topics: [Topic]? = []
    public var allowAutoTopicCreation: Bool = true
    public var includeClusterAuthorizedOperations: Bool = false
    public var includeTopicAuthorizedOperations: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableArray(&topics, nullable: 1)
        try wire.bool(&allowAutoTopicCreation, since: 4, default: true)
        try wire.bool(&includeClusterAuthorizedOperations, since: 8, until: 10)
        try wire.bool(&includeTopicAuthorizedOperations, since: 8)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic that is wanted, by name or by id.
    public struct Topic: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var name: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID, since: 10, ignorable: true)
            try wire.nullableString(&name, nullable: 10)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `MetadataRequest`.
///
/// Version 1 adds `rack`, `controllerID`, `isInternal`; version 2 adds `clusterID`; version 3 adds
/// `throttleTimeMs`; version 5 adds `offlineReplicas`; version 7 adds `leaderEpoch`; version 8 adds
/// `topicAuthorizedOperations`, `clusterAuthorizedOperations`; version 10 adds `topicID`; version 11 drops
/// `clusterAuthorizedOperations`; version 13 adds `errorCode`.
public struct MetadataResponse: ThrottledResponse {
    public static var apiKey: APIKey { .metadata }
    public static var versions: ClosedRange<Int16> { 0...13 }
    public static var flexibleSince: Int16? { 9 }

    public var throttleTimeMs: Int32 = 0
    public var brokers: [Broker] = []
    public var clusterID: String? = nil
    public var controllerID: Int32 = -1
    public var topics: [Topic] = []
    public var clusterAuthorizedOperations: Int32 = .min
    public var errorCode: ErrorCode = .none
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 3, ignorable: true)
        try wire.array(&brokers)
        try wire.nullableString(&clusterID, since: 2, ignorable: true)
        try wire.int32(&controllerID, since: 1, ignorable: true)
        try wire.array(&topics)
        try wire.int32(&clusterAuthorizedOperations, since: 8, until: 10, default: .min)
        try wire.errorCode(&errorCode, since: 13, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A broker and where it listens.
    public struct Broker: WireStructure {
        public var nodeID: Int32 = 0
        public var host: String = ""
        public var port: Int32 = 0
        public var rack: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.nullableString(&rack, since: 1, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and its partitions.
    public struct Topic: WireStructure {
        public var errorCode: ErrorCode = .none
        public var name: String? = ""
        public var topicID: KafkaUUID = .zero
        public var isInternal: Bool = false
        public var partitions: [Partition] = []
        public var topicAuthorizedOperations: Int32 = .min
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&name, nullable: 12)
            try wire.uuid(&topicID, since: 10, ignorable: true)
            try wire.bool(&isInternal, since: 1, ignorable: true)
            try wire.array(&partitions)
            try wire.int32(&topicAuthorizedOperations, since: 8, default: .min)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition: who leads it, and where its replicas are.
    public struct Partition: WireStructure {
        public var errorCode: ErrorCode = .none
        public var partitionIndex: Int32 = 0
        public var leaderID: Int32 = 0
        public var leaderEpoch: Int32 = -1
        public var replicaNodes: [Int32] = []
        public var isrNodes: [Int32] = []
        public var offlineReplicas: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.int32(&partitionIndex)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch, since: 7, ignorable: true)
            try wire.int32s(&replicaNodes)
            try wire.int32s(&isrNodes)
            try wire.int32s(&offlineReplicas, since: 5, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
