// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka transactions find-hanging`: open transactions that are old and that their coordinator doesn't know.
struct FindHangingTransactions: Sendable {
    private let topic: String?
    private let partition: Int32?
    private let broker: Int32?
    private let maxAgeMs: Int64

    init(_ arguments: Arguments, _ broker: Int32?) throws {
        topic = arguments.string("topic")
        partition = try arguments.integer("partition")
        self.broker = broker
        maxAgeMs = Int64(try arguments.integer("max-transaction-timeout", Int32.self) ?? 15) * 60_000
        if topic == nil, broker == nil {
            throw CommandError(
                "The find-hanging command requires either --topic or --broker-id to limit the scope of the search")
        }
        if partition != nil, topic == nil {
            throw CommandError("The --partition argument requires --topic to be provided")
        }
    }

    static let row = JSONRow(
        "find-hanging", "a transaction",
        [
            "topic", "partition", "producerId", "producerEpoch", "coordinatorEpoch", "startOffset", "lastTimestamp",
            "durationMinutes",
        ])

    func run(_ admin: Admin, _ context: Context) async throws {
        let candidates = try await candidates(admin, context)
        var hanging = candidates
        if !candidates.isEmpty {
            let known = try await knownPartitions(Set(candidates.map(\.producer.producerID)), admin)
            hanging = candidates.filter { known[$0.producer.producerID]?.contains($0.partition) != true }
        }
        let now = Timestamps.now()
        if context.writesJSON {
            for (partition, producer) in hanging {
                context.write(
                    Self.row(
                        .string(partition.topic), .number(partition.partition), .number(producer.producerID),
                        .number(producer.producerEpoch), .known(producer.coordinatorEpoch),
                        .number(producer.currentTxnStartOffset), .number(producer.lastTimestamp),
                        .number(now.subtractingSaturating(producer.lastTimestamp) / 60_000)))
            }
            return
        }
        TabTable(
            headers: [
                "Topic", "Partition", "ProducerId", "ProducerEpoch", "CoordinatorEpoch", "StartOffset", "LastTimestamp",
                "Duration(min)",
            ],
            rows: hanging.map { partition, producer in
                [
                    partition.topic, String(partition.partition), String(producer.producerID),
                    String(producer.producerEpoch), String(producer.coordinatorEpoch),
                    String(producer.currentTxnStartOffset), String(producer.lastTimestamp),
                    String(now.subtractingSaturating(producer.lastTimestamp) / 60_000),
                ]
            }
        ).print(context)
    }

    private typealias Candidate = (partition: TopicPartition, producer: DescribeProducersResponse.ProducerState)

    private func candidates(_ admin: Admin, _ context: Context) async throws -> [Candidate] {
        let partitions: [TopicPartition]
        if let topic, let partition {
            partitions = [TopicPartition(topic, partition)]
        } else {
            let topics = try await admin.cluster.describeTopics(topic.map { [$0] })
            if let topic, topics.first?.error == .unknownTopicOrPartition {
                throw try await UnknownTopic.error(topic, admin.cluster)
            }
            partitions = topics.flatMap { topic in
                topic.partitions.filter { broker == nil || $0.replicas.contains(broker!) }
                    .map { TopicPartition(topic.name, $0.partition) }
            }
        }
        let now = Timestamps.now()
        var found: [Candidate] = []
        for (partition, result) in try await admin.describeProducers(partitions, broker: broker) {
            switch result {
            case .success(let state):
                found += state.activeProducers.filter {
                    $0.currentTxnStartOffset >= 0 && now.subtractingSaturating($0.lastTimestamp) > maxAgeMs
                }.map { (partition, $0) }
            case .failure(let error): context.fail("\(partition): \(error.message)")
            }
        }
        return found.sorted { $0.partition < $1.partition }
    }

    /// The partitions that coordinators will still write a marker to, by producer.
    private func knownPartitions(_ producers: Set<Int64>, _ admin: Admin) async throws -> [Int64: Set<TopicPartition>] {
        var ids: [String: Int64] = [:]
        let request = ListTransactionsRequest { $0.producerIDFilters = producers.sorted() }
        for (_, result) in try await admin.listTransactions(request) {
            // Without one broker's nobody knows which transactions hang.
            for state in try result.get().transactionStates { ids[state.transactionalID] = state.producerID }
        }
        var known: [Int64: Set<TopicPartition>] = [:]
        for (id, result) in await admin.describeTransactions(ids.keys.sorted()) {
            guard let producer = ids[id] else { continue }
            if case .failure(let error) = result, error.errorCode == .transactionalIDNotFound { continue }
            for topic in try result.get().topics {
                for partition in topic.partitions {
                    known[producer, default: []].insert(TopicPartition(topic.topic, partition))
                }
            }
        }
        return known
    }
}
