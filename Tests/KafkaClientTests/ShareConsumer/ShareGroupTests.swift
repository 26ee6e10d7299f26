// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

/// Members of a share group against the broker of this package.
@Suite("A share group")
struct ShareGroupTests {
    private static func withGroup(_ body: (ClientConfiguration, Producer) async throws -> Void) async throws {
        try await TestBroker.with(topic: "jobs") { servers in
            let configuration = try ClientConfiguration(bootstrapServers: servers, properties: ["linger.ms": "0"])
            try await Cluster.with(configuration) { cluster in
                let admin = Admin(cluster)
                for (feature, level) in [("metadata.version", 28), ("share.version", 1)] as [(String, Int16)] {
                    let update = UpdateFeaturesRequest {
                        $0.featureUpdates = [
                            UpdateFeaturesRequest.FeatureUpdateKey {
                                $0.feature = feature
                                $0.maxVersionLevel = level
                            }
                        ]
                    }
                    #expect(try await admin.send(update, to: .controller).errorCode == .none)
                }
                let reset = IncrementalAlterConfigsRequest.AlterConfigsResource {
                    $0.resourceType = ConfigResource.Kind.group.rawValue
                    $0.resourceName = "workers"
                    $0.configs = [
                        IncrementalAlterConfigsRequest.AlterableConfig {
                            $0.name = "share.auto.offset.reset"
                            $0.value = "earliest"
                        }
                    ]
                }
                for (_, result) in await admin.incrementalAlterConfigs([reset]) { try result.get() }
                let producer = try await Producer(cluster)
                try await body(configuration, producer)
                await producer.close()
            }
        }
    }

    /// The next records, as soon as there are some.
    private static func poll(_ consumer: ShareConsumer) async throws -> [ShareRecords] {
        while true {
            let fetched = try await consumer.poll(timeout: .seconds(1))
            if !fetched.isEmpty { return fetched }
        }
    }

    @Test("What is accepted or rejected comes to nobody again, what is released to the next member")
    func acknowledging() async throws {
        try await Self.withGroup { configuration, producer in
            for number in 0..<4 { try await producer.send("jobs", value: "\(number)") }
            let jobs = TopicPartition("jobs", 0)
            let member = ShareConsumerConfiguration(group: "workers", topics: ["jobs"], isImplicit: false)
            try await Cluster.with(configuration) { cluster in
                let consumer = ShareConsumer(cluster, member)
                let records = try await Self.poll(consumer).flatMap { try $0.records() }
                #expect(records.map(\.value) == ["0", "1", "2", "3"])
                await consumer.acknowledge(jobs, [0], .accept)
                await consumer.acknowledge(jobs, [1, 3], .release)
                await consumer.acknowledge(jobs, [2], .reject)
                try await consumer.commit()
                let results = await consumer.takeResults()
                #expect(results.map(\.offsets) == [[0, 1, 2, 3]] && results.allSatisfy { $0.error == nil })
                await consumer.close()
            }
            try await Cluster.with(configuration) { cluster in
                let consumer = ShareConsumer(cluster, ShareConsumerConfiguration(group: "workers", topics: ["jobs"]))
                let fetched = try await Self.poll(consumer)
                #expect(fetched.map(\.deliveries) == [[1: 2, 3: 2]])
                #expect(try fetched.flatMap { try $0.records() }.map(\.value) == ["1", "3"])
                // Closing accepts what was not spoken of.
                await consumer.close()
                #expect(await consumer.takeResults().map(\.offsets) == [[1, 3]])
            }
        }
    }

    @Test("A member whose task is cancelled in poll says so in the client's words")
    func cancelled() async throws {
        try await Self.withGroup { configuration, _ in
            try await Cluster.with(configuration) { cluster in
                let consumer = ShareConsumer(cluster, ShareConsumerConfiguration(group: "workers", topics: ["jobs"]))
                _ = try await consumer.poll(timeout: .zero)
                let task = Task { try await consumer.poll(timeout: .seconds(600)) }
                task.cancel()
                await #expect { try await task.value } throws: { ($0 as? ClientError)?.kind == .cancelled }
                await consumer.close()
            }
        }
    }
}
