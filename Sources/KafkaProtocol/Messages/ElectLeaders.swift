// SPDX-License-Identifier: Apache-2.0

/// Elects leaders of partitions.
///
/// ElectLeaders (key 43), versions 0 to 2, flexible from 2; KIP-460.
///
/// Version 1 adds `electionType`.
public struct ElectLeadersRequest: RequestMessage {
    public typealias Response = ElectLeadersResponse
    public static var apiKey: APIKey { .electLeaders }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var electionType: Int8 = 0
    public var topicPartitions: [TopicPartitions]? = []
    public var timeoutMs: Int32 = 60000
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int8(&electionType, since: 1)
        try wire.nullableArray(&topicPartitions)
        try wire.int32(&timeoutMs)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are to get a leader.
    public struct TopicPartitions: WireStructure {
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

/// Answers `ElectLeadersRequest`.
///
/// Version 1 adds `errorCode`.
public struct ElectLeadersResponse: ThrottledResponse {
    public static var apiKey: APIKey { .electLeaders }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var replicaElectionResults: [ReplicaElectionResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode, since: 1)
        try wire.array(&replicaElectionResults)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct ReplicaElectionResult: WireStructure {
        public var topic: String = ""
        public var partitionResult: [PartitionResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitionResult)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether one partition has got a leader.
    public struct PartitionResult: WireStructure {
        public var partitionID: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionID)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
