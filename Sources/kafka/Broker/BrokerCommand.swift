// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaHTTP
import KafkaProtocol
import KafkaWeb
import Logging

/// `kafka broker`: one node on this machine, until it is told to stop.
struct BrokerCommand: Command {
    static let definition = CommandDefinition(
        name: "broker",
        summary: "Run a broker on this machine",
        discussion: """
            Starts a single-node Kafka broker and serves until SIGTERM, SIGINT or SIGHUP. No format step is needed: an empty \
            directory is made ready, and a directory of Apache Kafka 4 is taken over as it is. When the broker \
            accepts connections it prints one line to standard output, "ready on HOST:PORT, data in DIR"; \
            logs go to standard error.
            """,
        options: [
            .value("override", "NAME=VALUE", "Set a broker property; wins over the file", repeats: true),
            .value("data-dir", "DIR", "Keep the data here (default $XDG_DATA_HOME/kafka)", completion: .file),
            .value("listen", "HOST:PORT", "Listen here (default 127.0.0.1:9092; port 0: a free one)", repeats: true),
            .value(
                "http", "[https://]HOST:PORT",
                "Serve HTTP here: a page to look at the broker with a browser, /metrics for Prometheus, /healthz and /readyz; "
                    + "https:// has the certificate of ssl.* or listener.name.http.ssl.* [http.listeners]",
                repeats: true
            ),
            .flag("http-write", "With --http: let the page produce, make and delete topics, and reset groups' offsets"),
            .flag("ephemeral", "Keep the data in a temporary directory that is gone afterwards"),
            .value(
                "nodes", "N",
                "With --ephemeral, for tests: be N brokers to clients, over one store. Nothing is replicated [1]"),
            .flag(
                "secure",
                "Encrypt, have clients log in, and check what they may do; makes a certificate, and admin.properties in the "
                    + "data directory to log in with"),
            .flag(
                "env",
                "Take the variables of the environment that Kafka's container images take: KAFKA_NUM_PARTITIONS=3 and the like"
            ),
            .flag(
                "print-config",
                "Print every property, where it comes from and whether it has an effect, and start nothing"),
            .value(
                "log-level", "LEVEL",
                "Say more or less on standard error: trace, debug, info, notice, warning, error [$KAFKA_LOG_LEVEL, "
                    + "else notice]",
                completion: .words(BrokerLogLevel.names)),
            .value(
                "log-format", "FORMAT",
                "Write the log as text, or as json: one object a line [$KAFKA_LOG_FORMAT, else text]",
                completion: .words(BrokerLogFormat.names)),
        ],
        operands: "[server.properties] [KAFKA_VARIABLE=VALUE ...]",
        rows: [PrintedConfiguration.row],
        sections: [containers],
        examples: [
            .init("kafka broker", "A broker on localhost:9092"),
            .init("kafka broker --listen 127.0.0.1:0 --ephemeral", "A broker for a test"),
            .init("kafka broker --ephemeral --nodes 3", "Three brokers for tests; see kafka-nodes(1)"),
            .init("kafka broker --secure", "TLS, logins and ACLs; admin.properties in its data directory logs in"),
            .init("kafka broker --log-level info", "Says what topics, groups and logs go through"),
            .init("kafka broker --env KAFKA_NUM_PARTITIONS=3", "As in a container, by variables"),
            .init("kafka broker server.properties --override num.partitions=3", "With Kafka's own configuration file"),
        ],
        differences: [
            "--nodes makes one process several brokers to its clients: listeners on following ports, leaders spread, "
                + "replication factors up to their number, kafka nodes to stop and start them. All is in one store: nothing "
                + "is replicated, and what is lost is lost for all. It is for tests alone, and so wants --ephemeral; share "
                + "groups are served by every node.",
            "Listens on 127.0.0.1 unless told otherwise, and needs no storage format step.",
            "--listen '*:9092' listens on all addresses, of IPv6 and IPv4, and each client is told the address by which it "
                + "came; so it is for listeners of a file without a host or on 0.0.0.0, which Kafka refuses without "
                + "advertised.listeners.",
            "group.initial.rebalance.delay.ms is 0 and not 3000: with one member, the usual case here, each start of a "
                + "consumer would wait three seconds for others. The file that Kafka ships for a broker that stands alone "
                + "had 0 as well. With 3000, members that start together are balanced once and not several times.",
            "A consumer that subscribes to a pattern (KIP-848) is told the matches with the first heartbeat; Kafka resolves a "
                + "pattern that is new to a group behind that answer.",
            "What the broker creates is its owner's alone (0700 and 0600), whatever the umask.",
            "Metadata that is damaged before its end, or lacks a part, is refused, where Kafka cuts it off; kafka storage "
                + "check and kafka storage repair say and do what can be done.",
            "--http is ours. /metrics has the names that the JMX exporter's rules for Kafka (Strimzi's) and kafka_exporter "
                + "give, or with ?compat=confluent or http.metrics.compat=confluent those of Confluent's dashboards; beyond "
                + "http.metrics.max.series (20000) series of partitions are summed up by topic. Where a listener has "
                + "logins, HTTP wants them too: HTTP Basic with the users of PLAIN and SCRAM, a bearer token for "
                + "OAUTHBEARER; /metrics then needs DESCRIBE on the cluster, unless http.metrics.open=true; /healthz and "
                + "/readyz are for everybody. On a loopback address no other names than localhost, addresses and those "
                + "of http.allowed.hosts are answered to.",
            "Requests that are being read and served take queued.max.request.bytes in all, 256 MiB where that is -1; a "
                + "request that doesn't come to its end within a minute, and more for each 4 KiB of it, is given up.",
            "A batch whose records take more than 100 MiB when decompressed is refused, unless max.message.bytes is "
                + "larger: a request could not have them uncompressed.",
        ])

    private static let containers = CommandDefinition.Section(
        title: "CONTAINERS",
        blocks: [
            .paragraph(
                "With --env the broker takes the variables that the images cp-kafka, apache/kafka, and those of bitnami and "
                    + "wurstmeister take, from the environment and as KAFKA_VARIABLE=VALUE behind the options, which counts "
                    + "more. Without it none of them counts: a shell may have them for clients. Empty ones aren't set; "
                    + "those of Kubernetes for a service named kafka, such as KAFKA_PORT=tcp://10.0.0.1:9092, are passed "
                    + "over. What has no effect is named once, in one line."),
            .item("KAFKA_NUM_PARTITIONS, KAFKA_CFG_NUM_PARTITIONS", "A property: num.partitions; __ is _ and ___ is -"),
            .item("KAFKA_NUM_PARTITIONS_FILE", "The file that holds the value"),
            .item("CLUSTER_ID, KAFKA_KRAFT_CLUSTER_ID", "The cluster that a new data directory belongs to"),
            .item("KAFKA_ADVERTISED_HOST_NAME, KAFKA_ADVERTISED_PORT", "advertised.listeners of a single listener"),
            .item(
                "KAFKA_CREATE_TOPICS",
                "orders:3:1:compact,… : topics to create where they are missing, with partitions, replicas and cleanup.policy; "
                    + "KAFKA_CREATE_TOPICS_SEPARATOR is another separator"),
            .item("KAFKA_LOG4J_ROOT_LOGLEVEL", "What the log says: TRACE, DEBUG, INFO, WARN, ERROR"),
            .item("KAFKA_LOG4J_LOGGERS", "kafka.network=DEBUG,… : the same of parts, as kafka configs lists them"),
            .item(
                "KAFKA_SSL_KEYSTORE_FILENAME, KAFKA_SSL_KEYSTORE_CREDENTIALS, …",
                "Files of /etc/kafka/secrets: a key store, and that with its password"),
            .item(
                "KAFKA_CLIENT_USERS, KAFKA_CLIENT_PASSWORDS",
                "Who may log in with PLAIN at listeners of SASL, by commas"),
            .item("KAFKA_OPTS", "-Djava.security.auth.login.config=FILE counts"),
            .paragraph(
                "Where only some are set, all else is as if none were: listeners on all addresses at 9092, advertised as "
                    + "localhost:9092; or on those ports that KAFKA_ADVERTISED_LISTENERS has; the data in /var/lib/kafka/data "
                    + "or /bitnami/kafka if there is one. /mnt/shared/config/server.properties is read before, and "
                    + "variables win over it. Beside the line that says that it is ready the broker prints the one that "
                    + "Testcontainers wait for."),
        ])

    private let setup: BrokerSetup
    private let allowsWebWrites: Bool
    private let printsConfiguration: Bool
    /// Whether --data-dir is given.
    private let namesDirectory: Bool
    /// As the options have them.
    private let logLevel: Logger.Level?
    private let logFormat: String?

    init(_ arguments: Arguments) throws {
        setup = try BrokerSetup(arguments)
        allowsWebWrites = arguments.flag("http-write")
        printsConfiguration = arguments.flag("print-config")
        namesDirectory = arguments.has("data-dir")
        guard printsConfiguration || !arguments.has(JSONRow.option.name) else {
            throw CommandError("Option [output] is for what [print-config] prints")
        }
        logLevel = try arguments.string("log-level").map { try BrokerLogLevel.parse($0, of: "option log-level") }
        logFormat = arguments.string("log-format")
        _ = try logFormat.map { try BrokerLogFormat.parse($0, of: "option log-format") }
    }

    func run(_ context: Context) async throws {
        let manager = ServiceManager(try ServiceEnvironment.take(context.environment))
        var (options, image) = try setup.options(context.environment)
        if allowsWebWrites, !options.serves("http.listeners") {
            throw CommandError("--http-write says what the page of --http may do; --http is missing.")
        }
        try options.followReferences(context.environment)
        if printsConfiguration {
            return try PrintedConfiguration(
                options: options, file: setup.file, image: image, namesDirectory: namesDirectory
            ).print(context)
        }
        let signals = Signals.catching()
        let format = try BrokerLogFormat.chosen(logFormat, context.environment)
        var logger = Logger(label: "broker") {
            // The journal takes text with priorities.
            manager.service.hasJournal && format == .text ? JournalLog() : format.handler($0)
        }
        logger.logLevel = try logLevel ?? image?.logLevel ?? BrokerLogLevel.standard(context.environment)
        let broker = try await manager.start(options, logger: logger)
        if let image { try await image.createTopics(broker, logger) }
        let http: BrokerHTTP?
        do throws(BrokerError) {
            let site = WebSite(allowsWrites: allowsWebWrites) { BrokerCalls(broker, as: $0, host: $1) }
            http = try await BrokerHTTP.start(broker, logger: logger, adding: site.add)
        } catch {
            try? await broker.stop()
            throw error
        }
        var lines = ["ready on \(broker.addresses.joined(separator: " and ")), data in \(broker.dataDirectory)"]
        if let note = broker.nodesNote { lines.append(note) }
        if let http { lines.append("HTTP on \(http.addresses.joined(separator: " and "))") }
        if image != nil { lines.append(ImageEnvironment.readyLine(broker.nodeID)) }
        if image != nil, format == .json {
            // What collects a container's output wants all of it to be JSON.
            for line in lines { format.write(line) }
        } else {
            for line in lines { context.out.line(line) }
            context.out.flush()
        }
        manager.ready(broker, lines[0], logger: logger)
        Task {
            try await Task.sleep(for: .seconds(1))
            ProgramPages.release()
        }
        await withCheckedContinuation { stopped in
            // A later signal ends the process at once or is taken for the same, so the handler runs only once.
            signals.onSignal { stopped.resume() }
        }
        logger.notice("stopping")
        await manager.stopping()
        await http?.stop()
        try await broker.stop()
    }
}

extension Broker.Options {
    fileprivate func serves(_ name: String) -> Bool { (file + overrides).contains { $0.name == name } }
}

extension Broker {
    /// What there is to say of several nodes once they are ready; nil of one.
    var nodesNote: String? {
        guard nodes.count > 1 else { return nil }
        let ids = nodes.map { String($0.id) }.joined(separator: ", ")
        return "nodes \(ids) are one process with one store, for tests only: nothing is replicated"
    }
}
