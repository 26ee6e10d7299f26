// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka verifiable-producer`: the options, checked.
struct VerifiableProducerCommand: Command {
    static let definition = CommandDefinition(
        name: "verifiable-producer",
        summary: "Write growing numbers to a topic and print a JSON line for each that arrived",
        options: [
            .value("topic", "TOPIC", "Topic to write to", completion: .topic),
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .value("max-messages", "N", "Write this many records; -1 goes on until a signal comes [-1]"),
            .value("throughput", "N", "Records a second at most, about; -1 for no limit [-1]"),
            .value("acks", "ACKS", "Replicas to wait for: 0, 1 or -1 [-1]", completion: .words(["-1", "0", "1"])),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["producer.config"],
                completion: .file),
            .value("message-create-time", "MS", "Time of the first record, in ms since 1970; -1 for now [-1]"),
            .value("value-prefix", "NUMBER", "Begin each value with this number and a dot"),
            .value("repeating-keys", "N", "Keys 0 to N-1 again and again; without it records have no key"),
        ],
        subject: "topic",
        examples: [
            .init("kafka verifiable-producer --topic test --max-messages 10", "Write the values 0 to 9"),
            .init("kafka verifiable-producer test --throughput 100", "Write 100 records a second until Ctrl-C"),
        ],
        differences: [
            "Records that could not be written also end the tool with one line on standard error and status 1.",
            "With --message-create-time the time grows as the clock does.",
        ])

    let connection: ConnectionOptions
    let topic: String
    let values: VerifiableValues
    /// Nil: no end.
    let limit: UInt64?
    let throughput: Int64
    let createTime: Int64?

    init(_ arguments: Arguments) throws {
        var connection = try ConnectionOptions(arguments)
        try connection.refuseTransactions()
        topic = try arguments.required("topic")
        let count = try arguments.integer("max-messages", Int32.self) ?? -1
        limit = count < 0 ? nil : UInt64(count)
        throughput = Int64(try arguments.integer("throughput", Int32.self) ?? -1)
        if throughput == 0 { throw CommandError("--throughput should be greater than zero, or -1 for no limit.") }
        let time = try arguments.integer("message-create-time", Int64.self) ?? -1
        guard time >= -1 else { throw CommandError("--message-create-time can't be negative, but it is \(time).") }
        createTime = time < 0 ? nil : time
        let keys = try arguments.integer("repeating-keys", Int32.self)
        if let keys, keys <= 0 { throw CommandError("--repeating-keys should be greater than zero, not \(keys).") }
        values = VerifiableValues(prefix: try arguments.integer("value-prefix"), keys: keys)
        let acks = try arguments.choice("acks", ["0", "1", "-1"])
        // What is sent again can't be told apart in the events; properties of a file win, as in Kafka.
        for (name, value) in [("acks", acks ?? "-1"), ("retries", "0")] where connection.properties[name] == nil {
            connection.properties.set(name, value)
        }
        self.connection = connection
    }

    func run(_ context: Context) async throws {
        let signals = Signals.catching()
        try await connection.withCluster(context, clientID: "verifiable-producer") { cluster in
            try await VerifiableSender(self, EventLines(context: context)).run(cluster, signals)
        }
        if let status = signals.exitStatus { throw Interrupted(status: status) }
    }
}

/// The keys and values of the records, by their numbers.
struct VerifiableValues: Sendable {
    var prefix: Int32?
    var keys: Int32?

    func value(_ number: UInt64) -> String { prefix.map { "\($0).\(number)" } ?? String(number) }

    func key(_ number: UInt64) -> String? { keys.map { String(number % UInt64($0)) } }
}
