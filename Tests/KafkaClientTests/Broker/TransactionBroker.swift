// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaBroker
import KafkaProtocol
import Testing

@testable import KafkaClient

/// A broker that keeps its address and its data over restarts, with the topic `orders`, and clients for it.
final class TransactionBroker {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private var broker: KafkaBroker.Broker
    private var options: KafkaBroker.Broker.Options
    let configuration: ClientConfiguration

    init(transactionVersion: Int16, partitions: Int32 = 1) async throws {
        options = KafkaBroker.Broker.Options(dataDirectory: directory.path)
        broker = try await KafkaBroker.Broker.start(options)
        options.listen = [broker.bootstrapServers]
        var configuration = try ClientConfiguration(bootstrapServers: broker.bootstrapServers)
        configuration.firstConnectTimeout = .seconds(60)
        for (name, value) in [("isolation.level", "read_committed"), ("reconnect.backoff.ms", "10")] {
            _ = try configuration.set(name, value)
        }
        self.configuration = configuration
        try await Cluster.with(configuration) { cluster in
            let created = try await Admin(cluster).createTopics([
                CreateTopicsRequest.Topic {
                    $0.name = "orders"
                    $0.numPartitions = partitions
                    $0.replicationFactor = 1
                    $0.configs = [
                        CreateTopicsRequest.Config {
                            $0.name = "max.message.bytes"
                            $0.value = "10000"
                        }
                    ]
                }
            ])
            _ = try created[0].result.get()
        }
        if transactionVersion != 2 { try await setTransactionVersion(transactionVersion, upgradeType: 2) }
    }

    /// - Parameter upgradeType: 1 for up, 2 for down.
    func setTransactionVersion(_ level: Int16, upgradeType: Int8) async throws {
        try await Cluster.with(configuration) { cluster in
            let request = UpdateFeaturesRequest {
                $0.featureUpdates = [
                    UpdateFeaturesRequest.FeatureUpdateKey {
                        $0.feature = "transaction.version"
                        $0.maxVersionLevel = level
                        $0.upgradeType = upgradeType
                    }
                ]
            }
            let response = try await Admin(cluster).send(request, to: .controller)
            try #require(response.errorCode == .none && response.results.allSatisfy { $0.errorCode == .none })
        }
    }

    func stop() async throws { try await broker.stop() }
    func start() async throws { broker = try await KafkaBroker.Broker.start(options) }

    /// Ends the broker and removes its data.
    func end() async throws {
        try await broker.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Calls `body` with a producer that has taken over a transactional id.
    func withProducer(
        _ id: String = "t", _ properties: [String: String] = [:],
        _ body: (Producer, ProducerTopic) async throws -> Void
    ) async throws {
        var configuration = configuration
        _ = try configuration.set("transactional.id", id)
        for (name, value) in properties { _ = try configuration.set(name, value) }
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster)
            try await producer.initTransactions()
            try await body(producer, try await producer.topic("orders"))
            await producer.close()
        }
    }

    /// Everything that a reader of the partition sees up to the end, which must be stable by then.
    func values(partition: Int32 = 0) async throws -> [String] {
        try await Cluster.with(configuration) { cluster in
            // The last record of all that is not in a transaction.
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            try producer.append("end", to: topic, partition: partition)
            await producer.close()
            let consumer = try Consumer(cluster)
            await consumer.assign([TopicPartition("orders", partition): .earliest])
            var reader = RecordBatchReader()
            var values: [String] = []
            let deadline = ContinuousClock.now + .seconds(60)
            while values.last != "end", ContinuousClock.now < deadline {
                for fetched in try await consumer.poll(timeout: .milliseconds(100)) {
                    try fetched.forEachRecord(&reader) { record in
                        values.append(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "null")
                    }
                }
            }
            await consumer.close()
            #expect(values.last == "end", "the partition's end is not stable")
            return values.filter { $0 != "end" }
        }
    }
}

extension Producer {
    func append(_ value: String, to topic: ProducerTopic, partition: Int32? = nil) throws {
        _ = try Array(value.utf8).withUnsafeBytes { try append(topic, value: $0, partition: partition) }
    }
}
