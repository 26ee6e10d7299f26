// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Logging
import NIOCore
import Synchronization
import Testing

@testable import KafkaBroker

/// A running broker whose file operations fail for a while.
@Suite struct StorageFailureTests {
    /// Keeps what a broker logs.
    private struct Messages: LogHandler {
        final class Store: Sendable {
            let all = Mutex<[String]>([])
            func count(of text: String) -> Int { all.withLock { $0.count { $0.contains(text) } } }
        }

        let store: Store
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { store.all.withLock { $0.append("\(event.message)") } }
    }

    private let directory = FileManager.default.temporaryDirectory.appending(
        path: "kafka-storage-\(UInt64.random(in: 0 ... .max))"
    ).path
    private let messages = Messages.Store()

    private func start(
        _ overrides: [(name: String, value: String)] = []
    ) async throws -> (Broker, BlockingConnection) {
        let store = messages
        var options = Broker.Options(dataDirectory: directory)
        options.overrides = overrides
        let broker = try await Broker.start(
            options, logger: Logger(label: "test") { _ in Messages(store: store) })
        return (broker, try BlockingConnection(broker.bootstrapServers))
    }

    private func create(
        _ topic: String, _ configs: [String: String], _ connection: BlockingConnection
    ) async throws -> ErrorCode {
        try await connection.send(
            CreateTopicsRequest {
                $0.topics = [
                    .init {
                        ($0.name, $0.numPartitions, $0.replicationFactor) = (topic, 1, 1)
                        $0.configs = configs.map { name, value in .init { ($0.name, $0.value) = (name, value) } }
                    }
                ]
            }, version: 7
        ).topics[0].errorCode
    }

    private func produce(to topic: String, _ connection: BlockingConnection) async throws -> ErrorCode {
        var builder = RecordBatchBuilder(capacity: 200)
        let isAppended = [1, 2, 3].withUnsafeBytes {
            builder.append(timestamp: WallClock.milliseconds(), key: nil, value: $0)
        }
        #expect(isAppended)
        let batch = builder.finish()
        return try await connection.send(
            ProduceRequest {
                $0.acks = -1
                $0.timeoutMs = 10_000
                $0.topicData = [
                    .init {
                        $0.name = topic
                        $0.partitionData = [.init { $0.records = .bytes(batch) }]
                    }
                ]
            }, version: 9
        ).responses[0].partitionResponses[0].errorCode
    }

    private func fetch(_ topic: String, _ connection: BlockingConnection) async throws -> (ErrorCode, Int) {
        let response = try await connection.send(
            FetchRequest {
                $0.maxBytes = 1 << 20
                $0.topics = [
                    .init {
                        $0.topic = topic
                        $0.partitions = [.init { $0.partitionMaxBytes = 1 << 20 }]
                    }
                ]
            }, version: 11)
        let partition = response.responses[0].partitions[0]
        guard case .bytes(let bytes) = partition.records else { return (partition.errorCode, 0) }
        return (partition.errorCode, bytes.readableBytes)
    }

    @Test("What a full disk or a lack of descriptors refuses is read all the same, and done once that is over")
    func heals() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (broker, connection) = try await start()
        #expect(try await create("orders", [:], connection) == .none)
        #expect(try await produce(to: "orders", connection) == .none)
        let faults = FileFaults(under: "\(directory)/orders-0")
        defer { faults.end() }
        for error in [ENOSPC, EIO] {
            faults.set(.init(isLasting: true, error: error, writesHalf: true, operations: [.write, .allocate]))
            for _ in 0..<2 { #expect(try await produce(to: "orders", connection) == .kafkaStorageError) }
            let (code, byteCount) = try await fetch("orders", connection)
            #expect(code == .none && byteCount > 0)
            faults.set(nil)
            #expect(try await produce(to: "orders", connection) == .none)
        }
        // A topic that could not be opened when it was made is open once that is possible.
        let others = FileFaults(under: "\(directory)/late-0")
        defer { others.end() }
        others.set(.init(isLasting: true, error: EMFILE, operations: [.open]))
        #expect(try await create("late", [:], connection) == .kafkaStorageError)
        #expect(try await produce(to: "late", connection) == .unknownTopicOrPartition)
        others.set(nil)
        while try await produce(to: "late", connection) != .none { try await Task.sleep(for: .milliseconds(100)) }
        try await connection.close()
        try await broker.stop()
    }

    @Test("After a failed sync a partition is read and not written, and the log says so once, with the cure")
    func failedSync() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var (broker, connection) = try await start()
        #expect(try await create("orders", ["flush.messages": "1"], connection) == .none)
        #expect(try await create("other", [:], connection) == .none)
        #expect(try await produce(to: "orders", connection) == .none)
        let faults = FileFaults(under: "\(directory)/orders-0")
        defer { faults.end() }
        faults.set(.init(isLasting: false, error: EIO, operations: [.sync]))
        for _ in 0..<3 { #expect(try await produce(to: "orders", connection) == .kafkaStorageError) }
        faults.set(nil)
        #expect(try await produce(to: "orders", connection) == .kafkaStorageError)
        #expect(try await produce(to: "other", connection) == .none)
        let (code, byteCount) = try await fetch("orders", connection)
        #expect(code == .none && byteCount > 0)
        #expect(messages.count(of: "orders-0") == 1)
        #expect(messages.count(of: "restart the broker") == 1)
        try await connection.close()
        // It can't say that everything is on disk.
        await #expect(throws: BrokerError.self) { try await broker.stop() }
        (broker, connection) = try await start()
        #expect(try await produce(to: "orders", connection) == .none)
        try await connection.close()
        try await broker.stop()
    }

    private func committedOffset(_ connection: BlockingConnection) async throws -> (ErrorCode, Int64?) {
        let answer = try await connection.send(
            OffsetFetchRequest {
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
            }, version: 8
        ).groups[0]
        return (answer.errorCode, answer.topics.first?.partitions.first?.committedOffset)
    }

    private func initialize(_ connection: BlockingConnection) async throws -> (ErrorCode, Int16) {
        let answer = try await connection.send(
            InitProducerIdRequest { ($0.transactionalID, $0.transactionTimeoutMs) = ("tx", 60_000) }, version: 4)
        return (answer.errorCode, answer.producerEpoch)
    }

    @Test("Of the coordinators' topics, what can't be opened at a start is read back once that is possible")
    func coordinatorsTopics() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let one = ["offsets.topic.num.partitions", "transaction.state.log.num.partitions"].map { ($0, "1") }
        var (broker, connection) = try await start(one)
        #expect(try await create("orders", [:], connection) == .none)
        let commit = OffsetCommitRequest {
            $0.groupID = "readers"
            $0.topics = [
                .init {
                    $0.name = "orders"
                    $0.partitions = [.init { $0.committedOffset = 42 }]
                }
            ]
        }
        let code = try await connection.send(commit, version: 8).topics[0].partitions[0].errorCode
        #expect(code == .none)
        while try await initialize(connection) != (.none, 0) { try await Task.sleep(for: .milliseconds(20)) }
        try await connection.close()
        try await broker.stop()

        let faults = ["__consumer_offsets-0", "__transaction_state-0"].map { FileFaults(under: "\(directory)/\($0)") }
        defer { for fault in faults { fault.end() } }
        for fault in faults { fault.set(.init(isLasting: true, error: EMFILE, operations: [.open])) }
        (broker, connection) = try await start(one)
        #expect(messages.count(of: "can't be opened, it is tried again") == 2)
        // As soon as it was tried to read them.
        while try await committedOffset(connection).0 == .coordinatorLoadInProgress {}
        #expect(try await committedOffset(connection).0 == .notCoordinator)
        let found = try await connection.send(FindCoordinatorRequest { $0.key = "readers" }, version: 3)
        #expect(found.errorCode == .coordinatorNotAvailable)
        while try await initialize(connection).0 == .coordinatorLoadInProgress {}
        #expect(try await initialize(connection).0 == .notCoordinator)
        // Others are served.
        #expect(try await produce(to: "orders", connection) == .none)
        for fault in faults { fault.set(nil) }
        while try await committedOffset(connection).0 != .none { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await committedOffset(connection) == (.none, 42))
        while try await initialize(connection).0 != .none { try await Task.sleep(for: .milliseconds(50)) }
        // It is known, and has the next epoch each time.
        #expect(try await initialize(connection).1 >= 2)
        try await connection.close()
        try await broker.stop()
    }

    @Test("On a full disk a broker starts and deletes, and takes records again once there is room")
    func fullDisk() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var (broker, connection) = try await start()
        for topic in ["orders", "doomed"] {
            #expect(try await create(topic, ["file.delete.delay.ms": "0"], connection) == .none)
            #expect(try await produce(to: topic, connection) == .none)
        }
        try await connection.close()
        let full = ["orders-0", "doomed-0", "meta", "quorum", "recovery", "log-start", "replication", ".kafka", "__"]
        for isKilled in [false, true] {
            if !isKilled { try await broker.stop() }
            // All but what the log of the metadata has reserved.
            let faults = full.map { FileFaults(under: "\(directory)/\($0 == "__" ? "__cluster_metadata-0/q" : $0)") }
            let epochs = FileFaults(under: "\(directory)/__cluster_metadata-0/leader")
            for fault in faults + [epochs] {
                fault.set(.init(isLasting: true, error: ENOSPC, operations: [.write, .allocate]))
            }
            defer { for fault in faults + [epochs] { fault.end() } }
            if isKilled {
                // Full while it runs, too: the stop is then like a kill.
                await #expect(throws: BrokerError.self) { try await broker.stop() }
            }
            (broker, connection) = try await start()
            let (code, byteCount) = try await fetch("orders", connection)
            #expect(code == .none && byteCount > 0)
            #expect(try await produce(to: "orders", connection) == .kafkaStorageError)
            if !isKilled {
                let answer = try await connection.send(DeleteTopicsRequest { $0.topicNames = ["doomed"] }, version: 5)
                #expect(answer.responses[0].errorCode == .none)
                #expect(!FileManager.default.fileExists(atPath: "\(directory)/doomed-0"))
            }
            for fault in faults + [epochs] { fault.set(nil) }
            #expect(try await produce(to: "orders", connection) == .none)
            if isKilled { try await connection.close() }
        }
        try await broker.stop()
    }
}
