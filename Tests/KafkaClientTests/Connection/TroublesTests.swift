// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

/// Collects what a client tells.
private final class Notices: Sendable {
    private let all = Mutex<[ClientNotice]>([])

    func take(_ notice: ClientNotice) { all.withLock { $0.append(notice) } }
    var notices: [ClientNotice] { all.withLock { $0 } }

    /// Those that are about `name`, once there are so many; on a busy machine others come too.
    func wait(for count: Int, about name: String) async throws -> [ClientNotice] {
        while about(name).count < count { try await Task.sleep(for: .milliseconds(2)) }
        return about(name)
    }

    func about(_ name: String) -> [ClientNotice] {
        notices.filter { notice in
            switch notice {
            case .waiting(let text): text.contains("waiting for \(name)")
            case .recovered(let text): text.hasPrefix(name)
            }
        }
    }
}

/// Time that passes when a test says so.
private final class ManualClock: Sendable {
    private struct State {
        var now = ContinuousClock.now
        var tasks: [(at: ContinuousClock.Instant, run: @Sendable () -> Void)] = []
    }

    private let state = Mutex(State())

    var clock: Troubles.Clock {
        .init(
            now: { self.state.withLock { $0.now } },
            schedule: { time, task in self.state.withLock { $0.tasks.append(($0.now + time, task)) } })
    }

    func advance(_ time: Duration) {
        let due = state.withLock { state in
            state.now += time
            let due = state.tasks.filter { $0.at <= state.now }
            state.tasks.removeAll { $0.at <= state.now }
            return due
        }
        for task in due { task.run() }
    }
}

@Suite("What a client waits for is told", .timeLimit(.minutes(2))) struct TroublesTests {
    private func configured(
        _ configuration: ClientConfiguration, _ notices: Notices, patience: Duration = .milliseconds(300)
    ) -> ClientConfiguration {
        var configuration = configuration
        configuration.onNotice = { notices.take($0) }
        configuration.noticePatience = patience
        return configuration
    }

    @Test("when brokers refuse records for now: once for all partitions, and once when they take them")
    func refusal() async throws {
        let isBroken = Mutex(true)
        let fake = try await FakeCluster(partitions: 3) { _ in
            isBroken.withLock { $0 } ? .refuse(.notEnoughReplicas) : .none
        }
        let notices = Notices()
        try await Cluster.with(configured(try fake.configuration(), notices)) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            for partition in 0..<3 {
                let value: [UInt8] = [1]
                _ = try value.withUnsafeBytes { try producer.append(topic, value: $0, partition: Int32(partition)) }
            }
            let told = try await notices.wait(for: 1, about: "delivery to orders-")
            guard case .waiting(let text) = told[0] else { throw ClientError(.invalidArgument, "\(told)") }
            #expect(text.contains("min.insync.replicas"))
            isBroken.withLock { $0 = false }
            try await producer.flush()
            let name = text.dropFirst("waiting for ".count).prefix { $0 != ":" }
            #expect(try await notices.wait(for: 2, about: String(name))[1] == .recovered("\(name) is back; going on"))
            await producer.close()
        }
        await fake.stop()
    }

    @Test("when a broker takes requests and does not answer")
    func silence() async throws {
        let isSilent = Mutex(false)
        let server = try await ScriptedServer.start(serving: [MetadataRequest.self]) { request in
            isSilent.withLock { $0 } ? [] : [request.reply(MetadataResponse())]
        }
        let notices = Notices()
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.requestTimeout = .milliseconds(300)
        try await Cluster.with(configured(configuration, notices)) { cluster in
            isSilent.withLock { $0 = true }
            let call = Task { try await cluster.brokers() }
            let silence = ClientNotice.waiting(
                "waiting for \(server.address): connected, but Metadata is not answered; the broker may be stopped, "
                    + "overloaded or just starting")
            while !notices.notices.contains(silence) { try await Task.sleep(for: .milliseconds(2)) }
            // New connections that are not answered either are no news.
            let before = server.connections
            while server.connections < before + 2 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(notices.notices.count { $0 == silence } == 1)
            isSilent.withLock { $0 = false }
            _ = try await call.value
            #expect(notices.notices.last == .recovered("\(server.address) is back; going on"))
        }
        await server.stop()
    }

    @Test("when a broker takes connections and closes them on every request")
    func closing() async throws {
        let closes = Mutex(false)
        let server = try await ScriptedServer.start(serving: [MetadataRequest.self]) { request in
            closes.withLock { $0 } ? [.close] : [request.reply(MetadataResponse())]
        }
        let notices = Notices()
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.retryBackoffMax = .milliseconds(50)
        try await Cluster.with(configured(configuration, notices)) { cluster in
            closes.withLock { $0 = true }
            let call = Task { try await cluster.send(MetadataRequest(), timeout: .seconds(600)) }
            let told = try await notices.wait(for: 1, about: "\(server.address): broker ")
            // The connection that has served before breaks first, unless it had been given up.
            let hint =
                " at the first request (if the listener expects a login, set "
                + "security.protocol=SASL_PLAINTEXT or SASL_SSL)"
            #expect(
                ["", hint].map {
                    .waiting(
                        "waiting for \(server.address): broker \(server.address) closed the connection\($0), "
                            + "before it answered Metadata")
                }.contains(told[0]))
            closes.withLock { $0 = false }
            _ = try await call.value
            #expect(notices.notices.last == .recovered("\(server.address) is back; going on"))
        }
        await server.stop()
    }

    @Test("not while a broker gathers records for a fetch that lets it do so")
    func gathering() async throws {
        let server = try await ScriptedServer.start(serving: [MetadataRequest.self, FetchRequest.self]) { request in
            guard request.apiKey == .fetch else { return [request.reply(MetadataResponse())] }
            guard case .send(let frame) = request.reply(FetchResponse()) else { return [] }
            return [.sendLater(frame, .milliseconds(1500))]
        }
        let notices = Notices()
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.consumer.fetchMaxWait = .zero
        try await Cluster.with(configured(configuration, notices)) { cluster in
            _ = try await cluster.send(FetchRequest { $0.maxWaitMs = 600_000 })
        }
        // A busy machine may be late with the connection itself.
        let told = notices.notices.filter { "\($0)".contains("Fetch") }
        #expect(told == [])
        await server.stop()
    }

    @Test("when a broker advertises an address that leads nowhere, with the cause and the cure")
    func advertised() async throws {
        let nowhere = RefusingPort()
        let server = try await ScriptedServer.start(serving: [MetadataRequest.self]) { request in
            [
                request.reply(
                    MetadataResponse {
                        $0.brokers = [1, 2].map { (id: Int32) in
                            MetadataResponse.Broker {
                                $0.nodeID = id
                                $0.host = nowhere.address.host
                                $0.port = id == 1 ? Int32(nowhere.address.port) : 70_000
                            }
                        }
                    })
            ]
        }
        let notices = Notices()
        let configuration = configured(try ClientConfiguration(bootstrapServers: "\(server.address)"), notices)
        try await Cluster.with(configuration) { cluster in
            let calls = [1, 2].map { (id: Int32) in
                Task { try await cluster.send(MetadataRequest(), to: .broker(id), timeout: .seconds(600)) }
            }
            let hint = { (id: Int32) in
                " (broker \(id) advertises this address; \(server.address) was reached: see advertised.listeners)"
            }
            for (id, kind) in [(Int32(1), ClientError.Kind.connection), (2, .invalidResponse)] {
                let error = await #expect(throws: ClientError.self) { _ = try await cluster.connection(to: id) }
                #expect(
                    error?.kind == kind && error?.message.hasSuffix(hint(id)) == true, "\(String(describing: error))")
            }
            // On a busy machine even a refusal takes its time.
            for (id, address) in [(Int32(1), "\(nowhere.address)"), (2, "127.0.0.1:70000")] {
                let told = try await notices.wait(for: 1, about: "broker \(id): ")
                guard case .waiting(let text) = told[0] else { continue }
                #expect(text.contains(address) && text.hasSuffix(hint(id)), "\(text)")
            }
            for call in calls { call.cancel() }
        }
        await server.stop()
        withExtendedLifetime(nowhere) {}
    }

    @Test("when a coordinator is not available")
    func coordinator() async throws {
        let isThere = Mutex(false)
        let apis: [any RequestMessage.Type] = [MetadataRequest.self, FindCoordinatorRequest.self]
        let server = try await ScriptedServer.start(serving: apis) { request in
            guard request.apiKey == .findCoordinator else { return [request.reply(MetadataResponse())] }
            let found = FindCoordinatorResponse.Coordinator {
                $0.key = "g"
                $0.nodeID = 7
                $0.host = "127.0.0.1"
                $0.port = 1
                $0.errorCode = isThere.withLock { $0 } ? .none : .coordinatorNotAvailable
            }
            return [request.reply(FindCoordinatorResponse { $0.coordinators = [found] })]
        }
        let notices = Notices()
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.retryBackoff = .milliseconds(5)
        configuration.retryBackoffMax = .milliseconds(20)
        try await Cluster.with(configured(configuration, notices)) { cluster in
            let call = Task { try await cluster.coordinator(.group, "g", deadline: .now + .seconds(600)) }
            let told = try await notices.wait(
                for: 1, about: "the coordinator of group g: the coordinator is not available")
            #expect(told.count == 1)
            isThere.withLock { $0 = true }
            #expect(try await call.value == 7)
            #expect(notices.notices.last == .recovered("the coordinator of group g is back; going on"))
        }
        await server.stop()
    }

    @Test("once it has lasted, once for each cause, and once more when it is over; but not what passes soon")
    func timing() {
        let notices = Notices()
        let time = ManualClock()
        let troubles = Troubles(time.clock, patience: ClientConfiguration().noticePatience) { notices.take($0) }
        let address = BrokerAddress(host: "h", port: 1)
        func attempt() -> Troubles.Attempt {
            troubles.attempt(.address(address), name: "broker 1", reason: "no answer", hint: " (hint)")
        }

        attempt().succeed()
        time.advance(.seconds(2))
        #expect(notices.notices.isEmpty && troubles.isEmpty)

        // Given up after one failure: nobody waits.
        attempt().fail("refused")
        time.advance(.seconds(2))
        #expect(notices.notices.isEmpty && troubles.isEmpty)

        for _ in 0..<10 {
            let attempt = attempt()
            time.advance(.milliseconds(500))
            attempt.fail("refused")
        }
        #expect(notices.notices == [.waiting("waiting for broker 1: refused (hint)")])
        attempt().succeed()
        #expect(notices.notices.last == .recovered("broker 1 is back; going on"))
        #expect(notices.notices.count == 2 && troubles.isEmpty)

        // An attempt that takes long.
        let long = attempt()
        time.advance(.milliseconds(1_900))
        #expect(notices.notices.last == .waiting("waiting for broker 1: no answer (hint)"))
        long.succeed()
        #expect(notices.notices.count == 4)

        // A silent broker takes connections: that is no news, but an answer is.
        troubles.silent(address, "silent")
        attempt().succeed()
        troubles.silent(address, "silent")
        #expect(notices.notices.count == 5)
        troubles.answered(address)
        #expect(notices.notices.count == 6)

        // One stands for all of a cause.
        for _ in 0..<20 {
            for name in ["a", "b", "c"] { troubles.refused(name, "no", cause: "cause") }
            time.advance(.milliseconds(500))
        }
        #expect(notices.notices.count == 7)
        for name in ["a", "b", "c"] { troubles.accepted(name) }
        #expect(notices.notices.count == 8 && troubles.isEmpty)

        // Requests are lost time and again: that connections are opened is no news, but an answer is. Once is nothing.
        troubles.lost(address, "closed")
        attempt().succeed()
        time.advance(.seconds(2))
        #expect(notices.notices.count == 8 && troubles.isEmpty)
        for _ in 0..<10 {
            troubles.lost(address, "closed")
            attempt().succeed()
            time.advance(.milliseconds(500))
        }
        #expect(notices.notices.count == 9 && notices.notices.last == .waiting("waiting for broker 1: closed"))
        troubles.answered(address)
        #expect(notices.notices.count == 10 && troubles.isEmpty)

        // Others were reached, and the client was closed.
        attempt().fail("refused")
        troubles.forgive([address])
        #expect(troubles.isEmpty)
        let last = attempt()
        troubles.close()
        time.advance(.seconds(2))
        last.succeed()
        #expect(notices.notices.count == 10)
    }
}
