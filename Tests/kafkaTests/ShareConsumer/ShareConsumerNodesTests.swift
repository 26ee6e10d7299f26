// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import kafka

@Suite("A member of a share group on a cluster of several nodes")
struct ShareConsumerNodesTests {
    /// Who is what; the partition has one new record for each fetch.
    private final class Offices: Sendable {
        let holders: Mutex<(coordinator: Int32, leader: Int32)>
        private let offset = Counter()

        init(coordinator: Int32, leader: Int32) { holders = Mutex((coordinator, leader)) }

        func heartbeat(_ node: Int32) -> ShareGroupHeartbeatResponse {
            ShareGroupHeartbeatResponse {
                guard node == holders.withLock({ $0.coordinator }) else {
                    $0.errorCode = .notCoordinator
                    return
                }
                $0.memberEpoch = 1
                $0.heartbeatIntervalMs = 100
                $0.assignment = .init {
                    $0.topicPartitions = [
                        .init {
                            $0.topicID = FakeKafka.topicID("jobs")
                            $0.partitions = [0]
                        }
                    ]
                }
            }
        }

        func fetch(_ node: Int32) -> ShareFetchResponse {
            ShareFetchResponse {
                $0.responses = [
                    .init {
                        $0.topicID = FakeKafka.topicID("jobs")
                        $0.partitions = [
                            .init {
                                guard node == holders.withLock({ $0.leader }) else {
                                    $0.errorCode = .notLeaderOrFollower
                                    return
                                }
                                let offset = Int64(offset.next())
                                var batch = RecordBatchBuilder(capacity: 1000, baseOffset: offset)
                                _ = Array("v".utf8).withUnsafeBytes { batch.append(timestamp: 1, key: nil, value: $0) }
                                $0.records = .bytes(batch.finish(RecordBatchProperties { _ in }))
                                $0.acquiredRecords = [
                                    .init {
                                        $0.firstOffset = offset
                                        $0.lastOffset = offset
                                        $0.deliveryCount = 1
                                    }
                                ]
                            }
                        ]
                    }
                ]
            }
        }
    }

    @Test("ends with what was in the way when no broker can be reached until its time is over")
    func allGone() async throws {
        let offices = Offices(coordinator: 1, leader: 1)
        let isFirst = Counter()
        let kafka = try await FakeKafka(nodes: 1) { node, key, _, _ in
            switch key {
            case .shareGroupHeartbeat: offices.heartbeat(node)
            // Has one record, then goes.
            case .shareFetch: isFirst.next() == 0 ? offices.fetch(node) : nil
            case .shareAcknowledge: ShareAcknowledgeResponse()
            default: nil
            }
        }
        kafka.change {
            $0.topics = ["jobs": [[1]]]
            $0.groups = ["g": 1]
        }
        async let run = kafka.run("console-share-consumer", "--topic", "jobs", "--group", "g", "--timeout-ms", "4000")
        while kafka.asked(.shareFetch).count < 2 { try await Task.sleep(for: .milliseconds(1)) }
        await kafka.stop()
        let ended = await run
        #expect(ended.status == 1 && ended.output == "v\n", "\(ended)")
        #expect(ended.error.contains("127.0.0.1"), "\(ended)")
    }

    @Test(
        "goes on when brokers go that coordinate its group or lead its partition",
        arguments: [(coordinator: 1, leader: 3), (2, 1), (1, 1)] as [(coordinator: Int32, leader: Int32)])
    func failover(coordinator: Int32, leader: Int32) async throws {
        let offices = Offices(coordinator: coordinator, leader: leader)
        let kafka = try await FakeKafka { node, key, _, _ in
            switch key {
            case .shareGroupHeartbeat: offices.heartbeat(node)
            case .shareFetch: offices.fetch(node)
            case .shareAcknowledge: ShareAcknowledgeResponse()
            default: nil
            }
        }
        kafka.change {
            $0.topics = ["jobs": [[leader]]]
            $0.groups = ["g": coordinator]
        }
        var configuration = try ClientConfiguration(bootstrapServers: kafka.address())
        configuration.retryBackoff = .milliseconds(1)
        try await Cluster.with(configuration) { cluster in
            let consumer = ShareConsumer(cluster, .init(group: "g", topics: ["jobs"]))
            func record() async throws -> Int64 {
                while true {
                    let fetched = try await consumer.poll(timeout: .milliseconds(50))
                    if let offset = fetched.first?.offsets.first { return offset }
                }
            }
            let before = try await record()
            await kafka.stop(1)
            // Some time passes until others have its offices.
            for _ in 0..<3 { _ = try await consumer.poll(timeout: .milliseconds(50)) }
            let heirs = (coordinator == 1 ? 2 : coordinator, leader: leader == 1 ? 3 : leader) as (Int32, leader: Int32)
            offices.holders.withLock { $0 = heirs }
            kafka.change {
                $0.topics = ["jobs": [[heirs.leader]]]
                $0.groups = ["g": heirs.0]
            }
            let after = try await record()
            #expect(after > before)
            while kafka.asked(.shareGroupHeartbeat).last != heirs.0 {
                _ = try await consumer.poll(timeout: .milliseconds(50))
            }
            await consumer.close()
        }
        await kafka.stop()
    }
}
