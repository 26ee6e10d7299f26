// SPDX-License-Identifier: Apache-2.0

/// Key 1 of `__share_group_state`: what has changed of a share partition since its snapshot (KIP-932).
public struct ShareUpdateKey: CoordinatorKey {
    public typealias Value = ShareUpdateValue
    public static var recordType: Int16 { 1 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""
    public var topicID: KafkaUUID = .zero
    public var partition: Int32 = 0

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.uuid(&topicID)
        try wire.int32(&partition)
    }
}

/// Value behind `ShareUpdateKey`; without one the key is deleted.
public struct ShareUpdateValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var snapshotEpoch: Int32 = 0
    public var leaderEpoch: Int32 = 0
    public var startOffset: Int64 = 0
    public var deliveryCompleteCount: Int32 = -1
    public var stateBatches: [StateBatch] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&snapshotEpoch)
        try wire.int32(&leaderEpoch)
        try wire.int64(&startOffset)
        try wire.array(&stateBatches)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: deliveryCompleteCount == -1) { (wire) throws(WireError) in
                try wire.int32(&deliveryCompleteCount)
            }
        }
    }

    /// Records in a row that have the same state.
    public struct StateBatch: WireStructure {
        public var firstOffset: Int64 = 0
        public var lastOffset: Int64 = 0
        public var deliveryState: Int8 = 0
        public var deliveryCount: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&firstOffset)
            try wire.int64(&lastOffset)
            try wire.int8(&deliveryState)
            try wire.int16(&deliveryCount)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
