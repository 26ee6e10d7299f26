// SPDX-License-Identifier: Apache-2.0

/// Acquires records for a member of a share group.
///
/// ShareFetch (key 78), versions 1 to 2, flexible from 0; KIP-932.
///
/// Version 2 adds `shareAcquireMode`, `isRenewAck`.
public struct ShareFetchRequest: RequestMessage {
    public typealias Response = ShareFetchResponse
    public static var apiKey: APIKey { .shareFetch }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String? = nil
    public var memberID: String? = ""
    public var shareSessionEpoch: Int32 = 0
    public var maxWaitMs: Int32 = 0
    public var minBytes: Int32 = 0
    public var maxBytes: Int32 = .max
    public var maxRecords: Int32 = 0
    public var batchSize: Int32 = 0
    public var shareAcquireMode: Int8 = 0
    public var isRenewAck: Bool = false
    public var topics: [FetchTopic] = []
    public var forgottenTopicsData: [ForgottenTopic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&groupID)
        try wire.nullableString(&memberID)
        try wire.int32(&shareSessionEpoch)
        try wire.int32(&maxWaitMs)
        try wire.int32(&minBytes)
        try wire.int32(&maxBytes)
        try wire.int32(&maxRecords)
        try wire.int32(&batchSize)
        try wire.int8(&shareAcquireMode, since: 2, ignorable: true)
        try wire.bool(&isRenewAck, since: 2)
        try wire.array(&topics)
        try wire.array(&forgottenTopicsData)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic to fetch from, and what became of its records.
    public struct FetchTopic: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [FetchPartition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition to fetch from, and what became of its records.
    public struct FetchPartition: WireStructure {
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

    /// Partitions that the share session is no longer about.
    public struct ForgottenTopic: WireStructure {
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

/// Answers `ShareFetchRequest`.
public struct ShareFetchResponse: ThrottledResponse {
    public static var apiKey: APIKey { .shareFetch }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var acquisitionLockTimeoutMs: Int32 = 0
    public var responses: [ableTopicResponse] = []
    public var nodeEndpoints: [NodeEndpoint] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.int32(&acquisitionLockTimeoutMs)
        try wire.array(&responses)
        try wire.array(&nodeEndpoints)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct ableTopicResponse: WireStructure {
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

    /// The records of one partition, and which of them the member has acquired.
    public struct PartitionData: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var acknowledgeErrorCode: ErrorCode = .none
        public var acknowledgeErrorMessage: String? = nil
        public var currentLeader = LeaderIdAndEpoch()
        public var records: RecordsField = .null
        public var acquiredRecords: [AcquiredRecords] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.errorCode(&acknowledgeErrorCode)
            try wire.nullableString(&acknowledgeErrorMessage)
            try wire.structure(&currentLeader)
            try wire.records(&records)
            try wire.array(&acquiredRecords)
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

    /// Offsets in a row that the member has acquired, with how often they were delivered.
    public struct AcquiredRecords: WireStructure {
        public var firstOffset: Int64 = 0
        public var lastOffset: Int64 = 0
        public var deliveryCount: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&firstOffset)
            try wire.int64(&lastOffset)
            try wire.int16(&deliveryCount)
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
