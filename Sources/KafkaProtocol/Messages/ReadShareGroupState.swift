// SPDX-License-Identifier: Apache-2.0

/// Reads the state of share partitions; between brokers.
///
/// ReadShareGroupState (key 84), versions 0, flexible from 0; KIP-932: what share-partition leaders ask the share coordinator.
public struct ReadShareGroupStateRequest: RequestMessage {
    public typealias Response = ReadShareGroupStateResponse
    public static var apiKey: APIKey { .readShareGroupState }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String = ""
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are wanted.
    public struct Topic: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition whose state is wanted, with the leader epoch of who asks.
    public struct Partition: WireStructure {
        public var partition: Int32 = 0
        public var leaderEpoch: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.int32(&leaderEpoch)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `ReadShareGroupStateRequest`.
public struct ReadShareGroupStateResponse: ResponseMessage {
    public static var apiKey: APIKey { .readShareGroupState }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var results: [Result] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct Result: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [PartitionResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The state of one partition: where it begins, and what became of the records behind that.
    public struct PartitionResult: WireStructure {
        public var partition: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var stateEpoch: Int32 = 0
        public var startOffset: Int64 = 0
        public var stateBatches: [StateBatch] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.int32(&stateEpoch)
            try wire.int64(&startOffset)
            try wire.array(&stateBatches)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Records in a row that have the same state.
    public struct StateBatch: WireStructure {
        public var firstOffset: Int64 = 0
        public var lastOffset: Int64 = 0
        public var deliveryState: Int8 = 0
        public var deliveryCount: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&firstOffset)
            try wire.int64(&lastOffset)
            try wire.int8(&deliveryState)
            try wire.int16(&deliveryCount)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
