// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// The second transaction protocol (KIP-890) over the wire, on a broker of its own.
@Suite("Transactions of a running broker")
struct TransactionBrokerTests {
    private struct Committed: Equatable {
        var stable: Int64
        var offsets: [Int64]
        var aborted: [Int64]
    }

    /// A producer of the newer protocol: no request adds partitions, and each transaction has its own epoch.
    private struct Client {
        let connection: BlockingConnection
        var producer = ProducerIdentity(id: -1, epoch: -1)

        mutating func initialize() async throws {
            let response = try await connection.send(
                InitProducerIdRequest {
                    $0.transactionalID = "tx"
                    $0.transactionTimeoutMs = 60_000
                }, version: 5)
            #expect(response.errorCode == .none)
            producer = ProducerIdentity(id: response.producerID, epoch: response.producerEpoch)
        }

        func produce() async throws -> ErrorCode {
            let batch = TransactionGateTests.batch(producer, timestamp: WallClock.milliseconds())
            let response = try await connection.send(
                ProduceRequest {
                    $0.transactionalID = "tx"
                    $0.acks = -1
                    $0.timeoutMs = 10_000
                    $0.topicData = [
                        .init {
                            $0.name = "orders"
                            $0.partitionData = [.init { $0.records = .bytes(batch) }]
                        }
                    ]
                }, version: 12)
            return response.responses[0].partitionResponses[0].errorCode
        }

        func commitOffset(_ offset: Int64) async throws -> ErrorCode {
            let response = try await connection.send(
                TxnOffsetCommitRequest {
                    $0.transactionalID = "tx"
                    $0.groupID = "readers"
                    $0.producerID = producer.id
                    $0.producerEpoch = producer.epoch
                    $0.topics = [
                        .init {
                            $0.name = "orders"
                            $0.partitions = [.init { $0.committedOffset = offset }]
                        }
                    ]
                }, version: 5)
            return response.topics[0].partitions[0].errorCode
        }

        /// The next epoch is the client's, as the answer says.
        mutating func end(commit: Bool) async throws -> ErrorCode {
            let response = try await connection.send(
                EndTxnRequest {
                    $0.transactionalID = "tx"
                    $0.producerID = producer.id
                    $0.producerEpoch = producer.epoch
                    $0.committed = commit
                }, version: 5)
            if response.errorCode == .none {
                producer = ProducerIdentity(id: response.producerID, epoch: response.producerEpoch)
            }
            return response.errorCode
        }

        func committedOffset() async throws -> (ErrorCode, Int64) {
            let response = try await connection.send(
                OffsetFetchRequest {
                    $0.requireStable = true
                    $0.groups = [
                        .init {
                            $0.groupID = "readers"
                            $0.topics = [
                                .init {
                                    $0.name = "orders"
                                    $0.partitionIndexes = [0]
                                }
                            ]
                        }
                    ]
                }, version: 8)
            let partition = response.groups[0].topics[0].partitions[0]
            return (partition.errorCode, partition.committedOffset)
        }

        /// The offsets and aborted transactions that a reader of committed records gets.
        func readCommitted() async throws -> Committed {
            let response = try await connection.send(
                FetchRequest {
                    $0.isolationLevel = 1
                    $0.topics = [
                        .init {
                            $0.topic = "orders"
                            $0.partitions = [.init { $0.partitionMaxBytes = 1 << 20 }]
                        }
                    ]
                }, version: 12)
            let partition = response.responses[0].partitions[0]
            var offsets: [Int64] = []
            if case .bytes(let bytes) = partition.records {
                try bytes.withUnsafeReadableBytes { bytes in
                    var batches = RecordBatchSequence(bytes)
                    while let (header, _) = try batches.next() { offsets.append(header.baseOffset) }
                }
            }
            return Committed(
                stable: partition.lastStableOffset, offsets: offsets,
                aborted: (partition.abortedTransactions ?? []).map(\.firstOffset))
        }
    }

    @Test("One request begins a transaction and one ends it, with its offsets, over a restart of the broker")
    func newerProtocol() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kafka-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: directory) }
        var broker = try await Broker.start(.init(dataDirectory: directory.path))
        var client = Client(connection: try BlockingConnection(broker.bootstrapServers))
        _ = try await client.connection.send(
            CreateTopicsRequest {
                $0.topics = [
                    .init {
                        $0.name = "orders"
                        $0.numPartitions = 1
                        $0.replicationFactor = 1
                    }
                ]
            }, version: 7)
        try await client.initialize()
        #expect(client.producer.epoch == 0)

        #expect(try await client.produce() == .none)
        #expect(try await client.commitOffset(42) == .none)
        #expect(try await client.readCommitted().stable == 0)
        #expect(try await client.committedOffset() == (.unstableOffsetCommit, -1))
        #expect(try await client.end(commit: true) == .none)
        #expect(client.producer.epoch == 1)
        let read1 = try await client.readCommitted()
        #expect(read1 == Committed(stable: 2, offsets: [0, 1], aborted: []))
        #expect(try await client.committedOffset() == (.none, 42))

        #expect(try await client.produce() == .none)
        let before = client
        #expect(try await client.end(commit: false) == .none)
        #expect(client.producer.epoch == 2)
        let read2 = try await client.readCommitted()
        #expect(read2 == Committed(stable: 4, offsets: [0, 1, 2, 3], aborted: [2]))
        // The answer was lost.
        var retrying = before
        #expect(try await retrying.end(commit: false) == .none)
        #expect(retrying.producer == client.producer)
        // A late record of the ended transaction.
        #expect(try await before.produce() == .invalidProducerEpoch)
        // Nothing was written, and the producer can't know.
        #expect(try await client.end(commit: false) == .none)
        #expect(client.producer.epoch == 3)

        #expect(try await client.produce() == .none)
        try await client.connection.close()
        try await broker.stop()
        broker = try await Broker.start(.init(dataDirectory: directory.path))
        var next = Client(connection: try BlockingConnection(broker.bootstrapServers), producer: client.producer)
        while try await next.end(commit: true) == .coordinatorLoadInProgress { await Task.yield() }
        #expect(next.producer.epoch == 4)
        let read3 = try await next.readCommitted()
        #expect(read3 == Committed(stable: 6, offsets: [0, 1, 2, 3, 4, 5], aborted: [2]))
        try await next.connection.close()
        try await broker.stop()
    }
}
