// SPDX-License-Identifier: Apache-2.0

/// Adds partitions to a transaction.
///
/// AddPartitionsToTxn (key 24), versions 0 to 5, flexible from 3; KIP-98, KIP-890.
///
/// Version 4 adds `transactions` and drops `v3AndBelowTransactionalID`, `v3AndBelowProducerID`,
/// `v3AndBelowProducerEpoch`, `v3AndBelowTopics`.
public struct AddPartitionsToTxnRequest: RequestMessage {
    public typealias Response = AddPartitionsToTxnResponse
    public static var apiKey: APIKey { .addPartitionsToTxn }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var transactions: [Transaction] = []
    public var v3AndBelowTransactionalID: String = ""
    public var v3AndBelowProducerID: Int64 = 0
    public var v3AndBelowProducerEpoch: Int16 = 0
    public var v3AndBelowTopics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&transactions, since: 4)
        try wire.string(&v3AndBelowTransactionalID, until: 3)
        try wire.int64(&v3AndBelowProducerID, until: 3)
        try wire.int16(&v3AndBelowProducerEpoch, until: 3)
        try wire.array(&v3AndBelowTopics, until: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A transaction that partitions are added to, for brokers that ask for several at a time.
    public struct Transaction: WireStructure {
        public var transactionalID: String = ""
        public var producerID: Int64 = 0
        public var producerEpoch: Int16 = 0
        public var verifyOnly: Bool = false
        public var topics: [Topic] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&transactionalID, since: 4)
            try wire.int64(&producerID, since: 4)
            try wire.int16(&producerEpoch, since: 4)
            try wire.bool(&verifyOnly, since: 4)
            try wire.array(&topics, since: 4)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and which of its partitions to add.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AddPartitionsToTxnRequest`.
///
/// Version 4 adds `errorCode`, `resultsByTransaction` and drops `resultsByTopicV3AndBelow`.
public struct AddPartitionsToTxnResponse: ThrottledResponse {
    public static var apiKey: APIKey { .addPartitionsToTxn }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var resultsByTransaction: [AddPartitionsToTxnResult] = []
    public var resultsByTopicV3AndBelow: [TopicResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode, since: 4, ignorable: true)
        try wire.array(&resultsByTransaction, since: 4)
        try wire.array(&resultsByTopicV3AndBelow, until: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What became of one transaction; for answers to several.
    public struct AddPartitionsToTxnResult: WireStructure {
        public var transactionalID: String = ""
        public var topicResults: [TopicResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&transactionalID, since: 4)
            try wire.array(&topicResults, since: 4)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic of the answer, with its partitions.
    public struct TopicResult: WireStructure {
        public var name: String = ""
        public var resultsByPartition: [PartitionResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&resultsByPartition)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether one partition belongs to the transaction now.
    public struct PartitionResult: WireStructure {
        public var partitionIndex: Int32 = 0
        public var partitionErrorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&partitionErrorCode)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
