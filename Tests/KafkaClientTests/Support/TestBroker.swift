// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

@testable import KafkaClient

/// A fresh broker of this package with a topic.
enum TestBroker {
    /// - Parameter body: gets the address.
    static func with(
        topic: String = "orders", partitions: Int32 = 1, _ body: (String) async throws -> Void
    ) async throws {
        let broker = try await Broker.start()
        do {
            let configuration = try ClientConfiguration(
                bootstrapServers: broker.bootstrapServers, properties: [:])
            try await Cluster.with(configuration) { cluster in
                let request = CreateTopicsRequest.Topic {
                    $0.name = topic
                    $0.numPartitions = partitions
                    $0.replicationFactor = 1
                }
                _ = try await Admin(cluster).createTopics([request])[0].result.get()
            }
            try await body(broker.bootstrapServers)
        } catch {
            try await broker.stop()
            throw error
        }
        try await broker.stop()
    }
}
