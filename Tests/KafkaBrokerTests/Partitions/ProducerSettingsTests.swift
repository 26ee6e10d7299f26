// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// What a running broker's properties say of producers.
@Suite struct ProducerSettingsTests {
    private let directory = FileManager.default.temporaryDirectory.appending(
        path: "kafka-producers-\(UInt64.random(in: 0 ... .max))"
    ).path
    private let producer = ProducerIdentity(id: 7, epoch: 0)

    private func start(_ overrides: [(name: String, value: String)] = []) async throws -> (Broker, BlockingConnection) {
        var options = Broker.Options(dataDirectory: directory)
        options.overrides = overrides
        let broker = try await Broker.start(options)
        return (broker, try BlockingConnection(broker.bootstrapServers))
    }

    private func stop(_ broker: Broker, _ connection: BlockingConnection) async throws {
        try await connection.close()
        try await broker.stop()
    }

    private func create(_ connection: BlockingConnection) async throws {
        let topic = CreateTopicsRequest.Topic { ($0.name, $0.numPartitions, $0.replicationFactor) = ("t", 1, 1) }
        _ = try await connection.send(CreateTopicsRequest { $0.topics = [topic] }, version: 7)
    }

    private func produce(
        transactionalID: String? = nil, _ connection: BlockingConnection
    ) async throws -> ErrorCode {
        let batch = TransactionGateTests.batch(
            producer, timestamp: WallClock.milliseconds(), isTransactional: transactionalID != nil)
        return try await connection.send(
            ProduceRequest {
                $0.transactionalID = transactionalID
                $0.acks = -1
                $0.timeoutMs = 10_000
                $0.topicData = [
                    .init {
                        $0.name = "t"
                        $0.partitionData = [.init { $0.records = .bytes(batch) }]
                    }
                ]
            }, version: 9
        ).responses[0].partitionResponses[0].errorCode
    }

    private func known(_ connection: BlockingConnection) async throws -> [Int64] {
        let request = DescribeProducersRequest {
            $0.topics = [
                .init {
                    $0.name = "t"
                    $0.partitionIndexes = [0]
                }
            ]
        }
        let partition = try await connection.send(request, version: 0).topics[0].partitions[0]
        #expect(partition.errorCode == .none)
        return partition.activeProducers.map(\.producerID)
    }

    private func set(_ name: String, _ value: String, _ connection: BlockingConnection) async throws {
        let request = IncrementalAlterConfigsRequest {
            $0.resources = [
                .init {
                    $0.resourceType = 4
                    $0.configs = [.init { ($0.name, $0.value) = (name, value) }]
                }
            ]
        }
        #expect(try await connection.send(request, version: 1).responses[0].errorCode == .none)
    }

    @Test("producer.id.expiration.ms says how long producers are remembered: as given, as changed, and at a start")
    func expiration() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let checks = [(name: "producer.id.expiration.check.interval.ms", value: "1")]
        var (broker, connection) = try await start(checks)
        try await create(connection)
        #expect(try await produce(connection) == .none)
        #expect(try await known(connection) == [7])
        try await stop(broker, connection)
        // As given.
        (broker, connection) = try await start([("producer.id.expiration.ms", "1")])
        #expect(try await known(connection).isEmpty)
        try await stop(broker, connection)
        (broker, connection) = try await start(checks)
        #expect(try await produce(connection) == .none)
        #expect(try await known(connection) == [7])
        // As changed, in a log that is open.
        try await set("producer.id.expiration.ms", "1", connection)
        while try await !known(connection).isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await produce(connection) == .none)
        try await stop(broker, connection)
        // And in one that is being opened.
        (broker, connection) = try await start()
        #expect(try await known(connection).isEmpty)
        try await stop(broker, connection)
    }

    @Test("transaction.partition.verification.enable can be changed while the broker runs, and holds at the next start")
    func verification() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var (broker, connection) = try await start()
        try await create(connection)
        #expect(try await produce(transactionalID: "tx", connection) != .none)
        try await set("transaction.partition.verification.enable", "false", connection)
        // The coordinator hears of it after the answer.
        while try await produce(transactionalID: "tx", connection) != .none {
            try await Task.sleep(for: .milliseconds(10))
        }
        try await stop(broker, connection)
        (broker, connection) = try await start()
        #expect(try await known(connection) == [7])
        try await set("transaction.partition.verification.enable", "true", connection)
        try await stop(broker, connection)
    }
}
