// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaLog
import KafkaProtocol
import Logging

/// `kafka dev -- COMMAND`: a broker for the length of a command.
struct DevCommand: Command {
    static let definition = CommandDefinition(
        name: "dev",
        summary: "Run a command with a broker of its own",
        discussion: """
            Starts a broker on a free port of 127.0.0.1 with its data in a temporary directory, creates topics, writes \
            records, runs the command, and takes all of it away when the command ends. The command finds the broker's \
            address in its environment, and has this process's standard input, output and error: nothing of the broker's \
            comes between, but errors on standard error. Records of a seed may be old: nothing is deleted by age.

            The exit status is that of the command. Signals are passed on to it, and are not the end of the broker \
            before the command has ended. If this process is killed, the command gets SIGTERM, and the next broker with \
            temporary data removes what was left of this one.

            Without a command it prints the broker's address and serves until it is told to stop, as kafka broker \
            --ephemeral does.
            """,
        options: [
            .value(
                "topic", "TOPIC",
                "Create this topic: NAME, NAME:PARTITIONS or NAME:PARTITIONS:CONFIG=VALUE,…; may be repeated",
                repeats: true),
            .value(
                "seed", "FILE",
                "Write these records first: lines of JSON as console-consumer --format json prints them; - is standard "
                    + "input. Topics that are missing get as many partitions as the records name",
                completion: .file),
            .value("override", "NAME=VALUE", "Set a property of the broker", repeats: true),
            .value("listen", "HOST:PORT", "Listen here [127.0.0.1:0, a free port]"),
            .value("nodes", "N", "Be N brokers to clients, over one store; nothing is replicated [1]"),
            .value(
                "log-level", "LEVEL",
                "How much the broker says on standard error: trace, debug, info, notice, warning, error [$KAFKA_LOG_LEVEL, "
                    + "else error]", completion: .words(BrokerLogLevel.names)),
        ],
        operands: "[--] [COMMAND [ARGUMENT…]]",
        takesCommand: true,
        sections: [
            .init(
                title: "ENVIRONMENT OF THE COMMAND",
                blocks: [
                    .paragraph(
                        """
                        The broker's address, HOST:PORT, is in each of these variables; who reads it is in parentheses.
                        """)
                ] + DevEnvironment.addressVariables.map { .item($0.name, "(\($0.readers))") } + [
                    .item(
                        DevEnvironment.kcatVariable,
                        "A file that names the broker, so that kcat needs no -b. librdkafka itself reads no variable."),
                    .paragraph(
                        """
                        KAFKA_CLUSTER, KAFKA_COMMAND_CONFIG and the current one of the clusters that have names do not \
                        count for these tools in the command: they lead to other clusters.
                        """),
                ])
        ],
        examples: [
            .init("kafka dev -- pytest -x", "Run tests that read KAFKA_BOOTSTRAP_SERVERS"),
            .init("kafka dev --topic orders:3 --topic users:1:cleanup.policy=compact -- ./gradlew test", "With topics"),
            .init("kafka dev --seed orders.json -- sh -c 'kcat -C -t orders -e'", "With records"),
            .init("kafka dev --topic orders --listen 127.0.0.1:9092", "A broker to try things, until Ctrl-C"),
        ],
        differences: ["Apache Kafka has no such tool."])

    private let options: KafkaBroker.Broker.Options
    private let topics: [DevTopic]
    private let seed: DevSeed?
    private let command: [String]
    private let logLevel: Logger.Level

    init(_ arguments: Arguments) throws {
        let listen = arguments.string("listen") ?? "127.0.0.1:0"
        guard ListenAddress(listen) != nil else {
            throw CommandError(
                "Invalid value '\(listen)' of option listen: it must have the form HOST:PORT, such as 127.0.0.1:9092.")
        }
        var options = KafkaBroker.Broker.Options(listen: [listen])
        options.nodes = try arguments.nodeCount() ?? 1
        options.file = [("log.retention.ms", "-1")]
        var overrides = Properties()
        try overrides.add(arguments.strings("override"), option: "override")
        options.overrides = overrides.entries.map { ($0.name, $0.value) }
        self.options = options
        let level = try arguments.string("log-level").map { try BrokerLogLevel.parse($0, of: "option log-level") }
        logLevel =
            try level
            ?? (arguments.environment.text(BrokerLogLevel.variable) == nil
                ? .error : BrokerLogLevel.standard(arguments.environment))
        let asked = try arguments.strings("topic").map { try DevTopic($0) }
        seed = try arguments.string("seed").map { try DevSeed($0) }
        topics = try DevTopic.all(asked, for: seed)
        command = arguments.operands
    }

    func run(_ context: Context) async throws {
        let descriptors = DevLauncher.inheritedDescriptors()
        let signals = ForwardedSignals.catching()
        var logger = Logger(label: "broker") { VisibleLog(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = logLevel
        let broker = try await KafkaBroker.Broker.start(options, logger: logger)
        let result: Result<Int32, any Error>
        do {
            result = .success(try await serve(broker, context, signals, descriptors))
        } catch {
            result = .failure(error)
        }
        do { try await broker.stop() } catch { context.error(context.name, "\(error)") }
        let status = try result.get()
        if status != 0 { throw Interrupted(status: status) }
    }

    /// - Returns: the exit status.
    private func serve(
        _ broker: KafkaBroker.Broker, _ context: Context, _ signals: ForwardedSignals, _ descriptors: [Int32]
    ) async throws -> Int32 {
        let preparation = Task { try await prepare(broker.bootstrapServers, context) }
        signals.onEnd { preparation.cancel() }
        let prepared = await preparation.result
        if let number = signals.received { return 128 + number }
        try prepared.get()
        guard !command.isEmpty else {
            context.out.line("ready on \(broker.addresses.joined(separator: " and ")), data in \(broker.dataDirectory)")
            if let note = broker.nodesNote { context.out.line(note) }
            context.out.flush()
            await withCheckedContinuation { stopped in signals.onEnd { stopped.resume() } }
            return 0
        }
        // Who listens everywhere is reached here.
        let servers = broker.nodes.map { node in
            for everywhere in ["0.0.0.0:", "[::]:"] where node.address.hasPrefix(everywhere) {
                return "127.0.0.1:" + node.address.dropFirst(everywhere.count)
            }
            return node.address
        }.joined(separator: ",")
        let kcat = broker.dataDirectory + "/kcat.conf"
        try FileSystem.replace(
            kcat, with: Array("bootstrap.servers=\(servers)\n".utf8), durability: .none)
        return await DevProcess.run(
            command,
            environment: DevEnvironment.variables(
                servers: servers, kcatConfig: kcat, context.environment),
            descriptors: descriptors, signals)
    }

    private func prepare(_ servers: String, _ context: Context) async throws {
        guard !topics.isEmpty else { return }
        let configuration = try ClientConfiguration(bootstrapServers: servers)
        try await Cluster.with(configuration) { cluster in
            for (name, result) in try await Admin(cluster).createTopics(topics.map(\.request)) {
                guard case .failure(let error) = result else { continue }
                throw CommandError("Topic '\(name)' can't be created: \(error.message)")
            }
            try await seed?.write(to: cluster, context)
        }
    }
}
