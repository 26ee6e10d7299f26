// SPDX-License-Identifier: Apache-2.0

/// Key 0 of `__transaction_state`: the state of a transaction (KIP-98).
public struct TransactionLogKey: CoordinatorKey {
    public typealias Value = TransactionLogValue
    public static var recordType: Int16 { 0 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var transactionalID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&transactionalID)
    }
}

/// Value behind `TransactionLogKey`; without one the key is deleted. Kafka writes `lastProducerEpoch` since 4.4
/// (KAFKA-20357); an earlier one passes over it.
public struct TransactionLogValue: Message {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var producerID: Int64 = 0
    public var previousProducerID: Int64 = -1
    public var nextProducerID: Int64 = -1
    public var producerEpoch: Int16 = 0
    public var nextProducerEpoch: Int16 = -1
    public var lastProducerEpoch: Int16 = -1
    public var transactionTimeoutMs: Int32 = 0
    public var transactionStatus: Int8 = 0
    public var transactionPartitions: [PartitionsSchema]? = []
    public var transactionLastUpdateTimestampMs: Int64 = 0
    public var transactionStartTimestampMs: Int64 = 0
    public var clientTransactionVersion: Int16 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.int32(&transactionTimeoutMs)
        try wire.int8(&transactionStatus)
        try wire.nullableArray(&transactionPartitions)
        try wire.int64(&transactionLastUpdateTimestampMs)
        try wire.int64(&transactionStartTimestampMs)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: previousProducerID == -1) { (wire) throws(WireError) in
                try wire.int64(&previousProducerID)
            }
            try tags.field(1, isDefault: nextProducerID == -1) { (wire) throws(WireError) in
                try wire.int64(&nextProducerID)
            }
            try tags.field(2, isDefault: clientTransactionVersion == 0) { (wire) throws(WireError) in
                try wire.int16(&clientTransactionVersion)
            }
            try tags.field(3, isDefault: nextProducerEpoch == -1) { (wire) throws(WireError) in
                try wire.int16(&nextProducerEpoch)
            }
            try tags.field(4, isDefault: lastProducerEpoch == -1) { (wire) throws(WireError) in
                try wire.int16(&lastProducerEpoch)
            }
        }
    }

    /// A topic and which of its partitions take part.
    public struct PartitionsSchema: WireStructure {
        public var topic: String = ""
        public var partitionIDs: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.int32s(&partitionIDs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
