// SPDX-License-Identifier: Apache-2.0

// What is accepted because Kafka's files and tools have it, and changes nothing here.
extension ConfigTable {
    /// Why, by name; of brokers, topics and groups.
    static let withoutEffect: [String: String] = {
        var reasons: [String: String] = [:]
        for (because, names) in reasonsAndNames {
            for name in names {
                precondition(reasons.updateValue(because, forKey: name) == nil, "\(name) has two reasons")
            }
        }
        return reasons
    }()

    /// What somebody who sets it relies on, so that a warning says that it is in vain.
    static let reliedOn: Set<String> = [
        "alter.config.policy.class.name", "client.quota.callback.class", "create.topic.policy.class.name",
        "remote.log.storage.system.enable",
    ]

    /// Numbers of nodes, of which there is one: whoever sets 1 has it.
    static let nodeCounts: Set<String> = [
        "offsets.topic.replication.factor", "share.coordinator.state.topic.replication.factor",
        "transaction.state.log.replication.factor",
    ]

    private static let reasonsAndNames: [(because: String, names: [String])] = [
        ("runs no Java class: nobody approves new topics", ["create.topic.policy.class.name"]),
        ("runs no Java class: nobody approves changes of configurations", ["alter.config.policy.class.name"]),
        ("runs no Java class: quotas are those that are set", ["client.quota.callback.class"]),
        (
            "runs no Java class",
            [
                "auto.include.jmx.reporter", "group.share.persister.class.name", "kafka.metrics.polling.interval.secs",
                "kafka.metrics.reporters", "metric.reporters", "principal.builder.class", "replica.selector.class",
                "sasl.client.callback.handler.class", "sasl.login.callback.handler.class", "sasl.login.class",
                "security.providers", "ssl.engine.factory.class", "ssl.keymanager.algorithm", "ssl.provider",
                "ssl.secure.random.implementation", "ssl.trustmanager.algorithm",
            ]
        ),
        ("has no tiered storage: what was moved there can't be read", ["remote.log.storage.system.enable"]),
        ("has no tiered storage", tieredStorage),
        ("is the only node: nothing is copied to others", replication),
        ("is the only node: there is one replica", Array(nodeCounts)),
        ("is the only node: there are no elections", elections),
        ("is the only node, its own controller within the process", controllers),
        ("logs in nowhere, and takes no GSSAPI", logins),
        ("serves no streams groups (KIP-1071)", streams),
        ("keeps no metrics in samples, and collects none of clients", metrics),
        ("has an event loop for each core, and requests wait at their connection", threads),
        (
            "leaves the buffers of sockets to the system, and 512 connections may wait",
            ["socket.listen.backlog.size", "socket.receive.buffer.bytes", "socket.send.buffer.bytes"]
        ),
        (
            "writes what a coordinator has at once",
            [
                "group.coordinator.append.linger.ms", "offsets.commit.timeout.ms", "share.coordinator.append.linger.ms",
                "share.coordinator.write.timeout.ms",
            ]
        ),
        (
            "reads the coordinators' topics a megabyte at a time",
            [
                "offsets.load.buffer.size", "share.coordinator.load.buffer.size",
                "transaction.state.log.load.buffer.size",
            ]
        ),
        (
            "doesn't compress what coordinators write",
            ["offsets.topic.compression.codec", "share.coordinator.state.topic.compression.codec"]
        ),
        (
            "writes checkpoints when logs are flushed, when records are deleted, and each minute",
            [
                "log.flush.offset.checkpoint.interval.ms", "log.flush.start.offset.checkpoint.interval.ms",
                "log.initial.task.delay.ms",
            ]
        ),
        (
            "keeps no finished waits",
            [
                "delete.records.purgatory.purge.interval.requests", "fetch.purgatory.purge.interval.requests",
                "producer.purgatory.purge.interval.requests", "share.fetch.purgatory.purge.interval.requests",
            ]
        ),
        ("recovers logs with a thread for each core", ["num.recovery.threads.per.data.dir"]),
        ("compacts with one thread, and buffers of its own", ["log.cleaner.io.buffer.size", "log.cleaner.threads"]),
        ("reports a failed directory at once", ["log.dir.failure.timeout.ms"]),
        (
            "moves no replica between directories",
            [
                "alter.log.dirs.replication.quota.window.num", "alter.log.dirs.replication.quota.window.size.seconds",
                "num.replica.alter.log.dirs.threads", "replica.alter.log.dirs.io.max.bytes.per.second",
            ]
        ),
        ("matches patterns as soon as topics are there", ["group.consumer.regex.refresh.interval.ms"]),
        ("has the assignor simple", ["group.share.assignors"]),
        (
            "follows Kafka 4, which ignores it",
            [
                "group.coordinator.new.enable", "group.share.enable", "log.message.downconversion.enable",
                "message.downconversion.enable",
            ]
        ),
        ("serves all listeners once it can answer", ["early.start.listeners"]),
        (
            "serves what is released",
            ["transaction.two.phase.commit.enable", "unstable.api.versions.enable", "unstable.feature.versions.enable"]
        ),
        ("takes as long for a start as it needs", ["server.max.startup.time.ms"]),
        ("checks no server's name", ["ssl.endpoint.identification.algorithm"]),
    ]

    private static let tieredStorage =
        brokerRemoteLog.map(\.name).filter { $0 != "remote.log.storage.system.enable" } + [
            "local.retention.bytes", "local.retention.ms", "log.local.retention.bytes", "log.local.retention.ms",
            "remote.log.copy.disable", "remote.log.delete.on.disable",
        ]

    private static let replication = [
        "follower.replication.throttled.rate", "follower.replication.throttled.replicas",
        "leader.replication.throttled.rate", "leader.replication.throttled.replicas", "num.replica.fetchers",
        "replica.fetch.backoff.ms", "replica.fetch.max.bytes", "replica.fetch.min.bytes",
        "replica.fetch.response.max.bytes", "replica.fetch.wait.max.ms",
        "replica.high.watermark.checkpoint.interval.ms", "replica.lag.time.max.ms",
        "replica.socket.receive.buffer.bytes", "replica.socket.timeout.ms", "replication.quota.window.num",
        "replication.quota.window.size.seconds", "request.timeout.ms", "sasl.mechanism.inter.broker.protocol",
        "socket.connection.setup.timeout.max.ms", "socket.connection.setup.timeout.ms",
    ]

    private static let elections = [
        "auto.leader.rebalance.enable", "controlled.shutdown.enable", "controlled.shutdown.max.retries",
        "controlled.shutdown.retry.backoff.ms", "leader.imbalance.check.interval.seconds",
        "leader.imbalance.per.broker.percentage", "unclean.leader.election.enable",
        "unclean.leader.election.interval.ms",
    ]

    private static let controllers = [
        "broker.heartbeat.interval.ms", "broker.session.timeout.ms", "controller.performance.always.log.threshold.ms",
        "controller.performance.sample.period.ms", "controller.quorum.append.linger.ms",
        "controller.quorum.auto.join.enable", "controller.quorum.bootstrap.servers",
        "controller.quorum.election.backoff.max.ms", "controller.quorum.election.timeout.ms",
        "controller.quorum.fetch.max.bytes", "controller.quorum.fetch.snapshot.max.bytes",
        "controller.quorum.fetch.timeout.ms", "controller.quorum.request.timeout.ms",
        "controller.quorum.retry.backoff.ms", "controller.socket.timeout.ms", "initial.broker.registration.timeout.ms",
        "metadata.log.segment.min.bytes", "metadata.max.idle.interval.ms", "sasl.mechanism.controller.protocol",
    ]

    private static let logins = [
        "sasl.kerberos.kinit.cmd", "sasl.kerberos.min.time.before.relogin", "sasl.kerberos.principal.to.local.rules",
        "sasl.kerberos.service.name", "sasl.kerberos.ticket.renew.jitter", "sasl.kerberos.ticket.renew.window.factor",
        "sasl.login.connect.timeout.ms", "sasl.login.read.timeout.ms", "sasl.login.refresh.buffer.seconds",
        "sasl.login.refresh.min.period.seconds", "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter",
        "sasl.login.retry.backoff.max.ms", "sasl.login.retry.backoff.ms", "sasl.oauthbearer.scope.claim.name",
        "sasl.oauthbearer.token.endpoint.url",
    ]

    private static let streams =
        brokerConsumerGroups.map(\.name).filter { $0.hasPrefix("group.streams.") }
        + groupResource.map(\.name).filter { $0.hasPrefix("streams.") }

    private static let metrics = [
        "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms", "telemetry.max.bytes",
    ]

    private static let threads = [
        "background.threads", "group.coordinator.threads", "num.io.threads", "num.network.threads",
        "queued.max.requests", "share.coordinator.threads",
    ]
}

extension ConfigDefinition {
    /// Why setting it changes nothing here, as what "this broker" does instead; nil where it does what it says.
    package var withoutEffect: String? { ConfigTable.withoutEffect[name] }
}
