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
            .flag(
                "secure",
                "Encrypt, have clients log in, and check what they may do; makes a certificate, and admin.properties in the "
                    + "data directory to log in with"),
            .value(
                "log-level", "LEVEL",
                "Say more or less on standard error: trace, debug, info, notice, warning, error [$KAFKA_LOG_LEVEL, "
                    + "else notice]",
                completion: .words(BrokerLogLevel.names)),
        ],
        operands: "[server.properties]",
        examples: [
            .init("kafka broker", "A broker on localhost:9092"),
            .init("kafka broker --listen 127.0.0.1:0 --ephemeral", "A broker for a test"),
            .init("kafka broker --secure", "TLS, logins and ACLs; admin.properties in its data directory logs in"),
            .init("kafka broker --log-level info", "Says what topics, groups and logs go through"),
            .init("kafka broker server.properties --override num.partitions=3", "With Kafka's own configuration file"),
        ],
        differences: [
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

    private let options: Broker.Options
    private let allowsWebWrites: Bool
    /// As the option has it.
    private let logLevel: Logger.Level?

    init(_ arguments: Arguments) throws {
        guard arguments.operands.count <= 1 else {
            throw CommandError("Unexpected argument '\(arguments.operands[1])'; one properties file is enough.")
        }
        if arguments.flag("ephemeral"), arguments.has("data-dir") {
            throw CommandError.conflict("ephemeral", with: "data-dir")
        }
        var options = Broker.Options(
            dataDirectory: try DefaultDataDirectory.given(arguments), listen: arguments.strings("listen"))
        options.isEphemeral = arguments.flag("ephemeral")
        options.isSecure = arguments.flag("secure")
        for address in options.listen where ListenAddress(address) == nil {
            throw CommandError(
                "Invalid value '\(address)' of option listen: it must have the form HOST:PORT, such as 127.0.0.1:9092 or "
                    + "[::1]:9092; *:9092 is all addresses.")
        }
        if let path = arguments.operands.first {
            let properties = Properties(parsing: try FileText.read(path, for: "the properties file"))
            options.file = properties.entries.map { ($0.name, $0.value) }
        }
        var overrides = Properties()
        let http = arguments.strings("http")
        for address in http where Listener.http(address) == nil {
            throw CommandError(
                "Invalid value '\(address)' of option http: it must have the form HOST:PORT or https://HOST:PORT, such as "
                    + "127.0.0.1:8080.")
        }
        try overrides.add(arguments.strings("override"), option: "override")
        options.overrides = overrides.entries.map { ($0.name, $0.value) }
        if !http.isEmpty { options.overrides.append(("http.listeners", http.joined(separator: ","))) }
        allowsWebWrites = arguments.flag("http-write")
        if allowsWebWrites, !options.serves("http.listeners") {
            throw CommandError("--http-write says what the page of --http may do; --http is missing.")
        }
        self.options = options
        logLevel = try arguments.string("log-level").map { try BrokerLogLevel.parse($0, of: "option log-level") }
    }

    func run(_ context: Context) async throws {
        let signals = Signals.catching()
        var options = options
        if options.dataDirectory == nil, !options.isEphemeral, !options.namesDataDirectory {
            options.dataDirectory = try DefaultDataDirectory.path(context.environment)
        }
        var logger = Logger(label: "broker") { VisibleLog(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = try logLevel ?? BrokerLogLevel.standard(context.environment)
        let broker = try await Broker.start(options, logger: logger)
        let http: BrokerHTTP?
        do throws(BrokerError) {
            let site = WebSite(allowsWrites: allowsWebWrites) { BrokerCalls(broker, as: $0, host: $1) }
            http = try await BrokerHTTP.start(broker, logger: logger, adding: site.add)
        } catch {
            try? await broker.stop()
            throw error
        }
        context.out.line("ready on \(broker.addresses.joined(separator: " and ")), data in \(broker.dataDirectory)")
        if let http { context.out.line("HTTP on \(http.addresses.joined(separator: " and "))") }
        context.out.flush()
        Task {
            try await Task.sleep(for: .seconds(1))
            ProgramPages.release()
        }
        await withCheckedContinuation { stopped in
            // A later signal ends the process at once or is taken for the same, so the handler runs only once.
            signals.onSignal { stopped.resume() }
        }
        logger.notice("stopping")
        await http?.stop()
        try await broker.stop()
    }
}

extension Broker.Options {
    fileprivate func serves(_ name: String) -> Bool { (file + overrides).contains { $0.name == name } }

    fileprivate var namesDataDirectory: Bool {
        (file + overrides).contains { $0.name == "log.dirs" || $0.name == "log.dir" }
    }
}
