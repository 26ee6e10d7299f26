// SPDX-License-Identifier: Apache-2.0

/// Key 1 of `__consumer_offsets`: how far a group has read a partition.
public struct OffsetCommitKey: CoordinatorKey {
    public typealias Value = OffsetCommitValue
    public static var recordType: Int16 { 1 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var group: String = ""
    public var topic: String = ""
    public var partition: Int32 = 0

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&group)
        try wire.string(&topic)
        try wire.int32(&partition)
    }
}

/// Value behind `OffsetCommitKey`; without one the key is deleted.
///
/// Version 1 adds `expireTimestamp`; version 2 drops `expireTimestamp`; version 3 adds `leaderEpoch`; version 4
/// adds `topicID`.
public struct OffsetCommitValue: Message {
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 4 }

    public var offset: Int64 = 0
    public var leaderEpoch: Int32 = -1
    public var metadata: String = ""
    public var commitTimestamp: Int64 = 0
    public var expireTimestamp: Int64 = -1
    public var topicID: KafkaUUID = .zero
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int64(&offset)
        try wire.int32(&leaderEpoch, since: 3, ignorable: true)
        try wire.string(&metadata)
        try wire.int64(&commitTimestamp)
        try wire.int64(&expireTimestamp, since: 1, until: 1, ignorable: true)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, since: 4, isDefault: topicID == .zero) { (wire) throws(WireError) in
                try wire.uuid(&topicID)
            }
        }
    }
}
