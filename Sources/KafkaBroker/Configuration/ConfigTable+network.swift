// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    static let brokerNetwork: [ConfigDefinition] = [
        .string("advertised.listeners", nil, "Where clients reach the listeners, if not where they are bound."),
        .long("connections.max.idle.ms", 600_000, "Time after which an idle connection is closed."),
        .long("connections.max.reauth.ms", 0, "How long a SASL session lasts before it must be renewed; 0: for ever."),
        .int(
            "connection.failed.authentication.delay.ms", 100,
            "Delay before a connection that failed to log in is closed.", .atLeast(0)),
        .string("early.start.listeners", nil, "Listeners that open before the authorizer is ready."),
        .string(
            "listener.security.protocol.map",
            "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
            "Security protocol of each listener name."),
        .list(
            "listeners", "PLAINTEXT://:9092", "Where the broker listens: NAME://host:port, separated by commas.", .any),
        .int(
            "max.connection.creation.rate", .max, "New connections allowed in a second; others wait.",
            .atLeast(0), .clusterWide),
        .int("max.connections", .max, "Connections allowed at a time; others wait.", .atLeast(0), .clusterWide),
        .int(
            "max.connections.per.ip", .max, "Connections allowed from one address.", .atLeast(0),
            .clusterWide),
        .string(
            "max.connections.per.ip.overrides", "",
            "Exceptions to max.connections.per.ip: host:number, separated by commas.",
            .any,
            .clusterWide),
        .int(
            "num.network.threads", 3, "Threads that serve sockets; here one for each core.", .atLeast(1), .clusterWide),
        .long(
            "queued.max.request.bytes", -1,
            "Bytes of requests that are read and served at a time; -1: 256 MiB here, no limit in Kafka."),
        .int("queued.max.requests", 500, "Requests that may wait; here one for each connection.", .atLeast(1)),
        .int("socket.listen.backlog.size", 50, "Connections that may wait to be accepted; here 512.", .atLeast(1)),
        .int("socket.receive.buffer.bytes", 100 << 10, "SO_RCVBUF of the sockets; here always the system's default."),
        .int("socket.request.max.bytes", 100 << 20, "The largest request.", .atLeast(1)),
        .int("socket.send.buffer.bytes", 100 << 10, "SO_SNDBUF of the sockets; here always the system's default."),
    ]

    static let brokerGeneral: [ConfigDefinition] = [
        .int("background.threads", 10, "Threads for periodic work; not used here.", .atLeast(1), .clusterWide),
        .int("broker.id", -1, "The old name of node.id."),
        .string("broker.rack", nil, "Rack of the broker."),
        .string(
            "config.providers", nil, "Not used: providers of values for other configurations.", .any, .clusterWide),
        .bool("controlled.shutdown.enable", true, "Moves leaders away before a broker stops."),
        .int("controlled.shutdown.max.retries", 3, "Attempts at a controlled shutdown."),
        .long("controlled.shutdown.retry.backoff.ms", 5000, "Pause between attempts at a controlled shutdown."),
        .int("fetch.max.bytes", 55 << 20, "The most bytes of records in one fetch response.", .atLeast(1024)),
        .int(
            "max.incremental.fetch.session.cache.slots", 1000, "Incremental fetch sessions that are kept.", .atLeast(0)),
        .int(
            "max.request.partition.size.limit", 2000, "Partitions in one answer of DescribeTopicPartitions.",
            .atLeast(1)),
        .int("num.io.threads", 8, "Threads that handle requests; here one for each core.", .atLeast(1), .clusterWide),
        .int("num.replica.alter.log.dirs.threads", nil, "Threads that move replicas between data directories."),
        .int("request.timeout.ms", 30_000, "How long the broker waits for an answer to its own requests."),
        .long("socket.connection.setup.timeout.max.ms", 30_000, "The longest wait for a connection to be established."),
        .long("socket.connection.setup.timeout.ms", 10_000, "The first wait for a connection to be established."),
        .bool("unstable.api.versions.enable", false, "Serves versions that are not released yet.").hidden,
        .bool("unstable.feature.versions.enable", false, "Offers feature levels that are not released yet.").hidden,
    ]

    static let brokerMetrics: [ConfigDefinition] = [
        .bool("auto.include.jmx.reporter", true, "Not used since Kafka 4.").hidden,
        .int("kafka.metrics.polling.interval.secs", 10, "Time between calls of the metrics reporters.", .atLeast(1)),
        .list("kafka.metrics.reporters", "", "Java classes; not used.", .any),
        .list(
            "metric.reporters", "org.apache.kafka.common.metrics.JmxReporter", "Java classes; not used.", .any,
            .clusterWide),
        .int("metrics.num.samples", 2, "Samples that a metric keeps.", .atLeast(1)),
        .string("metrics.recording.level", "INFO", "Detail of the metrics that are kept."),
        .long("metrics.sample.window.ms", 30_000, "Time of one sample of a metric.", .atLeast(1)),
        .int("telemetry.max.bytes", 1 << 20, "The largest push of a client's metrics.", .atLeast(1)),
    ]
}
