// SPDX-License-Identifier: Apache-2.0

/// Joins, keeps and leaves a share group.
///
/// ShareGroupHeartbeat (key 76), versions 1, flexible from 0; KIP-932.
public struct ShareGroupHeartbeatRequest: RequestMessage {
    public typealias Response = ShareGroupHeartbeatResponse
    public static var apiKey: APIKey { .shareGroupHeartbeat }
    public static var versions: ClosedRange<Int16> { 1...1 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String = ""
    public var memberID: String = ""
    public var memberEpoch: Int32 = 0
    public var rackID: String? = nil
    public var subscribedTopicNames: [String]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&memberID)
        try wire.int32(&memberEpoch)
        try wire.nullableString(&rackID)
        try wire.nullableStrings(&subscribedTopicNames)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ShareGroupHeartbeatRequest`.
public struct ShareGroupHeartbeatResponse: ThrottledResponse {
    public static var apiKey: APIKey { .shareGroupHeartbeat }
    public static var versions: ClosedRange<Int16> { 1...1 }
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
