// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Quotas of a broker")
struct QuotaBrokerTests {
    private static func batch(_ byteCount: Int) -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: byteCount + 1024)
        [UInt8](repeating: 7, count: byteCount).withUnsafeBytes {
            _ = builder.append(timestamp: WallClock.milliseconds(), key: nil, value: $0)
        }
        return builder.finish(RecordBatchProperties())
    }

    private static func produce(_ byteCount: Int, acks: Int16 = 1) -> ProduceRequest {
        ProduceRequest {
            ($0.acks, $0.timeoutMs) = (acks, 10_000)
            $0.topicData = [
                .init {
                    $0.name = "orders"
                    $0.partitionData = [.init { $0.records = .bytes(batch(byteCount)) }]
                }
            ]
        }
    }

    private static func fetch(_ offset: Int64, session: Int32 = 0, epoch: Int32 = -1) -> FetchRequest {
        FetchRequest {
            ($0.maxWaitMs, $0.minBytes, $0.maxBytes) = (0, 1, 1 << 20)
            ($0.sessionID, $0.sessionEpoch) = (session, epoch)
            guard epoch <= 0 else { return }
            $0.topics = [
                .init {
                    $0.topic = "orders"
                    $0.partitions = [.init { ($0.fetchOffset, $0.partitionMaxBytes) = (offset, 1 << 20) }]
                }
            ]
        }
    }

    private static func alter(_ key: String, _ value: Double?) -> AlterClientQuotasRequest {
        AlterClientQuotasRequest {
            $0.entries = [
                .init {
                    $0.entity = [.init { ($0.entityType, $0.entityName) = ("client-id", nil) }]
                    $0.ops = [.init { ($0.key, $0.value, $0.remove) = (key, value ?? 0, value == nil) }]
                }
            ]
        }
    }

    /// A broker whose quotas have a clock of the test's.
    private func run(
        _ name: String, _ limit: Double, _ body: (Broker, ClientQuotaSource, ManualMilliseconds) async throws -> Void
    ) async throws {
        let clock = ManualMilliseconds()
        let source = ClientQuotaSource(now: { clock.now })
        source.update([QuotaEntity.of(user: "ANONYMOUS"): [name: limit]])
        var policy = ConnectionPolicy()
        policy.quotas = source
        let broker = try await Broker.start(policy)
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("orders")] })
        try await body(broker, source, clock)
        try await broker.stop()
    }

    /// Sends a request on a connection of its own: one that has to wait is not waited for.
    private func send<Request: RequestMessage>(
        _ request: Request, version: Int16, to broker: Broker
    ) async throws -> Request.Response {
        let connection = try BlockingConnection(broker.bootstrapServers)
        let response = try await connection.send(request, version: version)
        try await connection.close()
        return response
    }

    @Test("A quota that is set holds at once on connections that are there, and calls of the process don't count")
    func live() async throws {
        let broker = try await Broker.start()
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("orders")] })
        let connection = try BlockingConnection(broker.bootstrapServers)
        #expect(try await connection.send(Self.produce(1000), version: 9).throttleTimeMs == 0)
        #expect(try await broker.call(Self.alter("producer_byte_rate", 1)).entries.map(\.errorCode) == [.none])
        #expect(try await broker.call(Self.produce(1000), version: 9).throttleTimeMs == 0)
        let throttled = try await connection.send(Self.produce(1000), version: 9)
        #expect(throttled.throttleTimeMs > 900_000)
        #expect(throttled.responses[0].partitionResponses[0].errorCode == .none)
        #expect(try await broker.call(Self.alter("producer_byte_rate", nil)).entries.map(\.errorCode) == [.none])
        let free = try await send(Self.produce(1000), version: 9, to: broker)
        #expect(free.throttleTimeMs == 0)
        try await connection.close()
        try await broker.stop()
    }

    @Test("Quotas are there again after a restart")
    func restarted() async throws {
        let directory = MetadataTestDirectory()
        var options = Broker.Options(dataDirectory: directory.path)
        options.isEphemeral = false
        var broker = try await Broker.start(options)
        _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("orders")] })
        _ = try await broker.call(Self.alter("producer_byte_rate", 1))
        try await broker.stop()
        broker = try await Broker.start(options)
        let throttled = try await send(Self.produce(1000), version: 9, to: broker)
        #expect(throttled.throttleTimeMs > 900_000)
        try await broker.stop()
    }

    @Test("A Fetch beyond the quota is answered with no partitions, and its session is as it was")
    func fetches() async throws {
        try await run("consumer_byte_rate", 1000) { broker, _, clock in
            for _ in 0..<3 { _ = try await broker.call(Self.produce(6000), version: 9) }
            // Of three batches as many bytes as ten samples have, 10,000; what stands around them has to be waited for.
            let capped = try await send(Self.fetch(0), version: 12, to: broker)
            #expect((1..<100).contains(capped.throttleTimeMs) && capped.responses.isEmpty)
            clock.pass(Int64(capped.throttleTimeMs))
            let most = try await send(Self.fetch(0), version: 12, to: broker)
            #expect(most.responses[0].partitions[0].records.byteCount == 10_000 && most.throttleTimeMs == 0)
            clock.pass(12_000)
            var one = Self.fetch(0, epoch: 0)
            one.maxBytes = 1
            let first = try await send(one, version: 12, to: broker)
            let size = first.responses[0].partitions[0].records.byteCount
            #expect((6000..<7000).contains(size) && first.throttleTimeMs == 0, "\(size) \(first.throttleTimeMs)")
            let wanted = Self.fetch(1, session: first.sessionID, epoch: 1)
            let second = try await send(wanted, version: 12, to: broker)
            #expect(second.responses.isEmpty && second.throttleTimeMs > 0 && second.sessionID == first.sessionID)
            #expect(second.errorCode == .none)
            // A session that is asked for isn't made.
            let third = try await send(Self.fetch(1, epoch: 0), version: 12, to: broker)
            #expect(third.responses.isEmpty && third.throttleTimeMs == second.throttleTimeMs && third.sessionID == 0)
            clock.pass(11_000)
            var next = Self.fetch(1, session: first.sessionID, epoch: 2)
            next.maxBytes = 1
            let fourth = try await send(next, version: 12, to: broker)
            #expect(fourth.throttleTimeMs == 0 && fourth.responses[0].partitions[0].records.byteCount == size)
        }
    }

    @Test("Produce without acknowledgements counts as well")
    func unacknowledged() async throws {
        try await run("producer_byte_rate", 1000) { broker, source, clock in
            let connection = try BlockingConnection(broker.bootstrapServers)
            try await connection.write(Self.produce(10_500, acks: 0), version: 9)
            while source.sensorCount == 0 { await Task.yield() }
            let next = try await send(Self.produce(1), version: 9, to: broker)
            #expect(next.throttleTimeMs > 500, "10.5 kB in 10 s are more than 50 a second too much")
            try await connection.close()
        }
    }

    private struct Outcome: Equatable {
        var code: ErrorCode?
        var throttleTimeMs: Int32

        init(_ code: ErrorCode?, _ throttleTimeMs: Int32) {
            self.code = code
            self.throttleTimeMs = throttleTimeMs
        }
    }

    @Test("Changes of topics beyond the quota are refused or, in old versions, made and waited for")
    func mutations() async throws {
        try await run("controller_mutation_rate", 1) { broker, _, clock in
            func create(_ name: String, partitions: Int32 = 1, version: Int16) async throws -> Outcome {
                let request = CreateTopicsRequest { $0.topics = [.named(name, partitions: partitions)] }
                let response = try await send(request, version: version, to: broker)
                return Outcome(response.topics.first?.errorCode, response.throttleTimeMs)
            }
            func delete(_ name: String, version: Int16) async throws -> Outcome {
                let request = DeleteTopicsRequest {
                    if version < 6 { $0.topicNames = [name] } else { $0.topics = [.init { $0.name = name }] }
                }
                let response = try await send(request, version: version, to: broker)
                return Outcome(response.responses.first?.errorCode, response.throttleTimeMs)
            }
            func grow(_ name: String, to count: Int32, version: Int16) async throws -> Outcome {
                let request = CreatePartitionsRequest {
                    $0.topics = [.init { ($0.name, $0.count, $0.assignments) = (name, count, nil) }]
                }
                let response = try await send(request, version: version, to: broker)
                return Outcome(response.results.first?.errorCode, response.throttleTimeMs)
            }
            // 11 tokens are there, and 21 are taken.
            var outcomes = [
                try await create("a", partitions: 21, version: 6), try await create("b", version: 6),
                try await create("b", version: 5), try await grow("b", to: 2, version: 3),
                try await grow("b", to: 2, version: 2), try await delete("b", version: 5),
                try await delete("b", version: 4),
            ]
            #expect(
                outcomes == [
                    Outcome(.some(.none), 0), Outcome(.throttlingQuotaExceeded, 10_000), Outcome(.some(.none), 11_000),
                    Outcome(.throttlingQuotaExceeded, 11_000), Outcome(.some(.none), 12_000),
                    Outcome(.throttlingQuotaExceeded, 12_000), Outcome(.some(.none), 14_000),
                ])
            clock.pass(14_000)
            outcomes = [
                // What is wrong anyway costs nothing.
                try await create("a", version: 6), try await delete("a", version: 6),
                try await delete("orders", version: 6),
            ]
            #expect(
                outcomes == [
                    Outcome(.topicAlreadyExists, 0), Outcome(.some(.none), 0),
                    Outcome(.throttlingQuotaExceeded, 21_000),
                ])
        }
    }

    @Test("A topic that a client only asks for isn't made beyond the quota")
    func autoCreation() async throws {
        try await run("controller_mutation_rate", 1) { broker, _, clock in
            func ask(_ name: String) async throws -> ErrorCode {
                let request = MetadataRequest { $0.topics = [.init { $0.name = name }] }
                return try await send(request, version: 9, to: broker).topics[0].errorCode
            }
            _ = try await send(
                CreateTopicsRequest { $0.topics = [.named("a", partitions: 20)] }, version: 6, to: broker)
            let first = try await ask("b")
            // Behind it in the controller.
            _ = try await broker.call(CreateTopicsRequest { $0.topics = [.named("c")] })
            let second = try await ask("b")
            #expect([first, second] == [.unknownTopicOrPartition, .unknownTopicOrPartition])
            clock.pass(9_000)
            while try await ask("b") != .none { await Task.yield() }
        }
    }

    @Test("Requests are measured where their time has a quota")
    func time() async throws {
        try await run("request_percentage", 0.000_001) { broker, source, _ in
            let response = try await send(MetadataRequest { $0.topics = nil }, version: 9, to: broker)
            #expect(response.throttleTimeMs == 1000)
            let fetch = try await send(Self.fetch(0), version: 12, to: broker)
            let heartbeat = try await send(HeartbeatRequest { $0.groupID = "g" }, version: 3, to: broker)
            #expect([fetch.throttleTimeMs, heartbeat.throttleTimeMs] == [1000, 1000])
            #expect(source.sensorCount == 1)
        }
    }
}
