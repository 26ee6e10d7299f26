// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    static let brokerGroups: [ConfigDefinition] = [
        .int(
            "group.coordinator.append.linger.ms", 5, "Time the coordinator gathers records for one write; here none.",
            .atLeast(-1)
        ),
        .bool("group.coordinator.new.enable", true, "Without effect since Kafka 4.").hidden,
        .list(
            "group.coordinator.rebalance.protocols", "classic,consumer,streams", "Kinds of groups that are served.",
            .nonEmptyListOf(["classic", "consumer", "share", "streams"])),
        .int("group.coordinator.threads", 4, "Threads of the coordinator; not used here.", .atLeast(1)),
        // Kafka's own default is 3000, and the files that it ships for a broker that stands alone said 0: with one member,
        // the usual case here, every start of a consumer would wait three seconds for others that don't come.
        .int("group.initial.rebalance.delay.ms", 0, "Wait for further members before a new group's first rebalance."),
        .int("group.max.session.timeout.ms", 1_800_000, "The longest session timeout that a member may ask for."),
        .int("group.max.size", .max, "Members that a classic group may have.", .atLeast(1)),
        .int("group.min.session.timeout.ms", 6000, "The shortest session timeout that a member may ask for."),
        .int("offset.metadata.max.bytes", 4096, "The longest text beside a committed offset."),
        .int("offsets.commit.timeout.ms", 5000, "How long a commit may wait for replicas; not used here.", .atLeast(1)),
        .long(
            "offsets.retention.check.interval.ms", 600_000, "Time between searches for expired offsets.", .atLeast(1)),
        .int(
            "offsets.retention.minutes", 10_080, "How long committed offsets outlive their group's activity.",
            .atLeast(1)),
        .int(
            "offsets.load.buffer.size", 5 << 20,
            "Bytes read at once when a coordinator loads offsets; here a megabyte.", .atLeast(1)),
        .int("offsets.topic.compression.codec", 0, "Codec of __consumer_offsets, by number; here there is none."),
        .int("offsets.topic.num.partitions", 50, "Partitions of __consumer_offsets.", .atLeast(1)),
        .short(
            "offsets.topic.replication.factor", 3, "Replicas of __consumer_offsets; here there is one.", .atLeast(1)),
        .int("offsets.topic.segment.bytes", 100 << 20, "Bytes of a segment of __consumer_offsets.", .atLeast(1)),
    ]

    static let brokerConsumerGroups: [ConfigDefinition] = [
        .list("group.consumer.assignors", "uniform,range", "Server-side assignors; the first is the default.", .any),
        .int("group.consumer.heartbeat.interval.ms", 5000, "Default of consumer.heartbeat.interval.ms.", .atLeast(1)),
        .int(
            "group.consumer.max.heartbeat.interval.ms", 15_000, "Upper limit of consumer.heartbeat.interval.ms.",
            .atLeast(1)),
        .int(
            "group.consumer.max.session.timeout.ms", 60_000, "Upper limit of consumer.session.timeout.ms.", .atLeast(1)),
        .int("group.consumer.max.size", .max, "Members that a consumer group may have.", .atLeast(1)),
        .string(
            "group.consumer.migration.policy", "bidirectional",
            "Whether groups may change between the classic and the consumer protocol while they are in use.",
            .oneOfIgnoringCase(["DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"])),
        .int(
            "group.consumer.min.heartbeat.interval.ms", 5000, "Lower limit of consumer.heartbeat.interval.ms.",
            .atLeast(1)),
        .int(
            "group.consumer.min.session.timeout.ms", 45_000, "Lower limit of consumer.session.timeout.ms.", .atLeast(1)),
        .int("group.consumer.session.timeout.ms", 45_000, "Default of consumer.session.timeout.ms.", .atLeast(1)),
        .int(
            "group.consumer.regex.refresh.interval.ms", 600_000,
            "Time after which a subscribed pattern is matched against new topics; here that is done at once.",
            .atLeast(10_000)),
        .int("group.streams.heartbeat.interval.ms", 5000, "Default of streams.heartbeat.interval.ms.", .atLeast(1)),
        .int(
            "group.streams.initial.rebalance.delay.ms", 3000, "Default of streams.initial.rebalance.delay.ms.",
            .atLeast(0)),
        .int(
            "group.streams.max.heartbeat.interval.ms", 15_000, "Upper limit of streams.heartbeat.interval.ms.",
            .atLeast(1)),
        .int("group.streams.max.session.timeout.ms", 60_000, "Upper limit of streams.session.timeout.ms.", .atLeast(1)),
        .int("group.streams.max.size", .max, "Members that a streams group may have.", .atLeast(1)),
        .int("group.streams.max.standby.replicas", 2, "Upper limit of streams.num.standby.replicas.", .atLeast(0)),
        .int(
            "group.streams.min.heartbeat.interval.ms", 5000, "Lower limit of streams.heartbeat.interval.ms.",
            .atLeast(1)),
        .int("group.streams.min.session.timeout.ms", 45_000, "Lower limit of streams.session.timeout.ms.", .atLeast(1)),
        .int("group.streams.num.standby.replicas", 0, "Default of streams.num.standby.replicas.", .atLeast(0)),
        .int("group.streams.session.timeout.ms", 45_000, "Default of streams.session.timeout.ms.", .atLeast(1)),
    ]

    static let brokerShareGroups: [ConfigDefinition] = [
        .list(
            "group.share.assignors", "simple", "Server-side assignors of share groups; only the first is used.", .any),
        .int("group.share.delivery.count.limit", 5, "How often a record is delivered at most.", .between(2, 10)),
        .bool("group.share.enable", false, "Without effect since Kafka 4.2; share.version decides.").hidden,
        .int("group.share.heartbeat.interval.ms", 5000, "Default of share.heartbeat.interval.ms.", .atLeast(1)),
        .int(
            "group.share.max.heartbeat.interval.ms", 15_000, "Upper limit of share.heartbeat.interval.ms.", .atLeast(1)),
        .int(
            "group.share.max.record.lock.duration.ms", 60_000, "Upper limit of share.record.lock.duration.ms.",
            .between(30_000, 3_600_000)),
        .int("group.share.max.session.timeout.ms", 60_000, "Upper limit of share.session.timeout.ms.", .atLeast(1)),
        .int("group.share.max.share.sessions", 2000, "Share sessions that a broker keeps.", .atLeast(1)),
        .int("group.share.max.size", 200, "Members that a share group may have.", .between(1, 1000)),
        .int("group.share.min.heartbeat.interval.ms", 5000, "Lower limit of share.heartbeat.interval.ms.", .atLeast(1)),
        .int(
            "group.share.min.record.lock.duration.ms", 15_000, "Lower limit of share.record.lock.duration.ms.",
            .between(1000, 30_000)),
        .int("group.share.min.session.timeout.ms", 45_000, "Lower limit of share.session.timeout.ms.", .atLeast(1)),
        .int(
            "group.share.partition.max.record.locks", 2000, "Records of a partition that may be in flight.",
            .between(100, 10_000)),
        .string("group.share.persister.class.name", nil, "A Java class; not used.").hidden,
        .int(
            "group.share.record.lock.duration.ms", 30_000, "How long a member may hold a record.",
            .between(1000, 3_600_000)),
        .int("group.share.session.timeout.ms", 45_000, "Default of share.session.timeout.ms.", .atLeast(1)),
        .int(
            "share.coordinator.append.linger.ms", 5, "Time the share coordinator gathers records; here none.",
            .atLeast(-1)),
        .int(
            "share.coordinator.cold.partition.snapshot.interval.ms", 300_000, "Time between snapshots of idle state.",
            .atLeast(1)),
        .int(
            "share.coordinator.load.buffer.size", 5 << 20,
            "Bytes read at once when share state is loaded; here a megabyte.", .atLeast(1)
        ),
        .int(
            "share.coordinator.snapshot.update.records.per.snapshot", 500,
            "Updates of share state between two snapshots of it.", .between(0, 500)),
        .int(
            "share.coordinator.state.topic.compression.codec", 0,
            "Codec of __share_group_state, by number; here there is none."),
        .short("share.coordinator.state.topic.min.isr", 2, "min.insync.replicas of __share_group_state.", .atLeast(1)),
        .int("share.coordinator.state.topic.num.partitions", 50, "Partitions of __share_group_state.", .atLeast(1)),
        .int(
            "share.coordinator.state.topic.prune.interval.ms", 300_000,
            "Time between removals of old records of __share_group_state.", .atLeast(1)),
        .short("share.coordinator.state.topic.replication.factor", 3, "Replicas of __share_group_state.", .atLeast(1)),
        .int(
            "share.coordinator.state.topic.segment.bytes", 100 << 20, "Bytes of a segment of __share_group_state.",
            .atLeast(1)),
        .int("share.coordinator.threads", 1, "Threads of the share coordinator; not used here.", .atLeast(1)),
        .int(
            "share.coordinator.write.timeout.ms", 5000, "How long a write of share state may take; not used here.",
            .atLeast(1)),
        .int(
            "share.fetch.purgatory.purge.interval.requests", 1000,
            "Finished waits of ShareFetch kept before a clean-up."),
    ]

    static let brokerTransactions: [ConfigDefinition] = [
        .int(
            "producer.id.expiration.check.interval.ms", 600_000, "Time between searches for expired producers.",
            .atLeast(1)
        ).hidden,
        .int(
            "producer.id.expiration.ms", 86_400_000, "How long an idle producer's sequence is remembered.", .atLeast(1),
            .clusterWide),
        .int(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", 10_000,
            "Time between searches for transactions that timed out.", .atLeast(1)),
        .int("transaction.max.timeout.ms", 900_000, "The longest timeout of a transaction.", .atLeast(1)),
        .bool(
            "transaction.partition.verification.enable", true,
            "Checks that a partition belongs to the transaction before it is written to.", .clusterWide),
        .int(
            "transaction.remove.expired.transaction.cleanup.interval.ms", 3_600_000,
            "Time between searches for expired transactional ids.", .atLeast(1)),
        .int(
            "transaction.state.log.load.buffer.size", 5 << 20,
            "Bytes read at once when transactions are loaded; here a megabyte.",
            .atLeast(1)),
        .int("transaction.state.log.min.isr", 2, "min.insync.replicas of __transaction_state.", .atLeast(1)),
        .int("transaction.state.log.num.partitions", 50, "Partitions of __transaction_state.", .atLeast(1)),
        .short(
            "transaction.state.log.replication.factor", 3, "Replicas of __transaction_state; here there is one.",
            .atLeast(1)),
        .int(
            "transaction.state.log.segment.bytes", 100 << 20, "Bytes of a segment of __transaction_state.", .atLeast(1)),
        .bool(
            "transaction.two.phase.commit.enable", false, "Allows transactions that wait for an outside coordinator."),
        .int(
            "transactional.id.expiration.ms", 604_800_000, "How long an idle transactional id is remembered.",
            .atLeast(1)),
    ]
}
