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
        let metadata: ScriptedServer.Script = { request in
            switch request.apiKey {
            case .apiVersions:
                return [request.reply(ApiVersionsResponse.serving([ApiVersionsRequest.self, MetadataRequest.self]))]
            default:
                return [request.reply(MetadataResponse { $0.clusterID = "one" })]
            }
        }
        let first = try await ScriptedServer.start(metadata)
        var configuration = try ClientConfiguration(bootstrapServers: "\(first.address)")
        configuration.retryBackoff = .milliseconds(10)
        try await Cluster.with(configuration) { cluster in
            await first.stop()
            async let answer = cluster.send(MetadataRequest())
            try await Task.sleep(for: .milliseconds(200))
            let second = try await ScriptedServer.start(port: first.address.port, metadata)
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
