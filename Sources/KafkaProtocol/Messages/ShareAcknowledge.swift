// SPDX-License-Identifier: Apache-2.0

/// Tells what became of acquired records.
///
/// ShareAcknowledge (key 79), versions 1 to 2, flexible from 0; KIP-932.
///
/// Version 2 adds `isRenewAck`.
public struct ShareAcknowledgeRequest: RequestMessage {
    public typealias Response = ShareAcknowledgeResponse
    public static var apiKey: APIKey { .shareAcknowledge }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String? = nil
    public var memberID: String? = ""
    public var shareSessionEpoch: Int32 = 0
    public var isRenewAck: Bool = false
    public var topics: [AcknowledgeTopic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&groupID)
        try wire.nullableString(&memberID)
        try wire.int32(&shareSessionEpoch)
        try wire.bool(&isRenewAck, since: 2)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and what became of its records.
    public struct AcknowledgeTopic: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [AcknowledgePartition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition and what became of its records.
    public struct AcknowledgePartition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var acknowledgementBatches: [AcknowledgementBatch] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.array(&acknowledgementBatches)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// What became of records in a row: one type for all, or one for each.
    public struct AcknowledgementBatch: WireStructure {
        public var firstOffset: Int64 = 0
        public var lastOffset: Int64 = 0
        public var acknowledgeTypes: [Int8] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&firstOffset)
            try wire.int64(&lastOffset)
            try wire.int8s(&acknowledgeTypes)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `ShareAcknowledgeRequest`.
///
/// Version 2 adds `acquisitionLockTimeoutMs`.
public struct ShareAcknowledgeResponse: ThrottledResponse {
    public static var apiKey: APIKey { .shareAcknowledge }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var acquisitionLockTimeoutMs: Int32 = 0
    public var responses: [TopicResponse] = []
    public var nodeEndpoints: [NodeEndpoint] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.int32(&acquisitionLockTimeoutMs, since: 2, ignorable: true)
        try wire.array(&responses)
        try wire.array(&nodeEndpoints)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct TopicResponse: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [PartitionData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether the acknowledgements of one partition have been taken.
    public struct PartitionData: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var currentLeader = LeaderIdAndEpoch()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.structure(&currentLeader)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Who leads the partition by now.
    public struct LeaderIdAndEpoch: WireStructure {
        public var leaderID: Int32 = 0
        public var leaderEpoch: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where a new leader listens.
    public struct NodeEndpoint: WireStructure {
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
            try wire.nullableString(&rack)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
