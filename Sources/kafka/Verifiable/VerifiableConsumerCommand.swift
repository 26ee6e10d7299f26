// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka verifiable-consumer`: the options, checked.
struct VerifiableConsumerCommand: Command {
    static let definition = CommandDefinition(
        name: "verifiable-consumer",
        summary: "Read a topic as a member of a group and print a JSON line for all that happens",
        options: [
            .value("topic", "TOPIC", "Topic to read", completion: .topic),
            .value("group-id", "GROUP", "Group to be a member of", completion: .group),
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .value("group-instance-id", "ID", "Be a static member with this id"),
            .value(
                "group-protocol", "PROTOCOL", "How the group rebalances: classic or consumer [classic]",
                completion: .words(["classic", "consumer"])),
            .value("group-remote-assignor", "NAME", "The broker's assignor, for the consumer protocol"),
            .value(
                "assignment-strategy", "CLASS",
                "How partitions are shared out, for the classic protocol [RangeAssignor]",
                completion: .words([
                    "RangeAssignor", "RoundRobinAssignor", "StickyAssignor", "CooperativeStickyAssignor",
                ])),
            .value("max-messages", "N", "End after this many records; -1 goes on until a signal comes [-1]"),
            .value("session-timeout", "MS", "After this long a silent member is taken for gone [30000]"),
            .flag("verbose", "Print each record as well"),
            .flag("enable-autocommit", "Commit in the background instead of after each fetch"),
            .value(
                "reset-policy", "POLICY", "Where to begin without an offset: earliest, latest or none [earliest]",
                completion: .words(["earliest", "latest", "none"])),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["consumer.config"],
                completion: .file),
        ],
        subject: "topic",
        examples: [
            .init(
                "kafka verifiable-consumer --topic test --group-id verify --max-messages 10",
                "Read ten records and commit them")
        ],
        differences: [
            "An event records_consumed stands for all that a poll brought, which may be more than 500 records.",
            "An error ends the tool with one line on standard error and status 1.",
        ])

    let connection: ConnectionOptions
    let topic: String
    let maxMessages: Int?
    let isVerbose: Bool
    let commitsItself: Bool

    init(_ arguments: Arguments) throws {
        topic = try arguments.required("topic")
        let group = try arguments.required("group-id")
        var connection = try ConnectionOptions(arguments)
        maxMessages = try arguments.integer("max-messages", Int32.self).flatMap { $0 < 0 ? nil : Int($0) }
        isVerbose = arguments.flag("verbose")
        commitsItself = !arguments.flag("enable-autocommit")
        let timeout = try arguments.integer("session-timeout", Int32.self) ?? 30000
        guard timeout > 0 else { throw CommandError("--session-timeout should be greater than zero, not \(timeout).") }
        let policy = try arguments.choice("reset-policy", ["earliest", "latest", "none"]) ?? "earliest"
        // Options win over the file, and so do their defaults, as in Kafka.
        connection.properties.set("group.id", group)
        connection.properties.set("enable.auto.commit", String(!commitsItself))
        connection.properties.set("auto.offset.reset", policy)
        connection.properties.set("session.timeout.ms", String(timeout))
        if let id = arguments.string("group-instance-id") { connection.properties.set("group.instance.id", id) }
        if arguments.string("group-protocol")?.lowercased() == "consumer" {
            connection.properties.set("group.protocol", "consumer")
            if let assignor = arguments.string("group-remote-assignor") {
                connection.properties.set("group.remote.assignor", assignor)
            }
        } else {
            if let protocolName = arguments.string("group-protocol"), protocolName.lowercased() != "classic" {
                throw CommandError(
                    "Invalid value '\(protocolName)' of option group-protocol: it must be one of classic, consumer.")
            }
            let strategy = arguments.string("assignment-strategy") ?? "RangeAssignor"
            guard strategy.split(separator: ",").allSatisfy({ AssignorName(String($0).trimmed) != nil }) else {
                throw CommandError(
                    "There is no assignor '\(strategy)'; --assignment-strategy takes RangeAssignor, RoundRobinAssignor, "
                        + "StickyAssignor or CooperativeStickyAssignor.")
            }
            connection.properties.set("partition.assignment.strategy", strategy)
        }
        self.connection = connection
    }

    func run(_ context: Context) async throws {
        let reader = VerifiableReader(self, EventLines(context: context))
        try await Signals.cancelling {
            try await connection.withCluster(context, clientID: "verifiable-consumer", reader.run)
        }.get()
    }
}
