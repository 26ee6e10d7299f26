// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// `cub kafka-ready` and `ub kafka-ready`, which Confluent's images have and scripts of compose files call.
struct UtilityBeltCommand: Command {
    static let definition = CommandDefinition(
        name: "cub",
        summary: "Wait for brokers, with the words of Confluent's images",
        discussion: """
            Waits until so many brokers are there, and so many seconds at most: cub kafka-ready N SECONDS, with its options \
            before or behind these words. Links named cub or ub to this executable stand for it. kafka-ready(1) does the \
            same with words of our own, and kafka-health(1) looks once.

            Of what else cub and ub can do nothing is done; it is said what does it here, and the exit status is 1.
            """,
        options: [
            aliased(ConnectionOptions.bootstrapServer, ["bootstrap-servers", "bootstrap_broker_list"]),
            aliased(ConnectionOptions.commandConfig, ["config"]).shortened("c"),
            .value(
                "security-protocol", "PROTOCOL", "How to speak to brokers; wins over security.protocol of the file",
                short: "s", aliases: ["security_protocol"]),
        ],
        operands: "kafka-ready N SECONDS",
        examples: [
            .init("cub kafka-ready -b kafka:29092 1 10", "Wait ten seconds at most for one broker"),
            .init("ub kafka-ready 3 60 -b kafka:9093 -c client.properties", "For three, with TLS or a login"),
        ],
        differences: ["Apache Kafka has no such tool."])

    private static func aliased(_ option: OptionDefinition, _ names: [String]) -> OptionDefinition {
        var copy = option
        copy.aliases += names
        return copy
    }

    let readiness: ReadyCommand

    init(_ arguments: Arguments) throws {
        var connection = try ConnectionOptions(arguments)
        if let name = arguments.string("security-protocol") { connection.properties.set("security.protocol", name) }
        let words = arguments.operands
        guard let verb = words.first else {
            throw CommandError("kafka-ready N SECONDS is missing: how many brokers to wait for, and how long.")
        }
        guard verb == "kafka-ready" else { throw CommandError(Self.refusal(verb)) }
        guard words.count == 3 else {
            throw CommandError(
                "kafka-ready takes two numbers, of brokers and of seconds, as in kafka-ready 1 20 -b HOST:PORT")
        }
        guard let brokers = Int(words[1]), brokers >= 0 else {
            throw CommandError("Invalid number of brokers '\(words[1])': it must be a whole number, not less than 0.")
        }
        guard let seconds = Double(words[2]), seconds.isFinite, seconds >= 0 else {
            throw CommandError("Invalid number of seconds '\(words[2])': it must be a number, not less than 0.")
        }
        // No Duration holds every number.
        readiness = ReadyCommand(connection, timeout: .seconds(min(seconds, 1e9)), brokers: brokers)
    }

    func run(_ context: Context) async throws { try await readiness.run(context) }

    private static func refusal(_ verb: String) -> String {
        let instead: String? =
            switch verb {
            case "zk-ready": "Kafka 4 has no ZooKeeper; kafka-ready waits for brokers"
            case "sr-ready", "kr-ready", "connect-ready", "cc-ready", "control-center-ready", "ksql-server-ready",
                "schema-registry-ready", "kafka-rest-ready":
                "curl --retry 20 --retry-connrefused waits for an HTTP service"
            case "ensure-topic": "kafka topics --create --if-not-exists does that"
            case "ensure", "path", "path-wait", "listeners", "render-template", "render-properties", "wait":
                "the broker reads its variables itself, and no file has to be made from them"
            default: nil
            }
        return "'\(verb)' is not supported, only kafka-ready" + (instead.map { ": \($0)." } ?? ".")
    }
}
