// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import kafka

/// A controller whose quota on changes of topics is used up for a while (KIP-599).
@Suite("Changes of topics beyond the controller's quota")
struct MutationQuotaTests {
    /// Takes one topic of each request, and what it was asked for.
    private final class Quota: Sendable {
        let asked = Mutex<[[String]]>([])
        let throttleTimeMs: Int32

        init(throttleTimeMs: Int32) { self.throttleTimeMs = throttleTimeMs }

        func answer(_ key: APIKey, _ version: Int16, _ body: ByteBuffer) throws -> (any ResponseMessage)? {
            switch key {
            case .createTopics:
                let request = try CreateTopicsRequest.decode(body, version: version)
                let codes = take(request.topics.map(\.name))
                return CreateTopicsResponse {
                    $0.throttleTimeMs = throttleTimeMs
                    $0.topics = codes.map { name, code in .init { ($0.name, $0.errorCode) = (name, code) } }
                }
            case .deleteTopics:
                let request = try DeleteTopicsRequest.decode(body, version: version)
                let codes = take(request.topics.compactMap(\.name) + request.topicNames)
                return DeleteTopicsResponse {
                    $0.throttleTimeMs = throttleTimeMs
                    $0.responses = codes.map { name, code in .init { ($0.name, $0.errorCode) = (name, code) } }
                }
            case .createPartitions:
                let codes = take(try CreatePartitionsRequest.decode(body, version: version).topics.map(\.name))
                return CreatePartitionsResponse {
                    $0.throttleTimeMs = throttleTimeMs
                    $0.results = codes.map { name, code in .init { ($0.name, $0.errorCode) = (name, code) } }
                }
            default: return nil
            }
        }

        private func take(_ names: [String]) -> [(String, ErrorCode)] {
            asked.withLock { $0.append(names) }
            return names.map { ($0, $0 == names[0] ? .none : .throttlingQuotaExceeded) }
        }

        var rounds: [[String]] { asked.withLock { $0 } }
    }

    private static let rounds = [["a", "b", "c"], ["b", "c"], ["c"]]

    private func with(
        _ quota: Quota, patience: Duration = .seconds(60), _ body: (Admin) async throws -> Void
    ) async throws {
        let kafka = try await FakeKafka { _, key, version, body in try quota.answer(key, version, body) }
        var configuration = try ClientConfiguration(bootstrapServers: kafka.address())
        configuration.defaultAPITimeout = patience
        try await Cluster.with(configuration) { cluster in try await body(Admin(cluster)) }
        await kafka.stop()
    }

    @Test("are asked for again, one after the other, once the time is over that the controller says")
    func again() async throws {
        let quota = Quota(throttleTimeMs: 5)
        let kafka = try await FakeKafka { _, key, version, body in try quota.answer(key, version, body) }
        let created = await kafka.run("topics", "create", "a", "b", "c")
        #expect(created.status == 0, "\(created)")
        #expect(created.output == "Created topic a.\nCreated topic b.\nCreated topic c.\n")
        #expect(quota.rounds == Self.rounds)
        await kafka.stop()
        try await with(Quota(throttleTimeMs: 5)) { admin in
            for (_, result) in try await admin.deleteTopics(["a", "b", "c"]) { try result.get() }
        }
        let ofPartitions = Quota(throttleTimeMs: 5)
        try await with(ofPartitions) { admin in
            let topics = ["a", "b", "c"].map { name in
                CreatePartitionsRequest.Topic { ($0.name, $0.count) = (name, 5) }
            }
            let results = try await admin.createPartitions(topics)
            #expect(results.map(\.topic) == ["a", "b", "c"])
            for (_, result) in results { try result.get() }
        }
        #expect(ofPartitions.rounds == Self.rounds)
    }

    @Test("fail when that would take longer than a call may, and say so; what was done is told")
    func tooLong() async throws {
        let quota = Quota(throttleTimeMs: 1_000_000)
        let kafka = try await FakeKafka { _, key, version, body in try quota.answer(key, version, body) }
        let created = await kafka.run(["topics", "create", "a", "b"], patience: 20_000)
        #expect(created.status == 1)
        #expect(created.output == "Created topic a.\n")
        #expect(created.error.contains("topic b: the quota is used up for now (THROTTLING_QUOTA_EXCEEDED)"))
        #expect(created.error.contains("1000000 ms") && created.error.contains("20000 ms"), "\(created)")
        #expect(quota.rounds == [["a", "b"]])
        await kafka.stop()
    }
}
