// SPDX-License-Identifier: Apache-2.0

/// Tells the producers that partitions remember.
///
/// DescribeProducers (key 61), versions 0, flexible from 0; KIP-664.
public struct DescribeProducersRequest: RequestMessage {
    public typealias Response = DescribeProducersResponse
    public static var apiKey: APIKey { .describeProducers }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topics: [TopicRequest] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are wanted.
    public struct TopicRequest: WireStructure {
        public var name: String = ""
        public var partitionIndexes: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32s(&partitionIndexes)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeProducersRequest`.
public struct DescribeProducersResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeProducers }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [TopicResponse] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct TopicResponse: WireStructure {
        public var name: String = ""
        public var partitions: [PartitionResponse] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The producers that one partition remembers.
    public struct PartitionResponse: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var activeProducers: [ProducerState] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.array(&activeProducers)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A producer: its epoch, last sequence number, and the transaction that it has open.
    public struct ProducerState: WireStructure {
        public var producerID: Int64 = 0
        public var producerEpoch: Int32 = 0
        public var lastSequence: Int32 = -1
        public var lastTimestamp: Int64 = -1
        public var coordinatorEpoch: Int32 = 0
        public var currentTxnStartOffset: Int64 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&producerID)
            try wire.int32(&producerEpoch)
            try wire.int32(&lastSequence)
            try wire.int64(&lastTimestamp)
            try wire.int32(&coordinatorEpoch)
            try wire.int64(&currentTxnStartOffset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
