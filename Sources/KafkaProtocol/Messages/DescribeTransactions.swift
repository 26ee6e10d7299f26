// SPDX-License-Identifier: Apache-2.0

/// Tells the state of transactions.
///
/// DescribeTransactions (key 65), versions 0, flexible from 0; KIP-664.
public struct DescribeTransactionsRequest: RequestMessage {
    public typealias Response = DescribeTransactionsResponse
    public static var apiKey: APIKey { .describeTransactions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var transactionalIDs: [String] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&transactionalIDs)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `DescribeTransactionsRequest`.
public struct DescribeTransactionsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeTransactions }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var transactionStates: [TransactionState] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&transactionStates)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A transaction: its producer, its state, and since when it is open.
    public struct TransactionState: WireStructure {
        public var errorCode: ErrorCode = .none
        public var transactionalID: String = ""
        public var transactionState: String = ""
        public var transactionTimeoutMs: Int32 = 0
        public var transactionStartTimeMs: Int64 = 0
        public var producerID: Int64 = 0
        public var producerEpoch: Int16 = 0
        public var topics: [TopicData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&transactionalID)
            try wire.string(&transactionState)
            try wire.int32(&transactionTimeoutMs)
            try wire.int64(&transactionStartTimeMs)
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
            try wire.array(&topics)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and which of its partitions take part.
    public struct TopicData: WireStructure {
        public var topic: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
