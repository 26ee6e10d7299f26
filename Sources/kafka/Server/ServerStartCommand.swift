// SPDX-License-Identifier: Apache-2.0

/// `kafka server-start`: `kafka broker` by the name of Kafka's script.
struct ServerStartCommand: Command {
    static let definition: CommandDefinition = {
        var definition = BrokerCommand.definition
        definition.name = "server-start"
        definition.summary = "Run a broker: another name of kafka broker"
        definition.options.append(
            .flag("daemon", "Run in the background, with the output in $LOG_DIR/kafkaServer.out [logs]"))
        definition.examples = [
            .init("kafka server-start server.properties", "A broker with Kafka's configuration file"),
            .init("kafka server-start -daemon server.properties", "The same in the background"),
        ]
        definition.differences = [
            "With -daemon the tool waits until the broker accepts connections, prints the broker's line that says so, "
                + "and ends with status 1 if the broker can't start."
        ]
        return definition
    }()

    private let broker: BrokerCommand
    /// The words for `kafka broker` in the background; nil for the foreground.
    private let daemonWords: [String]?

    init(_ arguments: Arguments) throws {
        guard !arguments.operands.isEmpty || arguments.flag("env") else {
            throw CommandError(
                "A properties file is missing: kafka server-start server.properties; kafka broker needs none")
        }
        broker = try BrokerCommand(arguments)
        let options = arguments.occurrences.filter { $0.name != "daemon" }.map { option in
            option.value.map { "--\(option.name)=\($0)" } ?? "--\(option.name)"
        }
        daemonWords = arguments.flag("daemon") ? ["broker"] + options + arguments.operands : nil
    }

    func run(_ context: Context) async throws {
        guard let daemonWords else { return try await broker.run(context) }
        let directory = context.environment["LOG_DIR"] ?? "logs"
        context.out.line(try await Daemon.start(daemonWords, directory: directory))
    }
}
