// SPDX-License-Identifier: Apache-2.0

/// Key 8 of `__consumer_offsets`: what a member has, and which epoch it is in (KIP-848).
public struct ConsumerGroupCurrentMemberAssignmentKey: CoordinatorKey {
    public typealias Value = ConsumerGroupCurrentMemberAssignmentValue
    public static var recordType: Int16 { 8 }
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

/// Value behind `ConsumerGroupCurrentMemberAssignmentKey`; without one the key is deleted.
public struct ConsumerGroupCurrentMemberAssignmentValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var memberEpoch: Int32 = 0
    public var previousMemberEpoch: Int32 = 0
    public var state: Int8 = 0
    public var assignedPartitions: [TopicPartitions] = []
    public var partitionsPendingRevocation: [TopicPartitions] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&memberEpoch)
        try wire.int32(&previousMemberEpoch)
        try wire.int8(&state)
        try wire.array(&assignedPartitions)
        try wire.array(&partitionsPendingRevocation)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Partitions of one topic that the member has.
    public struct TopicPartitions: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [Int32] = []
        public var assignmentEpochs: [Int32]? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.int32s(&partitions)
            unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
                try tags.field(0, isDefault: assignmentEpochs == nil) { (wire) throws(WireError) in
                    try wire.nullableInt32s(&assignmentEpochs)
                }
            }
        }
    }
}
