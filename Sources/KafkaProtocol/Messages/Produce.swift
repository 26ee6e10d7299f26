// SPDX-License-Identifier: Apache-2.0

/// Writes record batches to partitions.
///
/// Produce (key 0), versions 3 to 13, flexible from 9; KIP-74, KIP-360, KIP-467, KIP-951, KIP-890, KIP-516.
///
/// Version 13 adds `topicID` and drops `name`.
public struct ProduceRequest: RequestMessage {
    public typealias Response = ProduceResponse
    public static var apiKey: APIKey { .produce }
    public static var versions: ClosedRange<Int16> { 3...13 }
    public static var flexibleSince: Int16? { 9 }

    public var transactionalID: String? = nil
    public var acks: Int16 = 0
    public var timeoutMs: Int32 = 0
    public var topicData: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&transactionalID)
        try wire.int16(&acks)
        try wire.int32(&timeoutMs)
        try wire.array(&topicData)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and what is to be written to its partitions.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitionData: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 12, ignorable: true)
            try wire.uuid(&topicID, since: 13, ignorable: true)
            try wire.array(&partitionData)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The record batch for one partition.
    public struct Partition: WireStructure {
        public var index: Int32 = 0
        public var records: RecordsField = .null
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&index)
            try wire.records(&records)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `ProduceRequest`.
///
/// Version 5 adds `logStartOffset`; version 8 adds `recordErrors`, `errorMessage`; version 10 adds `currentLeader`,
/// `nodeEndpoints`; version 13 adds `topicID` and drops `name`.
public struct ProduceResponse: ThrottledResponse {
    public static var apiKey: APIKey { .produce }
    public static var versions: ClosedRange<Int16> { 3...13 }
    public static var flexibleSince: Int16? { 9 }

    public var responses: [Topic] = []
    public var throttleTimeMs: Int32 = 0
    public var nodeEndpoints: [NodeEndpoint] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&responses)
        try wire.int32(&throttleTimeMs)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, since: 10, isDefault: nodeEndpoints.isEmpty) { (wire) throws(WireError) in
                try wire.array(&nodeEndpoints)
            }
        }
    }

    /// A topic of the answer.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitionResponses: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 12, ignorable: true)
            try wire.uuid(&topicID, since: 13, ignorable: true)
            try wire.array(&partitionResponses)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where the batch of one partition has been stored, or why not.
    public struct Partition: WireStructure {
        public var index: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var baseOffset: Int64 = 0
        public var logAppendTimeMs: Int64 = -1
        public var logStartOffset: Int64 = -1
        public var recordErrors: [RecordError] = []
        public var errorMessage: String? = nil
        public var currentLeader = LeaderIdAndEpoch()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&index)
            try wire.errorCode(&errorCode)
            try wire.int64(&baseOffset)
            try wire.int64(&logAppendTimeMs)
            try wire.int64(&logStartOffset, since: 5, ignorable: true)
            try wire.array(&recordErrors, since: 8, ignorable: true)
            try wire.nullableString(&errorMessage, since: 8, ignorable: true)
            unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
                try tags.field(0, since: 10, isDefault: currentLeader == LeaderIdAndEpoch()) {
                    (wire) throws(WireError) in
                    try wire.structure(&currentLeader)
                }
            }
        }
    }

    /// A record that was refused, by its place in the batch (KIP-467).
    public struct RecordError: WireStructure {
        public var batchIndex: Int32 = 0
        public var batchIndexErrorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&batchIndex, since: 8)
            try wire.nullableString(&batchIndexErrorMessage, since: 8)
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
            try wire.int32(&leaderID, since: 10, default: -1)
            try wire.int32(&leaderEpoch, since: 10, default: -1)
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
            try wire.int32(&nodeID, since: 10)
            try wire.string(&host, since: 10)
            try wire.int32(&port, since: 10)
            try wire.nullableString(&rack, since: 10)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
