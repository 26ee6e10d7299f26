// SPDX-License-Identifier: Apache-2.0

/// Record 5 of `__cluster_metadata`: what has changed of a partition: leader, replicas in sync, or a reassignment.
///
/// Version 1 adds `directories`; version 2 adds `eligibleLeaderReplicas`, `lastKnownElr`.
public struct PartitionChangeRecord: MetadataRecord {
    public static var recordType: Int16 { 5 }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var partitionID: Int32 = -1
    public var topicID: KafkaUUID = .zero
    public var isr: [Int32]? = nil
    public var leader: Int32 = -2
    public var replicas: [Int32]? = nil
    public var removingReplicas: [Int32]? = nil
    public var addingReplicas: [Int32]? = nil
    public var leaderRecoveryState: Int8 = -1
    public var directories: [KafkaUUID]? = nil
    public var eligibleLeaderReplicas: [Int32]? = nil
    public var lastKnownElr: [Int32]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&partitionID)
        try wire.uuid(&topicID)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: isr == nil) { (wire) throws(WireError) in try wire.nullableInt32s(&isr) }
            try tags.field(1, isDefault: leader == -2) { (wire) throws(WireError) in try wire.int32(&leader) }
            try tags.field(2, isDefault: replicas == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&replicas)
            }
            try tags.field(3, isDefault: removingReplicas == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&removingReplicas)
            }
            try tags.field(4, isDefault: addingReplicas == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&addingReplicas)
            }
            try tags.field(5, isDefault: leaderRecoveryState == -1) { (wire) throws(WireError) in
                try wire.int8(&leaderRecoveryState)
            }
            try tags.field(6, since: 2, isDefault: eligibleLeaderReplicas == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&eligibleLeaderReplicas)
            }
            try tags.field(7, since: 2, isDefault: lastKnownElr == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&lastKnownElr)
            }
            try tags.field(8, since: 1, isDefault: directories == nil) { (wire) throws(WireError) in
                try wire.nullableUUIDs(&directories)
            }
        }
    }
}
