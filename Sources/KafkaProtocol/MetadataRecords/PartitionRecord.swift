// SPDX-License-Identifier: Apache-2.0

/// Record 3 of `__cluster_metadata`: a partition as a whole: its replicas, those in sync, its leader.
///
/// Version 1 adds `directories`; version 2 adds `eligibleLeaderReplicas`, `lastKnownElr`.
public struct PartitionRecord: MetadataRecord {
    public static var recordType: Int16 { 3 }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var partitionID: Int32 = -1
    public var topicID: KafkaUUID = .zero
    public var replicas: [Int32] = []
    public var isr: [Int32] = []
    public var removingReplicas: [Int32] = []
    public var addingReplicas: [Int32] = []
    public var leader: Int32 = -1
    public var leaderRecoveryState: Int8 = 0
    public var leaderEpoch: Int32 = -1
    public var partitionEpoch: Int32 = -1
    public var directories: [KafkaUUID] = []
    public var eligibleLeaderReplicas: [Int32]? = nil
    public var lastKnownElr: [Int32]? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&partitionID)
        try wire.uuid(&topicID)
        try wire.int32s(&replicas)
        try wire.int32s(&isr)
        try wire.int32s(&removingReplicas)
        try wire.int32s(&addingReplicas)
        try wire.int32(&leader)
        try wire.int32(&leaderEpoch)
        try wire.int32(&partitionEpoch)
        try wire.uuids(&directories, since: 1)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: leaderRecoveryState == 0) { (wire) throws(WireError) in
                try wire.int8(&leaderRecoveryState)
            }
            try tags.field(1, since: 2, isDefault: eligibleLeaderReplicas == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&eligibleLeaderReplicas)
            }
            try tags.field(2, since: 2, isDefault: lastKnownElr == nil) { (wire) throws(WireError) in
                try wire.nullableInt32s(&lastKnownElr)
            }
        }
    }
}
