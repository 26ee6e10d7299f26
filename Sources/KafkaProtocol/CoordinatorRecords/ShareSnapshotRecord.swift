// SPDX-License-Identifier: Apache-2.0

/// Key 0 of `__share_group_state`: the whole state of a share partition (KIP-932).
public struct ShareSnapshotKey: CoordinatorKey {
    public typealias Value = ShareSnapshotValue
    public static var recordType: Int16 { 0 }
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

/// Value behind `ShareSnapshotKey`; without one the key is deleted.
public struct ShareSnapshotValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var snapshotEpoch: Int32 = 0
    public var stateEpoch: Int32 = 0
    public var leaderEpoch: Int32 = 0
    public var startOffset: Int64 = 0
    public var deliveryCompleteCount: Int32 = -1
    public var createTimestamp: Int64 = 0
    public var writeTimestamp: Int64 = 0
    public var stateBatches: [StateBatch] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&snapshotEpoch)
        try wire.int32(&stateEpoch)
        try wire.int32(&leaderEpoch)
        try wire.int64(&startOffset)
        try wire.int64(&createTimestamp)
        try wire.int64(&writeTimestamp)
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
