// SPDX-License-Identifier: Apache-2.0

/// Key 15 of `__consumer_offsets`: the partitions of which a share group has, gets or loses a state (KIP-932).
public struct ShareGroupStatePartitionMetadataKey: CoordinatorKey {
    public typealias Value = ShareGroupStatePartitionMetadataValue
    public static var recordType: Int16 { 15 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
    }
}

/// Value behind `ShareGroupStatePartitionMetadataKey`; without one the key is deleted.
public struct ShareGroupStatePartitionMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var initializingTopics: [TopicPartitionsInfo] = []
    public var initializedTopics: [TopicPartitionsInfo] = []
    public var deletingTopics: [TopicInfo] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&initializingTopics)
        try wire.array(&initializedTopics)
        try wire.array(&deletingTopics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions have a state.
    public struct TopicPartitionsInfo: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var topicName: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic that the group has lost interest in.
    public struct TopicInfo: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var topicName: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
