// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

@Suite("Who connects again", .timeLimit(.minutes(2))) struct ReconnectPauseTests {
    private let start = ContinuousClock.now

    private func pause(
        _ first: Duration = .milliseconds(50), _ longest: Duration = .seconds(1)
    ) throws -> ReconnectPause {
        var configuration = try ClientConfiguration(bootstrapServers: "localhost:1")
        configuration.reconnectBackoff = first
        configuration.reconnectBackoffMax = longest
        return ReconnectPause(configuration)
    }

    private func breakdown(at time: ContinuousClock.Instant, rest: Duration = .zero) -> Breakdown {
        Breakdown(cause: ClientError(.connection, "broken"), time: time, rest: rest)
    }

    /// One connection after the other that lives for `life`; the pauses behind them.
    private func pauses(
        _ pause: inout ReconnectPause, count: Int, life: Duration, rest: Duration = .zero
    ) -> [Duration] {
        var now = start
        return (0..<count).map { _ in
            let opened = now
            now += life
            pause.broke(breakdown(at: now, rest: rest), openSince: opened)
            guard let end = pause.end, end > now else { return .zero }
            defer { now = end }
            return now.duration(to: end)
        }
    }

    @Test("waits longer and longer for one whose connections break soon after they opened, whatever they answered")
    func soon() throws {
        var pause = try pause()
        let found = pauses(&pause, count: 20, life: .milliseconds(100))
        // A fifth of jitter.
        for (found, expected) in zip(found, [50, 100, 200, 400, 800] + Array(repeating: 1000, count: 15)) {
            #expect((expected * 8 / 10...expected * 12 / 10).contains(Int(found.milliseconds)))
        }
    }

    @Test("does not wait for one whose connection lasted, or was closed as there was nothing to do")
    func lasting() throws {
        var pause = try pause()
        #expect(pauses(&pause, count: 5, life: .seconds(1)) == Array(repeating: .zero, count: 5))
        let idle = pauses(&pause, count: 5, life: .milliseconds(300), rest: .milliseconds(250))
        #expect(idle == Array(repeating: .zero, count: 5))
        // Nor has that to be longer than some seconds where pauses may be.
        var patient = try self.pause(.seconds(60), .seconds(3600))
        #expect(pauses(&patient, count: 2, life: .seconds(10)) == [.zero, .zero])
    }

    @Test("begins with short pauses again after a connection that lasted")
    func again() throws {
        var pause = try pause()
        for attempt in 0..<10 { pause.failed(at: start + .seconds(attempt * 10)) }
        let opened = start + .seconds(200)
        pause.broke(breakdown(at: opened + .seconds(2)), openSince: opened)
        pause.failed(at: opened + .seconds(3))
        let end = try #require(pause.end)
        #expect((opened + .seconds(3)).duration(to: end) <= .milliseconds(60))
    }

    @Test("counts attempts that failed at one time once, and is not fooled by a longest pause of nothing")
    func together() throws {
        var pause = try pause()
        for _ in 0..<10 { pause.failed(at: start) }
        #expect(try start.duration(to: #require(pause.end)) <= .milliseconds(60))
        var short = try self.pause(.milliseconds(50), .zero)
        #expect(pauses(&short, count: 5, life: .milliseconds(10)).allSatisfy { $0 >= .milliseconds(40) })
    }

    /// Answers everything, each answer twice.
    private static func doubling() async throws -> ScriptedServer {
        let address = Mutex(BrokerAddress(host: "127.0.0.1", port: 1))
        let server = try await ScriptedServer.start { request in
            let answer =
                request.apiKey == .apiVersions
                ? request.reply(ApiVersionsResponse.serving([ApiVersionsRequest.self, MetadataRequest.self]))
                : request.reply(
                    MetadataResponse {
                        let address = address.withLock { $0 }
                        $0.brokers = [
                            MetadataResponse.Broker {
                                $0.nodeID = 1
                                $0.host = address.host
                                $0.port = Int32(address.port)
                            }
                        ]
                    })
            // The first connection is well.
            return request.connection == 0 ? [answer] : [answer, answer]
        }
        address.withLock { $0 = server.address }
        return server
    }

    @Test("a broker that says everything twice: after a pause each time")
    func twice() async throws {
        let server = try await Self.doubling()
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.reconnectBackoff = .seconds(3600)
        configuration.reconnectBackoffMax = .seconds(3600)
        try await Cluster.with(configuration) { cluster in
            let key = ConnectionKey(broker: 1, lane: .unique())
            // The second answer may come before anybody has the connection, or after.
            if let connection = try? await cluster.connection(to: 1, lane: key.lane) {
                while connection.isOpen { try await Task.sleep(for: .milliseconds(2)) }
                let again = Task { try await cluster.connection(to: 1, lane: key.lane) }
                while await cluster.slots[key]?.isConnecting != true { try await Task.sleep(for: .milliseconds(2)) }
                again.cancel()
                await #expect(throws: ClientError.self) { try await again.value }
            }
            #expect(await cluster.slots[key]?.pause.remaining ?? .zero > .seconds(1800))
            #expect(server.connections == 2)
        }
        await server.stop()
    }

    @Test("a broker whose connection was closed here: at once")
    func ours() async throws {
        let fake = try await FakeCluster()
        var configuration = try fake.configuration()
        configuration.reconnectBackoff = .seconds(3600)
        configuration.reconnectBackoffMax = .seconds(3600)
        try await Cluster.with(configuration) { cluster in
            let lane = Lane.unique()
            for _ in 0..<3 { try await cluster.connection(to: 1, lane: lane).close() }
        }
        await fake.stop()
    }
}

extension ConnectionSlot {
    fileprivate var isConnecting: Bool { if case .connecting = state { true } else { false } }
}
