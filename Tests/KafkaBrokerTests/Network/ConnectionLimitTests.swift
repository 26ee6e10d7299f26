// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("A broker with limits of connections")
struct ConnectionLimitTests {
    /// Requests, in the time of which a connection is closed for sure.
    private static let many = 50_000

    private func start(_ settings: [(String, String)], listen: [String] = ["127.0.0.1:0"]) async throws -> Broker {
        var options = Broker.Options(listen: listen)
        options.overrides = settings.map { (name: $0.0, value: $0.1) }
        return try await Broker.start(options)
    }

    private func ask(_ connection: BlockingConnection) async throws {
        _ = try await connection.send(MetadataRequest { $0.topics = [] }, version: 9)
    }

    private func set(_ name: String, _ value: String, _ broker: Broker) async throws {
        let response = try await broker.call(
            IncrementalAlterConfigsRequest {
                $0.resources = [
                    .init {
                        ($0.resourceType, $0.resourceName) = (ConfigResource.Kind.broker.rawValue, "")
                        $0.configs = [.init { ($0.name, $0.value) = (name, value) }]
                    }
                ]
            })
        #expect(response.responses.map(\.errorCode) == [.none])
    }

    @Test("A connection beyond max.connections is served when another one ends")
    func places() async throws {
        let broker = try await start([("max.connections", "1")])
        let first = try BlockingConnection(broker.bootstrapServers)
        try await ask(first)
        let second = try BlockingConnection(broker.bootstrapServers)
        let third = try BlockingConnection(broker.bootstrapServers)
        let waits = Task {
            try await ask(second)
            try await second.close()
        }
        let waitsToo = Task { try await ask(third) }
        for _ in 0..<3 { try await ask(first) }
        try await first.close()
        try await waits.value
        try await waitsToo.value
        try await third.close()
        try await broker.stop()
    }

    @Test("An address that has as many connections as it may is refused, until the limit is raised")
    func perAddress() async throws {
        let broker = try await start([("max.connections.per.ip", "1")])
        let first = try BlockingConnection(broker.bootstrapServers)
        try await ask(first)
        let second = try BlockingConnection(broker.bootstrapServers)
        await #expect(throws: (any Error).self) { try await ask(second) }
        try await set("max.connections.per.ip", "2", broker)
        let third = try BlockingConnection(broker.bootstrapServers)
        try await ask(third)
        try await ask(first)
        #expect(broker.parts.server.quotas.refusedCount == 1)
        for connection in [first, second, third] { try await connection.close() }
        try await broker.stop()
    }

    @Test("Where another listener may go beyond max.connections, the connection that wasn't used for longest gives way")
    func leastRecentlyUsed() async throws {
        let broker = try await start([("max.connections", "2")], listen: ["127.0.0.1:0", "127.0.0.1:0"])
        let (inside, outside) = (broker.addresses[0], broker.addresses[1])
        let first = try BlockingConnection(outside)
        try await ask(first)
        let second = try BlockingConnection(outside)
        try await ask(second)
        try await ask(first)
        let third = try BlockingConnection(inside)
        try await ask(third)
        // Its close may come a moment later.
        await #expect(throws: (any Error).self) { for _ in 0..<Self.many { try await ask(second) } }
        try await ask(first)
        try await ask(third)
        try await set("max.connections", "1", broker)
        await #expect(throws: (any Error).self) { for _ in 0..<Self.many { try await ask(first) } }
        try await ask(third)
        for connection in [first, second, third] { try await connection.close() }
        try await broker.stop()
    }

    @Test("An address beyond its quota of new connections is refused")
    func addressRate() async throws {
        let broker = try await start([])
        let response = try await broker.call(
            AlterClientQuotasRequest {
                $0.entries = [
                    .init {
                        $0.entity = [.init { ($0.entityType, $0.entityName) = ("ip", "127.0.0.1") }]
                        $0.ops = [.init { ($0.key, $0.value) = ("connection_creation_rate", 1) }]
                    }
                ]
            })
        #expect(response.entries.map(\.errorCode) == [.none])
        await #expect(throws: (any Error).self) {
            for _ in 0..<1000 {
                let connection = try BlockingConnection(broker.bootstrapServers)
                do { try await ask(connection) } catch {
                    try await connection.close()
                    throw error
                }
                try await connection.close()
            }
        }
        #expect(broker.parts.server.quotas.refusedCount == 1)
        try await broker.stop()
    }

    @Test("A connection that comes too fast is served after a while")
    func rate() async throws {
        let broker = try await start([("max.connection.creation.rate", "1")])
        for _ in 0..<12 {
            let connection = try BlockingConnection(broker.bootstrapServers)
            try await ask(connection)
            try await connection.close()
        }
        #expect(broker.parts.server.quotas.refusedCount == 0)
        try await broker.stop()
    }

    @Test("A broker that stops doesn't leave waiting connections behind")
    func stopping() async throws {
        let broker = try await start([("max.connections", "1")])
        let first = try BlockingConnection(broker.bootstrapServers)
        try await ask(first)
        let second = try BlockingConnection(broker.bootstrapServers)
        let waits = Task { try await ask(second) }
        try await ask(first)
        try await broker.stop()
        await #expect(throws: (any Error).self) { try await waits.value }
        try await first.close()
        try await second.close()
    }
}
