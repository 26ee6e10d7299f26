// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Requests from within the process")
struct InProcessCallTests {
    private static func batch(_ values: String...) -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 200_000)
        for value in values {
            Array(value.utf8).withUnsafeBytes {
                _ = builder.append(timestamp: WallClock.milliseconds(), key: nil, value: $0)
            }
        }
        return builder.finish(RecordBatchProperties())
    }

    private static func produce(_ topicID: KafkaUUID, _ batch: ByteBuffer, acks: Int16 = -1) -> ProduceRequest {
        ProduceRequest {
            ($0.acks, $0.timeoutMs) = (acks, 10_000)
            $0.topicData = [
                .init {
                    $0.topicID = topicID
                    $0.partitionData = [.init { $0.records = .bytes(batch) }]
                }
            ]
        }
    }

    private static func fetch(_ topicID: KafkaUUID, from offset: Int64, wait: Int32) -> FetchRequest {
        FetchRequest {
            ($0.maxWaitMs, $0.minBytes, $0.maxBytes) = (wait, 1, 1 << 20)
            $0.topics = [
                .init {
                    $0.topicID = topicID
                    $0.partitions = [.init { ($0.fetchOffset, $0.partitionMaxBytes) = (offset, 1 << 20) }]
                }
            ]
        }
    }

    /// A broker with one topic.
    private static func broker() async throws -> (Broker, topicID: KafkaUUID) {
        let broker = try await Broker.start()
        let created = try await broker.call(CreateTopicsRequest { $0.topics = [.named("orders")] })
        #expect(created.topics.map(\.errorCode) == [.none])
        return (broker, created.topics[0].topicID)
    }

    @Test("A topic is created, written, read, and an offset committed")
    func everything() async throws {
        let (broker, topicID) = try await Self.broker()
        let batch = Self.batch("a", "b", String(repeating: "c", count: 100_000))
        let produced = try await broker.call(Self.produce(topicID, batch))
        #expect(produced.responses[0].partitionResponses.map(\.errorCode) == [.none])
        let fetched = try await broker.call(Self.fetch(topicID, from: 0, wait: 0))
        let partition = fetched.responses[0].partitions[0]
        guard case .bytes(let records) = partition.records else { throw GapsDoNotMatch() }
        #expect(partition.highWatermark == 3)
        // Behind the base offset and the leader epoch, which the broker writes.
        #expect(records.getSlice(at: 16, length: 100_000) == batch.getSlice(at: 16, length: 100_000))
        #expect(records.readableBytes == batch.readableBytes)

        let commit = OffsetCommitRequest {
            ($0.groupID, $0.generationIDOrMemberEpoch) = ("g", -1)
            $0.topics = [
                .init {
                    $0.name = "orders"
                    $0.partitions = [.init { $0.committedOffset = 2 }]
                }
            ]
        }
        _ = try await broker.call(FindCoordinatorRequest { $0.coordinatorKeys = ["g"] })
        var committed: ErrorCode?
        repeat {
            committed = try await broker.call(commit, version: 9).topics.first?.partitions.first?.errorCode
        } while committed == .coordinatorLoadInProgress
        #expect(committed == ErrorCode.none)
        let offsets = try await broker.call(
            OffsetFetchRequest { $0.groups = [.init { ($0.groupID, $0.topics) = ("g", nil) }] }, version: 9)
        #expect(offsets.groups[0].topics.flatMap(\.partitions).map(\.committedOffset) == [2])
        try await broker.stop()
    }

    @Test("A fetch that waits is answered when records come, and ends when its task is cancelled")
    func waiting() async throws {
        let (broker, topicID) = try await Self.broker()
        let partition = try #require(broker.parts.logs.registry.partition("orders", 0))
        func waits(_ wanted: Bool) async {
            while partition.waiters.withLock(\.isEmpty) == wanted { await Task.yield() }
        }
        let answered = Task { try await broker.call(Self.fetch(topicID, from: 0, wait: .max)) }
        await waits(true)
        _ = try await broker.call(Self.produce(topicID, Self.batch("a")))
        #expect(try await answered.value.responses[0].partitions[0].highWatermark == 1)

        let cancelled = Task { try await broker.call(Self.fetch(topicID, from: 1, wait: .max)) }
        await waits(true)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        await waits(false)

        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await broker.call(Self.fetch(topicID, from: 1, wait: .max))
        }
        await #expect(throws: CancellationError.self) { try await early.value }
        await waits(false)
        try await broker.stop()
    }

    @Test("A fetch whose client is gone before it waits does not wait")
    func gone() async throws {
        let (broker, _) = try await Self.broker()
        let partition = try #require(broker.parts.logs.registry.partition("orders", 0))
        let eventLoop = broker.parts.group.next()
        try await eventLoop.submit {
            let connection = ConnectionInfo(listenerName: "PLAINTEXT", clientHost: "/127.0.0.1")
            connection.disconnected()
            let waiter = FetchWaiter(eventLoop: eventLoop, partitions: [partition]) { _ in false }
            connection.waits(.init(cancel: waiter.cancel, hurry: waiter.hurry))
            waiter.start(timeout: .max)
        }.get()
        let isWaitedFor = partition.waiters.withLock { !$0.isEmpty }
        #expect(!isWaitedFor)
        try await broker.stop()
    }

    @Test("A share fetch has its records in memory, and its session ends with the call")
    func shares() async throws {
        let world = try await ShareBroker()
        try await world.create("orders")
        let client = try ShareClient(world.broker, "a")
        try await client.heartbeat(["orders"])
        try await world.produce(["a", "b"])
        for _ in 0..<2 {
            // What the session before had is given back, and handed out anew.
            let response = try await world.broker.call(client.request(wait: .max), version: 2)
            #expect(try ShareClient.records(response).map(\.value) == ["a", "b"])
        }
        try await world.stop()
    }

    @Test("A broker that stops ends them, and takes no more")
    func stop() async throws {
        let (broker, topicID) = try await Self.broker()
        let partition = try #require(broker.parts.logs.registry.partition("orders", 0))
        let call = Task { try await broker.call(Self.fetch(topicID, from: 0, wait: .max)) }
        while partition.waiters.withLock(\.isEmpty) { await Task.yield() }
        try await broker.stop()
        await #expect(throws: BrokerError.self) { try await call.value }
        await #expect(throws: BrokerError.self) { try await broker.call(MetadataRequest()) }
    }

    @Test("What isn't served is an error, and so is what closes a connection")
    func refused() async throws {
        let (broker, topicID) = try await Self.broker()
        await #expect(throws: BrokerError.self) { try await broker.call(MetadataRequest(), version: 99) }
        await #expect(throws: BrokerError.self) { try await broker.call(AddRaftVoterRequest()) }
        #expect(try await broker.call(Self.produce(topicID, Self.batch("a"), acks: 0)) == ProduceResponse())
        await #expect(throws: BrokerError.self) {
            try await broker.call(Self.produce(.random(), Self.batch("a"), acks: 0))
        }
        try await broker.stop()
    }

    @Test("Where the broker is reached is told as on its first listener")
    func address() async throws {
        let broker = try await Broker.start()
        let metadata = try await broker.call(MetadataRequest())
        #expect(metadata.brokers.map { "\($0.host):\($0.port)" } == [broker.bootstrapServers])
        try await broker.stop()
    }
}
