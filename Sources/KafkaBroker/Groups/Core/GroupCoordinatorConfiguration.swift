// SPDX-License-Identifier: Apache-2.0

/// How groups are coordinated; the defaults are Kafka's, but for the initial delay, which is that of its shipped file.
struct GroupCoordinatorConfiguration: Sendable, Equatable {
    /// `group.min.session.timeout.ms`
    var minSessionTimeoutMs: Int32 = 6_000
    /// `group.max.session.timeout.ms`
    var maxSessionTimeoutMs: Int32 = 1_800_000
    /// `group.max.size`
    var maxGroupSize: Int32 = .max
    /// `group.initial.rebalance.delay.ms`
    var initialRebalanceDelayMs: Int32 = 0
    /// `offset.metadata.max.bytes`, in UTF-16 units as Kafka counts
    var offsetMetadataMaxBytes: Int32 = 4_096
    /// `offsets.retention.minutes`, in milliseconds
    var offsetsRetentionMs: Int64 = 7 * 24 * 60 * 60_000
    /// `offsets.retention.check.interval.ms`
    var offsetsRetentionCheckIntervalMs: Int64 = 600_000

    /// Whether `group.coordinator.rebalance.protocols` has `consumer` and group.version is at least 1
    var consumerProtocolEnabled = true
    /// `group.consumer.session.timeout.ms`
    var consumerSessionTimeoutMs: Int32 = 45_000
    /// `group.consumer.heartbeat.interval.ms`
    var consumerHeartbeatIntervalMs: Int32 = 5_000
    /// `group.consumer.max.size`
    var consumerMaxGroupSize: Int32 = .max
    /// `group.consumer.assignors`; the first is the default
    var consumerAssignors = ["uniform", "range"]
    /// `group.consumer.migration.policy`
    var consumerMigrationPolicy = ConsumerGroupMigrationPolicy.bidirectional

    /// Whether share.version is at least 1
    var shareProtocolEnabled = false
    /// `group.share.session.timeout.ms`
    var shareSessionTimeoutMs: Int32 = 45_000
    /// `group.share.heartbeat.interval.ms`
    var shareHeartbeatIntervalMs: Int32 = 5_000
    /// `group.share.max.size`
    var shareMaxGroupSize: Int32 = 200

    /// How long a new member of a classic group may stay in JoinGroup before it counts as gone; not configurable.
    var newMemberJoinTimeoutMs: Int32 { 5 * 60_000 }
}

/// Between which protocols a group that has members may migrate (KIP-848).
enum ConsumerGroupMigrationPolicy: String, Sendable, CaseIterable {
    case bidirectional, upgrade, downgrade, disabled

    var allowsUpgrade: Bool { self == .bidirectional || self == .upgrade }
    var allowsDowngrade: Bool { self == .bidirectional || self == .downgrade }
}
