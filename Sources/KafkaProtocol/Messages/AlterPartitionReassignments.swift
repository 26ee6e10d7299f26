// SPDX-License-Identifier: Apache-2.0

/// Begins and cancels moves of partitions.
///
/// AlterPartitionReassignments (key 45), versions 0 to 1, flexible from 0; KIP-455.
///
/// Version 1 adds `allowReplicationFactorChange`.
public struct AlterPartitionReassignmentsRequest: RequestMessage {
    public typealias Response = AlterPartitionReassignmentsResponse
    public static var apiKey: APIKey { .alterPartitionReassignments }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var timeoutMs: Int32 = 60000
    public var allowReplicationFactorChange: Bool = true
    public var topics: [ReassignableTopic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&timeoutMs)
        try wire.bool(&allowReplicationFactorChange, since: 1, default: true)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic, some of whose partitions are to move.
    public struct ReassignableTopic: WireStructure {
        public var name: String = ""
        public var partitions: [ReassignablePartition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The brokers that a partition is to have replicas on; nil cancels what is going on.
    public struct ReassignablePartition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var replicas: [Int32]? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.nullableInt32s(&replicas)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AlterPartitionReassignmentsRequest`.
///
/// Version 1 adds `allowReplicationFactorChange`.
public struct AlterPartitionReassignmentsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .alterPartitionReassignments }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var allowReplicationFactorChange: Bool = true
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var responses: [ReassignableTopicResponse] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.bool(&allowReplicationFactorChange, since: 1, ignorable: true)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&responses)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct ReassignableTopicResponse: WireStructure {
        public var name: String = ""
        public var partitions: [ReassignablePartitionResponse] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether the move of one partition has begun, or ended if it was cancelled.
    public struct ReassignablePartitionResponse: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
