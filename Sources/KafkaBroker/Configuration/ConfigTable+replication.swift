// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    private static let protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]

    static let brokerReplication: [ConfigDefinition] = [
        .bool("auto.leader.rebalance.enable", true, "Returns leadership to preferred replicas from time to time."),
        .int("controller.socket.timeout.ms", 30_000, "Timeout of the channel between controller and brokers.").hidden,
        .int("default.replication.factor", 1, "Replicas of a new topic that asks for no number."),
        .int(
            "delete.records.purgatory.purge.interval.requests", 1,
            "Finished waits of DeleteRecords kept before a clean-up."),
        .int("fetch.purgatory.purge.interval.requests", 1000, "Finished waits of Fetch kept before a clean-up."),
        .string("inter.broker.listener.name", nil, "Listener that brokers use among themselves."),
        .long(
            "leader.imbalance.check.interval.seconds", 300, "Time between checks for misplaced leaders.", .atLeast(1)),
        .int("leader.imbalance.per.broker.percentage", 10, "Share of misplaced leaders that is tolerated."),
        .int("num.replica.fetchers", 1, "Threads that copy from each leader.", .any, .clusterWide),
        .int("producer.purgatory.purge.interval.requests", 1000, "Finished waits of Produce kept before a clean-up."),
        .int("replica.fetch.backoff.ms", 1000, "Pause of a follower after a failed fetch.", .atLeast(0)),
        .int("replica.fetch.max.bytes", 1 << 20, "Bytes that a follower asks of each partition.", .atLeast(0)),
        .int("replica.fetch.min.bytes", 1, "Bytes that a follower waits for."),
        .int("replica.fetch.response.max.bytes", 10 << 20, "Bytes that a follower asks for at once.", .atLeast(0)),
        .int("replica.fetch.wait.max.ms", 500, "How long a follower's fetch may wait."),
        .long("replica.high.watermark.checkpoint.interval.ms", 5000, "Time between writes of the high watermarks."),
        .long("replica.lag.time.max.ms", 30_000, "Lag after which a follower leaves the in-sync replicas."),
        .string("replica.selector.class", nil, "A Java class that picks replicas for consumers; not used."),
        .int("replica.socket.receive.buffer.bytes", 64 << 10, "SO_RCVBUF of a follower."),
        .int("replica.socket.timeout.ms", 30_000, "Timeout of a follower's requests."),
        .string("security.inter.broker.protocol", "PLAINTEXT", "Protocol among brokers.", .oneOf(protocols)),
        .bool(
            "unclean.leader.election.enable", false, "Default of the topics' unclean.leader.election.enable.",
            .clusterWide),
        .long("unclean.leader.election.interval.ms", 300_000, "Time between unclean elections.", .atLeast(1)).hidden,
    ]

    static let brokerKRaft: [ConfigDefinition] = [
        .int("broker.heartbeat.interval.ms", 2000, "Time between a broker's heartbeats to the controller."),
        .int("broker.session.timeout.ms", 9000, "Silence after which the controller fences a broker."),
        .string("controller.listener.names", nil, "Names of the controller's listeners, which are not served here."),
        .int("controller.performance.always.log.threshold.ms", 2000, "Slow controller events are logged.", .atLeast(0)),
        .long("controller.performance.sample.period.ms", 60_000, "Period of controller statistics.", .atLeast(100)),
        .int("controller.quorum.append.linger.ms", 25, "Time the controller gathers records for one write."),
        .bool("controller.quorum.auto.join.enable", false, "Lets a new controller join by itself."),
        .list("controller.quorum.bootstrap.servers", "", "Controllers to ask for the quorum.", .any),
        .int("controller.quorum.election.backoff.max.ms", 1000, "The longest pause before another election."),
        .int("controller.quorum.election.timeout.ms", 1000, "How long an election may take."),
        .int(
            "controller.quorum.fetch.max.bytes", 8 << 20, "Bytes that a follower of the quorum asks for.", .atLeast(0)),
        .int(
            "controller.quorum.fetch.snapshot.max.bytes", 8 << 20,
            "Bytes of a snapshot that a follower of the quorum asks for.", .atLeast(0)),
        .int("controller.quorum.fetch.timeout.ms", 2000, "Silence after which an election begins."),
        .int("controller.quorum.request.timeout.ms", 2000, "Timeout of requests in the quorum."),
        .int("controller.quorum.retry.backoff.ms", 20, "Pause before a request in the quorum is repeated."),
        .list("controller.quorum.voters", "", "The controllers: id@host:port, separated by commas.", .any),
        .int("initial.broker.registration.timeout.ms", 60_000, "How long a broker tries to register."),
        .long(
            "metadata.log.max.record.bytes.between.snapshots", 20 << 20,
            "Bytes of metadata records after which a snapshot is written.", .atLeast(1)),
        .long(
            "metadata.log.max.snapshot.interval.ms", 3_600_000, "Time after which a snapshot is written.", .atLeast(0)),
        .string("metadata.log.dir", nil, "Directory of the metadata log, if not the first of log.dirs."),
        .int("metadata.log.segment.bytes", 1 << 30, "Bytes of a segment of the metadata log.", .atLeast(8 << 20)),
        .int("metadata.log.segment.min.bytes", 8 << 20, "Smallest segment of the metadata log.", .atLeast(12)).hidden,
        .long("metadata.log.segment.ms", 604_800_000, "Time after which the metadata log begins a new segment."),
        .int(
            "metadata.max.idle.interval.ms", 500, "Not used: time between no-op records of an idle controller.",
            .atLeast(0)),
        .long("metadata.max.retention.bytes", 100 << 20, "Bytes of metadata log and snapshots that are kept."),
        .long("metadata.max.retention.ms", 604_800_000, "Age of metadata log and snapshots that are kept."),
        .int("node.id", -1, "Number of this node; 1 if neither it nor broker.id is set."),
        .list("process.roles", "", "Accepted; the node is always both.", .listOf(["broker", "controller"])),
        .string("sasl.mechanism.controller.protocol", "GSSAPI", "SASL mechanism towards controllers."),
        .long("server.max.startup.time.ms", .max, "How long a start may take.", .atLeast(0)).hidden,
    ]

    static let brokerQuotas: [ConfigDefinition] = [
        .int(
            "alter.log.dirs.replication.quota.window.num", 11, "Samples of the quota on moves between directories.",
            .atLeast(1)),
        .int(
            "alter.log.dirs.replication.quota.window.size.seconds", 1, "Seconds of each of these samples.", .atLeast(1)),
        .type("client.quota.callback.class", nil, "A Java class that decides on quotas; not used."),
        .int("controller.quota.window.num", 11, "Samples of the quota on changes of topics.", .atLeast(1)),
        .int("controller.quota.window.size.seconds", 1, "Seconds of each of these samples.", .atLeast(1)),
        .int("quota.window.num", 11, "Samples of the clients' quotas.", .atLeast(1)),
        .int("quota.window.size.seconds", 1, "Seconds of each of these samples.", .atLeast(1)),
        .int("replication.quota.window.num", 11, "Samples of the quota on replication.", .atLeast(1)),
        .int("replication.quota.window.size.seconds", 1, "Seconds of each of these samples.", .atLeast(1)),
        // Set by kafka-reassign-partitions; these three exist as dynamic configurations only.
        .long(
            "follower.replication.throttled.rate", .max, "Bytes a second that throttled followers copy.", .atLeast(0),
            .clusterWide
        ).hidden,
        .long(
            "leader.replication.throttled.rate", .max, "Bytes a second that leaders send to throttled followers.",
            .atLeast(0), .clusterWide
        ).hidden,
        .long(
            "replica.alter.log.dirs.io.max.bytes.per.second", .max,
            "Bytes a second that moves between data directories may copy.", .atLeast(0), .clusterWide
        ).hidden,
    ]
}
