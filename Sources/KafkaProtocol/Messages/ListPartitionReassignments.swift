// SPDX-License-Identifier: Apache-2.0

/// Lists partitions that are moving.
///
/// ListPartitionReassignments (key 46), versions 0, flexible from 0; KIP-455.
public struct ListPartitionReassignmentsRequest: RequestMessage {
    public typealias Response = ListPartitionReassignmentsResponse
    public static var apiKey: APIKey { .listPartitionReassignments }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var timeoutMs: Int32 = 60000
    public var topics: [Topics]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&timeoutMs)
        try wire.nullableArray(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are wanted.
    public struct Topics: WireStructure {
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

/// Answers `ListPartitionReassignmentsRequest`.
public struct ListPartitionReassignmentsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .listPartitionReassignments }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var topics: [OngoingTopicReassignment] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of which partitions are moving.
    public struct OngoingTopicReassignment: WireStructure {
        public var name: String = ""
        public var partitions: [OngoingPartitionReassignment] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition that is moving: the replicas that it has, gets and loses.
    public struct OngoingPartitionReassignment: WireStructure {
        public var partitionIndex: Int32 = 0
        public var replicas: [Int32] = []
        public var addingReplicas: [Int32] = []
        public var removingReplicas: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int32s(&replicas)
            try wire.int32s(&addingReplicas)
            try wire.int32s(&removingReplicas)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
