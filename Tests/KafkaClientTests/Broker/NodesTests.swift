// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

/// One process that is three brokers to its clients.
@Suite("Several nodes")
struct NodesTests {
    private static let batch: ByteBuffer = {
        var builder = RecordBatchBuilder(capacity: 200)
        Array("value".utf8).withUnsafeBytes { _ = builder.append(timestamp: 1_700_000_000_000, key: nil, value: $0) }
        return builder.finish(RecordBatchProperties())
    }()

    /// Three nodes with a topic that node 1 to 3 lead a partition of, and min.insync.replicas=2.
    private func withNodes(_ body: (KafkaBroker.Broker, Cluster, KafkaUUID) async throws -> Void) async throws {
        let broker = try await KafkaBroker.Broker.start(nodes: 3)
        do {
            let servers = broker.addresses.joined(separator: ",")
            try await Cluster.with(try ClientConfiguration(bootstrapServers: servers)) { cluster in
                let created = try await cluster.send(
                    CreateTopicsRequest {
                        $0.topics = [
                            .init {
                                $0.name = "orders"
                                ($0.numPartitions, $0.replicationFactor) = (-1, -1)
                                $0.assignments = [[1, 2, 3], [2, 3, 1], [3, 1, 2]].enumerated().map { index, ids in
                                    .init { ($0.partitionIndex, $0.brokerIDs) = (Int32(index), ids) }
                                }
                                $0.configs = [.init { ($0.name, $0.value) = ("min.insync.replicas", "2") }]
                            }
                        ]
                        $0.timeoutMs = 10_000
                    })
                #expect(created.topics.map(\.errorCode) == [.none])
                try await body(broker, cluster, created.topics[0].topicID)
            }
        } catch {
            try await broker.stop()
            throw error
        }
        try await broker.stop()
    }

    private func produce(
        _ cluster: Cluster, _ topic: KafkaUUID, _ partition: Int32, to node: Int32, acks: Int16 = -1
    ) async throws -> (ProduceResponse, ProduceResponse.Partition) {
        let response = try await cluster.send(
            ProduceRequest {
                ($0.acks, $0.timeoutMs) = (acks, 10_000)
                $0.topicData = [
                    .init {
                        $0.topicID = topic
                        $0.partitionData = [
                            .init {
                                $0.index = partition
                                $0.records = .bytes(Self.batch)
                            }
                        ]
                    }
                ]
            }, to: .broker(node))
        return (response, response.responses[0].partitionResponses[0])
    }

    private func partitions(_ cluster: Cluster) async throws -> [MetadataResponse.Partition] {
        let response = try await cluster.send(MetadataRequest { $0.topics = [.init { $0.name = "orders" }] })
        return response.topics[0].partitions.sorted { $0.partitionIndex < $1.partitionIndex }
    }

    @Test("Who doesn't lead a partition refuses it, and names who does")
    func wrongNode() async throws {
        try await withNodes { broker, cluster, topic in
            for partition in Int32(0)..<3 {
                for node in Int32(1)...3 {
                    let (response, answer) = try await produce(cluster, topic, partition, to: node)
                    let leads = node == partition + 1
                    #expect(answer.errorCode == (leads ? .none : .notLeaderOrFollower))
                    #expect(answer.currentLeader.leaderID == (leads ? -1 : partition + 1))
                    #expect(response.nodeEndpoints.map(\.nodeID) == (leads ? [] : [partition + 1]))
                    let address = response.nodeEndpoints.first.map { "\($0.host):\($0.port)" }
                    #expect(leads || address == broker.nodes[Int(partition)].address)
                    let fetched = try await cluster.send(
                        FetchRequest {
                            ($0.maxWaitMs, $0.minBytes, $0.maxBytes) = (0, 1, 1 << 20)
                            $0.topics = [
                                .init {
                                    $0.topicID = topic
                                    $0.partitions = [
                                        .init { ($0.partition, $0.partitionMaxBytes) = (partition, 1 << 20) }
                                    ]
                                }
                            ]
                        }, to: .broker(node))
                    #expect(
                        fetched.responses[0].partitions[0].errorCode == (leads ? .none : .notLeaderOrFollower))
                    let offsets = try await cluster.send(
                        ListOffsetsRequest {
                            $0.topics = [
                                .init {
                                    $0.name = "orders"
                                    $0.partitions = [.init { ($0.partitionIndex, $0.timestamp) = (partition, -1) }]
                                }
                            ]
                        }, to: .broker(node))
                    #expect(offsets.topics[0].partitions[0].errorCode == (leads ? .none : .notLeaderOrFollower))
                }
            }
        }
    }

    @Test("A node that is stopped loses its leaders and its place in sync, and acks=all is refused below the minimum")
    func stopping() async throws {
        try await withNodes { broker, cluster, topic in
            try await broker.stopNode(2)
            var found = try await partitions(cluster)
            #expect(found.map(\.leaderID) == [1, 3, 3])
            #expect(found.map { $0.isrNodes.sorted() } == [[1, 3], [1, 3], [1, 3]])
            #expect(found.map(\.offlineReplicas) == [[2], [2], [2]])
            #expect(try await produce(cluster, topic, 1, to: 3).1.errorCode == .none)
            try await broker.stopNode(1)
            #expect(broker.nodes.map(\.isRunning) == [false, false, true])
            #expect(broker.nodes.map(\.isController) == [false, false, true])
            #expect(try await produce(cluster, topic, 0, to: 3).1.errorCode == .notEnoughReplicas)
            #expect(try await produce(cluster, topic, 0, to: 3, acks: 1).1.errorCode == .none)
            await #expect(throws: BrokerError.self) { try await broker.stopNode(3) }
            await #expect(throws: BrokerError.self) { try await broker.stopNode(1) }
            await #expect(throws: BrokerError.self) { try await broker.stopNode(4) }
            try await broker.startNode(1)
            try await broker.startNode(2)
            await #expect(throws: BrokerError.self) { try await broker.startNode(2) }
            found = try await partitions(cluster)
            #expect(found.map(\.leaderID) == [3, 3, 3])
            #expect(found.map { $0.isrNodes.sorted() } == [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
            _ = try await cluster.send(
                ElectLeadersRequest { ($0.topicPartitions, $0.timeoutMs) = (nil, 10_000) }, to: .controller)
            #expect(try await partitions(cluster).map(\.leaderID) == [1, 2, 3])
            #expect(try await produce(cluster, topic, 1, to: 2).1.errorCode == .none)
        }
    }

    @Test("Groups are spread over the nodes, and each is refused by all but its coordinator")
    func coordinators() async throws {
        try await withNodes { _, cluster, _ in
            var coordinators: Set<Int32> = []
            for group in ["a", "b", "c", "d", "e", "f"] {
                // Its topic may only now be made.
                let found = try await cluster.send(
                    FindCoordinatorRequest { $0.coordinatorKeys = [group] }, to: .broker(1))
                let coordinator = found.coordinators[0].nodeID
                coordinators.insert(coordinator)
                for node in Int32(1)...3 {
                    let answer = try await cluster.send(
                        HeartbeatRequest { ($0.groupID, $0.memberID) = (group, "m") }, to: .broker(node))
                    #expect(answer.errorCode == (node == coordinator ? .unknownMemberID : .notCoordinator))
                    let offsets = try await cluster.send(
                        OffsetFetchRequest { $0.groups = [.init { ($0.groupID, $0.topics) = (group, nil) }] },
                        to: .broker(node))
                    #expect(offsets.groups.map(\.errorCode) == [node == coordinator ? .none : .notCoordinator])
                }
            }
            #expect(coordinators == [1, 2, 3])
        }
    }

    @Test("Several nodes want data that is gone afterwards, and a number that can be")
    func refusals() async throws {
        var options = KafkaBroker.Broker.Options(dataDirectory: "/nowhere")
        options.nodes = 3
        await #expect(throws: BrokerError.self) { try await KafkaBroker.Broker.start(options) }
        await #expect(throws: BrokerError.self) { try await KafkaBroker.Broker.start(nodes: 0) }
        await #expect(throws: BrokerError.self) { try await KafkaBroker.Broker.start(nodes: 65) }
        let one = try await KafkaBroker.Broker.start()
        #expect(one.nodes.map(\.id) == [1])
        await #expect(throws: BrokerError.self) { try await one.stopNode(1) }
        try await one.stop()
    }
}
