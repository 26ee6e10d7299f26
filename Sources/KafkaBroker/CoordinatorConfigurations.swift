// SPDX-License-Identifier: Apache-2.0

import KafkaLog

extension GroupCoordinatorConfiguration {
    /// The broker's `group.*` and `offsets.*` configurations.
    init(_ configuration: BrokerConfiguration, _ image: MetadataImage) {
        self.init()
        minSessionTimeoutMs = configuration.int32("group.min.session.timeout.ms")
        maxSessionTimeoutMs = configuration.int32("group.max.session.timeout.ms")
        maxGroupSize = configuration.int32("group.max.size")
        initialRebalanceDelayMs = configuration.int32("group.initial.rebalance.delay.ms")
        offsetMetadataMaxBytes = configuration.int32("offset.metadata.max.bytes")
        offsetsRetentionMs = Int64(configuration.int32("offsets.retention.minutes")) * 60_000
        offsetsRetentionCheckIntervalMs = configuration.int64("offsets.retention.check.interval.ms")
        consumerSessionTimeoutMs = configuration.int32("group.consumer.session.timeout.ms")
        consumerHeartbeatIntervalMs = configuration.int32("group.consumer.heartbeat.interval.ms")
        consumerMaxGroupSize = configuration.int32("group.consumer.max.size")
        consumerAssignors = configuration.list("group.consumer.assignors")
        consumerProtocolEnabled =
            image.groupVersion >= 1 && configuration.list("group.coordinator.rebalance.protocols").contains("consumer")
        shareProtocolEnabled = image.shareVersion >= 1
        shareSessionTimeoutMs = configuration.int32("group.share.session.timeout.ms")
        shareHeartbeatIntervalMs = configuration.int32("group.share.heartbeat.interval.ms")
        shareMaxGroupSize = configuration.int32("group.share.max.size")
        if let policy = ConsumerGroupMigrationPolicy(
            rawValue: configuration.string("group.consumer.migration.policy").lowercased())
        {
            consumerMigrationPolicy = policy
        }
    }
}

extension ShareCoordinatorConfiguration {
    /// The broker's `share.coordinator.*` configurations.
    init(_ configuration: BrokerConfiguration) {
        self.init()
        updatesPerSnapshot = Int(configuration.int32("share.coordinator.snapshot.update.records.per.snapshot"))
        pruneIntervalMs = Int64(configuration.int32("share.coordinator.state.topic.prune.interval.ms"))
        coldSnapshotIntervalMs = Int64(configuration.int32("share.coordinator.cold.partition.snapshot.interval.ms"))
    }
}

extension TransactionCoordinatorConfiguration {
    /// The broker's `transaction.*` and `transactional.*` configurations.
    init(_ configuration: BrokerConfiguration) {
        self.init()
        maxTimeoutMs = configuration.int32("transaction.max.timeout.ms")
        transactionalIDExpirationMs = Int64(configuration.int32("transactional.id.expiration.ms"))
        abortCheckIntervalMs = Int64(
            configuration.int32("transaction.abort.timed.out.transaction.cleanup.interval.ms"))
        expirationCheckIntervalMs = Int64(
            configuration.int32("transaction.remove.expired.transaction.cleanup.interval.ms"))
        verifiesPartitions = configuration.bool("transaction.partition.verification.enable")
    }
}

extension ProducerSettings {
    convenience init(_ configuration: BrokerConfiguration) {
        self.init()
        update(configuration)
    }

    func update(_ configuration: BrokerConfiguration) {
        expirationMs = configuration.int64("producer.id.expiration.ms")
        verifiesTransactions = configuration.bool("transaction.partition.verification.enable")
    }
}
