// SPDX-License-Identifier: Apache-2.0

/// Key 14 of `__consumer_offsets`: what a member has, and which epoch it is in (KIP-932).
public struct ShareGroupCurrentMemberAssignmentKey: CoordinatorKey {
    public typealias Value = ShareGroupCurrentMemberAssignmentValue
    public static var recordType: Int16 { 14 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""
    public var memberID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&memberID)
    }
}

/// Value behind `ShareGroupCurrentMemberAssignmentKey`; without one the key is deleted.
public struct ShareGroupCurrentMemberAssignmentValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var memberEpoch: Int32 = 0
    public var previousMemberEpoch: Int32 = 0
    public var state: Int8 = 0
    public var assignedPartitions: [TopicPartitions] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&memberEpoch)
        try wire.int32(&previousMemberEpoch)
        try wire.int8(&state)
        try wire.array(&assignedPartitions)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Partitions of one topic that the member has.
    public struct TopicPartitions: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
