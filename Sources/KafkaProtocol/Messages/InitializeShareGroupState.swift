// SPDX-License-Identifier: Apache-2.0

/// Begins the state of share partitions; between brokers.
///
/// InitializeShareGroupState (key 83), versions 0, flexible from 0; KIP-932: what share-partition leaders ask the share coordinator.
public struct InitializeShareGroupStateRequest: RequestMessage {
    public typealias Response = InitializeShareGroupStateResponse
    public static var apiKey: APIKey { .initializeShareGroupState }
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

    /// A topic and where its partitions are to begin.
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

    /// Where the group begins in one partition.
    public struct Partition: WireStructure {
        public var partition: Int32 = 0
        public var stateEpoch: Int32 = 0
        public var startOffset: Int64 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.int32(&stateEpoch)
            try wire.int64(&startOffset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `InitializeShareGroupStateRequest`.
public struct InitializeShareGroupStateResponse: ResponseMessage {
    public static var apiKey: APIKey { .initializeShareGroupState }
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

    /// Whether the state of one partition has been stored.
    public struct PartitionResult: WireStructure {
        public var partition: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
