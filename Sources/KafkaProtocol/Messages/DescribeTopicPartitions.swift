// SPDX-License-Identifier: Apache-2.0

/// Tells the partitions of topics piece by piece.
///
/// DescribeTopicPartitions (key 75), versions 0, flexible from 0; KIP-966.
public struct DescribeTopicPartitionsRequest: RequestMessage {
    public typealias Response = DescribeTopicPartitionsResponse
    public static var apiKey: APIKey { .describeTopicPartitions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topics: [TopicRequest] = []
    public var responsePartitionLimit: Int32 = 2000
    public var cursor: Cursor? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.int32(&responsePartitionLimit)
        try wire.nullableStructure(&cursor)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic that is wanted.
    public struct TopicRequest: WireStructure {
        public var name: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where a list goes on that does not fit into one answer.
    public struct Cursor: WireStructure {
        public var topicName: String = ""
        public var partitionIndex: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.int32(&partitionIndex)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeTopicPartitionsRequest`.
public struct DescribeTopicPartitionsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeTopicPartitions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []
    public var nextCursor: Cursor? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
        try wire.nullableStructure(&nextCursor)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic, with as many of its partitions as fit.
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
            try wire.nullableString(&name)
            try wire.uuid(&topicID)
            try wire.bool(&isInternal)
            try wire.array(&partitions)
            try wire.int32(&topicAuthorizedOperations)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition: its leader and replicas, and those that may be elected (KIP-966).
    public struct Partition: WireStructure {
        public var errorCode: ErrorCode = .none
        public var partitionIndex: Int32 = 0
        public var leaderID: Int32 = 0
        public var leaderEpoch: Int32 = -1
        public var replicaNodes: [Int32] = []
        public var isrNodes: [Int32] = []
        public var eligibleLeaderReplicas: [Int32]? = nil
        public var lastKnownElr: [Int32]? = nil
        public var offlineReplicas: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.int32(&partitionIndex)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.int32s(&replicaNodes)
            try wire.int32s(&isrNodes)
            try wire.nullableInt32s(&eligibleLeaderReplicas)
            try wire.nullableInt32s(&lastKnownElr)
            try wire.int32s(&offlineReplicas)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where the next request is to go on; nil at the end.
    public struct Cursor: WireStructure {
        public var topicName: String = ""
        public var partitionIndex: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.int32(&partitionIndex)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
