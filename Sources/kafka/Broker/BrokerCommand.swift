// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
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
            .flag("ephemeral", "Keep the data in a temporary directory that is gone afterwards"),
        ],
        operands: "[server.properties]",
        examples: [
            .init("kafka broker", "a broker on localhost:9092"),
            .init("kafka broker --listen 127.0.0.1:0 --ephemeral", "a broker for a test"),
            .init("kafka broker server.properties --override num.partitions=3", "with Kafka's own configuration file"),
        ],
        differences: [
            "Listens on 127.0.0.1 unless told otherwise, and needs no storage format step.",
            "A broker that stands alone has group.initial.rebalance.delay.ms=0, as Kafka's shipped file has.",
        ])

    private let options: Broker.Options

    init(_ arguments: Arguments) throws {
        guard arguments.operands.count <= 1 else {
            throw CommandError("Unexpected argument '\(arguments.operands[1])'; one properties file is enough.")
        }
        if arguments.flag("ephemeral"), arguments.has("data-dir") {
            throw CommandError.conflict("ephemeral", with: "data-dir")
        }
        var options = Broker.Options(dataDirectory: arguments.string("data-dir"), listen: arguments.strings("listen"))
        options.isEphemeral = arguments.flag("ephemeral")
        for address in options.listen where !Self.isAddress(address) {
            throw CommandError("Invalid value '\(address)' of option listen: it must have the form HOST:PORT.")
        }
        if let path = arguments.operands.first {
            let properties = Properties(parsing: try FileText.read(path, for: "the properties file"))
            options.file = properties.entries.map { ($0.name, $0.value) }
        }
        var overrides = Properties()
        try overrides.add(arguments.strings("override"), option: "override")
        options.overrides = overrides.entries.map { ($0.name, $0.value) }
        self.options = options
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return false }
        return UInt16(text[text.index(after: colon)...]) != nil
    }

    func run(_ context: Context) async throws {
        let signals = Signals.catching()
        var options = options
        if options.dataDirectory == nil, !options.isEphemeral, !options.namesDataDirectory {
            options.dataDirectory = try DefaultDataDirectory.path(context.environment)
        }
        let logger = Logger(label: "broker") { StreamLogHandler.standardError(label: $0) }
        let broker = try await Broker.start(options, logger: logger)
        context.out.line("ready on \(broker.addresses.joined(separator: " and ")), data in \(broker.dataDirectory)")
        context.out.flush()
        Task {
            try await Task.sleep(for: .seconds(1))
            ProgramPages.release()
        }
        await withCheckedContinuation { stopped in
            // A second signal ends the process at once, so the handler runs only once.
            signals.onSignal { stopped.resume() }
        }
        logger.info("stopping")
        try await broker.stop()
    }
}

extension Broker.Options {
    fileprivate var namesDataDirectory: Bool {
        (file + overrides).contains { $0.name == "log.dirs" || $0.name == "log.dir" }
    }
}
