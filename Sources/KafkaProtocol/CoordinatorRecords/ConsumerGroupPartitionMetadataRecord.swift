// SPDX-License-Identifier: Apache-2.0

/// Key 4 of `__consumer_offsets`: the sizes of a group's topics when it last looked (KIP-848).
public struct ConsumerGroupPartitionMetadataKey: CoordinatorKey {
    public typealias Value = ConsumerGroupPartitionMetadataValue
    public static var recordType: Int16 { 4 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
    }
}

/// Value behind `ConsumerGroupPartitionMetadataKey`; without one the key is deleted.
public struct ConsumerGroupPartitionMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topics: [TopicMetadata] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// How many partitions a topic had when they were shared out.
    public struct TopicMetadata: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var topicName: String = ""
        public var numPartitions: Int32 = 0
        public var partitionMetadata: [PartitionMetadata] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.int32(&numPartitions)
            try wire.array(&partitionMetadata)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The racks of one partition's replicas.
    public struct PartitionMetadata: WireStructure {
        public var partition: Int32 = 0
        public var racks: [String] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.strings(&racks)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
