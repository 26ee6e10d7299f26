// SPDX-License-Identifier: Apache-2.0

/// Key 7 of `__consumer_offsets`: what a member is to have (KIP-848).
public struct ConsumerGroupTargetAssignmentMemberKey: CoordinatorKey {
    public typealias Value = ConsumerGroupTargetAssignmentMemberValue
    public static var recordType: Int16 { 7 }
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

/// Value behind `ConsumerGroupTargetAssignmentMemberKey`; without one the key is deleted.
public struct ConsumerGroupTargetAssignmentMemberValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topicPartitions: [TopicPartition] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topicPartitions)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Partitions of one topic that the member is to have.
    public struct TopicPartition: WireStructure {
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
