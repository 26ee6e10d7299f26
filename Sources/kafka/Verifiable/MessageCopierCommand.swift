// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka transactional-message-copier`: the options, checked.
struct MessageCopierCommand: Command {
    static let definition = CommandDefinition(
        name: "transactional-message-copier",
        summary: "Copy records to another topic exactly once, with the offsets in the same transactions",
        options: [
            .value("input-topic", "TOPIC", "Topic to read", completion: .topic),
            .value("input-partition", "N", "Partition of it; not needed with --group-mode"),
            .value("output-topic", "TOPIC", "Topic to write to, at the same partitions", completion: .topic),
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .value("max-messages", "N", "End after this many records; -1 goes on to the end as it is now [-1]"),
            .value("consumer-group", "GROUP", "Group that keeps the offsets [-1]", completion: .group),
            .value("transaction-size", "N", "Records in each transaction at most [200]"),
            .value("transaction-timeout", "MS", "How long a transaction may stay open [60000]"),
            .value("transactional-id", "ID", "Whoever starts with the same id takes over"),
            .flag("enable-random-aborts", "Abort one transaction in three and copy it again"),
            .flag("group-mode", "Be a member of the group, which gives the partitions to read"),
            .flag("use-group-metadata", "Have the group refuse the offsets of a member that lost its partitions"),
            .value("command-config", "FILE", "File with client properties", completion: .file),
        ],
        examples: [
            .init(
                "kafka transactional-message-copier --input-topic in --output-topic out --group-mode "
                    + "--transactional-id a", "Copy a topic")
        ],
        differences: [
            "The offset to begin at is asked for after the transactional id has been taken over.",
            "Keys and values are copied as the bytes that they are.",
        ])

    let connection: ConnectionOptions
    let input: String
    let output: String
    /// Nil: those that the group gives.
    let partition: Int32?
    let group: String
    let transactionalID: String
    let limit: Int64
    let transactionSize: Int
    let abortsAtRandom: Bool
    let usesGroupMetadata: Bool

    init(_ arguments: Arguments) throws {
        var connection = try ConnectionOptions(arguments)
        input = try arguments.required("input-topic")
        output = try arguments.required("output-topic")
        transactionalID = try arguments.required("transactional-id")
        group = arguments.string("consumer-group") ?? "-1"
        let index = try arguments.integer("input-partition", Int32.self)
        if arguments.flag("group-mode") {
            partition = nil
        } else {
            guard let index else { throw CommandError.missing("input-partition") }
            guard index >= 0 else { throw CommandError("--input-partition can't be negative, but it is \(index).") }
            partition = index
        }
        let limit = try arguments.integer("max-messages", Int64.self) ?? -1
        self.limit = limit < 0 ? .max : limit
        transactionSize = try arguments.integer("transaction-size") ?? 200
        guard transactionSize > 0 else {
            throw CommandError("--transaction-size should be greater than zero, not \(transactionSize).")
        }
        let timeout = try arguments.integer("transaction-timeout", Int32.self) ?? 60_000
        guard timeout > 0 else {
            throw CommandError("--transaction-timeout should be greater than zero, not \(timeout).")
        }
        abortsAtRandom = arguments.flag("enable-random-aborts")
        usesGroupMetadata = arguments.flag("use-group-metadata")
        for (name, value) in [
            ("transactional.id", transactionalID), ("transaction.timeout.ms", String(timeout)), ("group.id", group),
            // Several batches of a transaction are on their way at a time, as in Kafka's tool.
            ("batch.size", "512"), ("isolation.level", "read_committed"), ("enable.auto.commit", "false"),
            ("auto.offset.reset", "earliest"),
        ] {
            connection.properties.set(name, value)
        }
        for (name, value) in [
            ("session.timeout.ms", "10000"), ("max.poll.interval.ms", "180000"), ("heartbeat.interval.ms", "3000"),
        ] where connection.properties[name] == nil {
            connection.properties.set(name, value)
        }
        self.connection = connection
    }

    func run(_ context: Context) async throws {
        try await Signals.cancelling {
            try await connection.withCluster(context, clientID: "transactional-message-copier") { cluster in
                try await MessageCopier(self, context).run(cluster)
            }
        }.get()
    }
}
