// SPDX-License-Identifier: Apache-2.0

/// Joins, keeps and leaves a group of the newer protocol.
///
/// ConsumerGroupHeartbeat (key 68), versions 0 to 1, flexible from 0; KIP-848.
///
/// Version 1 adds `subscribedTopicRegex`.
public struct ConsumerGroupHeartbeatRequest: RequestMessage {
    public typealias Response = ConsumerGroupHeartbeatResponse
    public static var apiKey: APIKey { .consumerGroupHeartbeat }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String = ""
    public var memberID: String = ""
    public var memberEpoch: Int32 = 0
    public var instanceID: String? = nil
    public var rackID: String? = nil
    public var rebalanceTimeoutMs: Int32 = -1
    public var subscribedTopicNames: [String]? = nil
    public var subscribedTopicRegex: String? = nil
    public var serverAssignor: String? = nil
    public var topicPartitions: [TopicPartitions]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&memberID)
        try wire.int32(&memberEpoch)
        try wire.nullableString(&instanceID)
        try wire.nullableString(&rackID)
        try wire.int32(&rebalanceTimeoutMs)
        try wire.nullableStrings(&subscribedTopicNames)
        try wire.nullableString(&subscribedTopicRegex, since: 1)
        try wire.nullableString(&serverAssignor)
        try wire.nullableArray(&topicPartitions)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Partitions of one topic that the member has.
    public struct TopicPartitions: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `ConsumerGroupHeartbeatRequest`.
public struct ConsumerGroupHeartbeatResponse: ThrottledResponse {
    public static var apiKey: APIKey { .consumerGroupHeartbeat }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var memberID: String? = nil
    public var memberEpoch: Int32 = 0
    public var heartbeatIntervalMs: Int32 = 0
    public var assignment: Assignment? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.nullableString(&memberID)
        try wire.int32(&memberEpoch)
        try wire.int32(&heartbeatIntervalMs)
        try wire.nullableStructure(&assignment)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// All partitions that the member is to have.
    public struct Assignment: WireStructure {
        public var topicPartitions: [TopicPartitions] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.array(&topicPartitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Partitions of one topic that the member is to have.
    public struct TopicPartitions: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
