// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka transactions`
struct TransactionsCommand: Command {
    static let definition = CommandDefinition(
        name: "transactions",
        summary: "List and describe transactions, and find and abort hanging ones",
        actions: [
            .word("list", "List transactional ids with their coordinators and states"),
            .word("describe", "Show one transaction"),
            .word("describe-producers", "Show the producers that a partition knows of"),
            .word("abort", "Abort a hanging transaction of a partition"),
            .word("find-hanging", "Find transactions that no coordinator will end"),
            .word("forceTerminateTransaction", "End the ongoing transaction of a transactional id"),
        ],
        options: ConnectionOptions.all + [
            .value("transactional-id", "ID", "The transaction to describe or to end"),
            .value(
                "topic", "TOPIC", "Topic of the partition, or where to look for hanging transactions",
                completion: .topic),
            .value("partition", "N", "The partition of --topic"),
            .value("broker-id", "ID", "Ask this replica instead of the leader; look for hanging transactions there"),
            .value("start-offset", "OFFSET", "Where the transaction to abort starts"),
            .value("producer-id", "ID", "Abort: the producer, for brokers before Kafka 3.0"),
            .value("producer-epoch", "N", "Abort: its epoch"),
            .value("coordinator-epoch", "N", "Abort: the epoch of its coordinator"),
            .value("duration-filter", "MS", "List only transactions that run longer"),
            .value("transactional-id-pattern", "REGEX", "List only transactional ids that match"),
            .value("max-transaction-timeout", "MINUTES", "Hanging is what is older than this [15]"),
        ],
        destruction: { arguments in
            switch arguments.actions.first {
            case "abort": "abort a transaction of a partition"
            case "forceTerminateTransaction": "end the transaction of a transactional id"
            default: nil
            }
        },
        rows: [listed, described, producer, FindHangingTransactions.row],
        examples: [
            .init("kafka transactions list", "Show all transactions"),
            .init("kafka transactions find-hanging --topic orders", "Look for transactions that block readers"),
        ])

    private static let listed = JSONRow(
        "list", "a transactional id", ["transactionalId", "coordinator", "producerId", "transactionState"])
    private static let described = JSONRow(
        "describe", "the transactional id",
        [
            "coordinatorId", "transactionalId", "producerId", "producerEpoch", "transactionState",
            "transactionTimeoutMs", "currentTransactionStartTimeMs", "transactionDurationMs", "topicPartitions",
        ])
    private static let producer = JSONRow(
        "describe-producers", "a producer",
        [
            "producerId", "producerEpoch", "latestCoordinatorEpoch", "lastSequence", "lastTimestamp",
            "currentTransactionStartOffset",
        ])

    enum Action: Sendable {
        case list(duration: Int64, pattern: String?)
        case describe(String)
        case describeProducers(TopicPartition, broker: Int32?)
        case abort(AbortTransaction)
        case findHanging(FindHangingTransactions)
        case terminate(String)
    }

    let connection: ConnectionOptions
    let action: Action

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let broker = try arguments.integer("broker-id", Int32.self)
        func partition() throws -> TopicPartition {
            guard let partition = try arguments.integer("partition", Int32.self) else {
                throw CommandError.missing("partition")
            }
            return TopicPartition(try arguments.required("topic"), partition)
        }
        switch try arguments.action() {
        case "list":
            action = .list(
                duration: try arguments.integer("duration-filter") ?? -1,
                pattern: arguments.string("transactional-id-pattern"))
        case "describe": action = .describe(try arguments.required("transactional-id"))
        case "describe-producers": action = .describeProducers(try partition(), broker: broker)
        case "abort": action = .abort(try AbortTransaction(try partition(), arguments))
        case "find-hanging": action = .findHanging(try FindHangingTransactions(arguments, broker))
        default: action = .terminate(try arguments.required("transactional-id"))
        }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            let admin = Admin(cluster)
            switch action {
            case .list(let duration, let pattern): try await list(duration, pattern, admin, context)
            case .describe(let id): try await describe(id, admin, context)
            case .describeProducers(let partition, let broker):
                try await describeProducers(partition, broker, admin, context)
            case .abort(let abort): try await abort.run(admin)
            case .findHanging(let search): try await search.run(admin, context)
            // A new producer of the same id makes the coordinator end what is open (KIP-1152).
            case .terminate(let id): try await admin.fenceProducer(id)
            }
        }
    }

    private func list(_ duration: Int64, _ pattern: String?, _ admin: Admin, _ context: Context) async throws {
        let request = ListTransactionsRequest {
            $0.durationFilter = duration
            $0.transactionalIDPattern = pattern
        }
        var found: [(broker: Int32, transaction: ListTransactionsResponse.TransactionState)] = []
        for (broker, result) in try await admin.listTransactions(request) {
            switch result {
            case .success(let response): found += response.transactionStates.map { (broker, $0) }
            case .failure(let error): context.fail("Transactions are missing from the list: \(error.message)")
            }
        }
        found.sort { $0.transaction.transactionalID < $1.transaction.transactionalID }
        if context.writesJSON {
            for (broker, transaction) in found {
                context.write(
                    Self.listed(
                        .string(transaction.transactionalID), .number(broker), .number(transaction.producerID),
                        .string(transaction.transactionState)))
            }
            return
        }
        TabTable(
            headers: ["TransactionalId", "Coordinator", "ProducerId", "TransactionState"],
            rows: found.map {
                [
                    $0.transaction.transactionalID, String($0.broker), String($0.transaction.producerID),
                    $0.transaction.transactionState,
                ]
            }
        ).print(context)
    }

    private func describe(_ id: String, _ admin: Admin, _ context: Context) async throws {
        guard let (_, result) = await admin.describeTransactions([id]).first else { return }
        let transaction = try result.get()
        let coordinator = try await coordinator(of: id, admin)
        let start = transaction.transactionStartTimeMs
        let partitions = transaction.topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.topic, $0) }
        }.sorted()
        if context.writesJSON {
            return context.write(
                Self.described(
                    .number(coordinator), .string(id), .number(transaction.producerID),
                    .number(transaction.producerEpoch), .string(transaction.transactionState),
                    .number(transaction.transactionTimeoutMs), .known(start),
                    start < 0 ? .null : .number(Timestamps.now().subtractingSaturating(start)), .partitions(partitions))
            )
        }
        TabTable(
            headers: [
                "CoordinatorId", "TransactionalId", "ProducerId", "ProducerEpoch", "TransactionState",
                "TransactionTimeoutMs", "CurrentTransactionStartTimeMs", "TransactionDurationMs", "TopicPartitions",
            ],
            rows: [
                [
                    String(coordinator), id, String(transaction.producerID), String(transaction.producerEpoch),
                    transaction.transactionState, String(transaction.transactionTimeoutMs),
                    start < 0 ? "None" : String(start),
                    start < 0 ? "None" : String(Timestamps.now().subtractingSaturating(start)),
                    partitions.map(\.description).joined(separator: ","),
                ]
            ]
        ).print(context)
    }

    private func coordinator(of id: String, _ admin: Admin) async throws -> Int32 {
        try await FoundCoordinator.find(id, kind: .transaction, admin.cluster).id
    }

    private func describeProducers(
        _ partition: TopicPartition, _ broker: Int32?, _ admin: Admin, _ context: Context
    ) async throws {
        let state: DescribeProducersResponse.PartitionResponse?
        do throws(ClientError) {
            state = try await admin.describeProducers([partition], broker: broker)[partition]?.get()
        } catch {
            throw CommandError(try await UnknownTopic.message(error, about: partition.topic, admin.cluster))
        }
        guard let state else { return }
        let producers = state.activeProducers.sorted { $0.producerID < $1.producerID }
        if context.writesJSON {
            for producer in producers {
                context.write(
                    Self.producer(
                        .number(producer.producerID), .number(producer.producerEpoch),
                        .known(producer.coordinatorEpoch), .known(producer.lastSequence),
                        .known(producer.lastTimestamp), .known(producer.currentTxnStartOffset)))
            }
            return
        }
        var table = TabTable(headers: [
            "ProducerId", "ProducerEpoch", "LatestCoordinatorEpoch", "LastSequence", "LastTimestamp",
            "CurrentTransactionStartOffset",
        ])
        table.rows = producers.map { producer in
            [
                String(producer.producerID), String(producer.producerEpoch), String(producer.coordinatorEpoch),
                String(producer.lastSequence), String(producer.lastTimestamp),
                producer.currentTxnStartOffset < 0 ? "None" : String(producer.currentTxnStartOffset),
            ]
        }
        table.print(context)
    }
}
