// SPDX-License-Identifier: Apache-2.0

/// Tells where share partitions begin; between brokers.
///
/// ReadShareGroupStateSummary (key 87), versions 0-1, flexible from 0; KIP-932: what share-partition leaders ask the share coordinator.
public struct ReadShareGroupStateSummaryRequest: RequestMessage {
    public typealias Response = ReadShareGroupStateSummaryResponse
    public static var apiKey: APIKey { .readShareGroupStateSummary }
    public static var versions: ClosedRange<Int16> { 0...1 }
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

    /// A partition of which the beginning is wanted.
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

/// Answers `ReadShareGroupStateSummaryRequest`.
public struct ReadShareGroupStateSummaryResponse: ResponseMessage {
    public static var apiKey: APIKey { .readShareGroupStateSummary }
    public static var versions: ClosedRange<Int16> { 0...1 }
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

    /// Where the group begins in one partition.
    public struct PartitionResult: WireStructure {
        public var partition: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var stateEpoch: Int32 = 0
        public var leaderEpoch: Int32 = 0
        public var startOffset: Int64 = 0
        public var deliveryCompleteCount: Int32 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.int32(&stateEpoch)
            try wire.int32(&leaderEpoch)
            try wire.int64(&startOffset)
            try wire.int32(&deliveryCompleteCount, since: 1, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
