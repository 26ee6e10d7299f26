// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite struct ClusterTests {
    @Test("Pauses double up to the longest, with a fifth of jitter")
    func backoff() {
        var backoff = Backoff(.milliseconds(100), .seconds(1))
        let pauses = (0..<6).map { _ in backoff.next(jitter: 1).milliseconds }
        #expect(pauses == [100, 200, 400, 800, 1000, 1000])
        backoff.reset()
        for _ in 0..<100 {
            var fresh = Backoff(.milliseconds(100), .seconds(1))
            #expect((80...120).contains(fresh.next().milliseconds))
        }
    }

    @Test(
        "A pause of ages neither overflows nor ends", arguments: [Duration.milliseconds(Int64.max), .seconds(900_000)])
    func ages(pause: Duration) {
        var backoff = Backoff(pause, pause)
        for _ in 0..<100 { #expect(backoff.next() > .seconds(600_000)) }
        #expect((Duration.milliseconds(Int64.max) + .seconds(1)).milliseconds == .max)
        #expect(Duration.milliseconds(2_999).inWords == "3 s" && Duration.milliseconds(1_500).inWords == "1500 ms")
    }

    @Test("Clients without event loops of their own share one thread, which ends with none of them")
    func sharedLoop() async throws {
        try await TestBroker.with { servers in
            let first = try await Cluster.connect(ClientConfiguration(bootstrapServers: servers))
            let second = try await Cluster.connect(ClientConfiguration(bootstrapServers: servers))
            #expect(first.eventLoop === second.eventLoop)
            await first.close()
            #expect(try await second.brokers().count == 1)
            await second.close()
            let third = try await Cluster.connect(ClientConfiguration(bootstrapServers: servers))
            #expect(try await third.brokers().count == 1)
            await third.close()
        }
    }

    @Test("What a broker names twice counts once, and what can't be is left out")
    func doubled() async throws {
        let server = try await ScriptedServer.start(serving: [MetadataRequest.self]) { request in
            let topic = MetadataResponse.Topic {
                $0.name = "orders"
                $0.partitions = [1, 0, 1, -3].map { (index: Int32) in
                    MetadataResponse.Partition {
                        $0.partitionIndex = index
                        $0.leaderID = 1
                    }
                }
            }
            let empty = MetadataResponse.Topic { $0.name = "empty" }
            let asked = request.decode(MetadataRequest.self).topics?.map(\.name) ?? []
            let topics = asked.contains("empty") ? [empty] : asked.isEmpty ? [] : [topic, topic]
            return [request.reply(MetadataResponse { $0.topics = topics })]
        }
        try await Cluster.with(try ClientConfiguration(bootstrapServers: "\(server.address)")) { cluster in
            let topics = try await cluster.describeTopics(["orders"])
            #expect(topics.map(\.name) == ["orders"])
            #expect(topics.first?.partitions.map(\.partition) == [0, 1])
            let producer = try await Producer(cluster)
            let error = await #expect(throws: ClientError.self) { try await producer.topic("empty") }
            #expect(error?.message == "the broker's metadata has no partitions for topic empty")
            await producer.close()
        }
        await server.stop()
    }

    @Test("A cluster that can't be reached is an error at once, with every server's cause")
    func unreachable() async throws {
        let server = RefusingPort()
        let other = try await ScriptedServer.start { _ in [] }
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address),\(other.address)")
        configuration.firstConnectTimeout = .milliseconds(600)
        let error = await #expect(throws: ClientError.self) { try await Cluster.connect(configuration) }
        #expect(error?.kind == .connection)
        #expect(error?.message.contains("\(server.address): connection refused") == true)
        #expect(error?.message.contains("\(other.address): connected, but no answer") == true)
        await other.stop()
    }

    @Test("The next bootstrap server is tried, and the cluster is known from it")
    func secondServer() async throws {
        let dead = RefusingPort()
        let fake = try await FakeCluster(partitions: 2)
        var configuration = try fake.configuration()
        configuration.bootstrapServers = [dead.address, fake.address]
        try await Cluster.with(configuration) { cluster in
            let found = try await cluster.brokers().map(\.address)
            #expect(found == [fake.address])
            let found2 = try await cluster.clusterID()
            #expect(found2 == "fake")
            let found3 = try await cluster.topic("orders").partitions.count
            #expect(found3 == 2)
            let error = await #expect(throws: ClientError.self) { try await cluster.topic("nosuch") }
            #expect(error?.errorCode == .unknownTopicOrPartition)
        }
        await fake.stop()
        withExtendedLifetime(dead) {}
    }

    @Test("A broker that goes away and comes back at the same address is found again")
    func restart() async throws {
        @Sendable func start(port: Int = 0) async throws -> ScriptedServer {
            try await .start(port: port, serving: [MetadataRequest.self]) { request in
                [request.reply(MetadataResponse { $0.clusterID = "one" })]
            }
        }
        let first = try await start()
        var configuration = try ClientConfiguration(bootstrapServers: "\(first.address)")
        configuration.retryBackoff = .milliseconds(10)
        try await Cluster.with(configuration) { cluster in
            await first.stop()
            async let answer = cluster.send(MetadataRequest())
            try await Task.sleep(for: .milliseconds(200))
            let second = try await start(port: first.address.port)
            let found4 = try await answer.clusterID
            #expect(found4 == "one")
            await second.stop()
        }
    }

    @Test("After close every call fails at once")
    func closed() async throws {
        let fake = try await FakeCluster()
        let cluster = try await Cluster.connect(try fake.configuration())
        await cluster.close()
        let error = await #expect(throws: ClientError.self) { try await cluster.send(MetadataRequest()) }
        #expect(error?.kind == .closed)
        await fake.stop()
    }
}
