// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

/// Members of a group that wait in one long poll, against the broker of this package.
@Suite("A member of a group that waits in poll")
struct WaitingMemberTests {
    static let protocols = ["classic", "consumer"]

    private func withMember(
        _ protocolName: String, _ properties: [String: String] = [:], matching pattern: String? = nil,
        listener: RebalanceListener? = nil, settlement: Consumer.Settlement = .byPolling,
        _ body: @escaping @Sendable (Consumer, Admin) async throws -> Void
    ) async throws {
        let broker = try await Broker.start()
        var configuration = try ClientConfiguration(bootstrapServers: broker.bootstrapServers)
        configuration.firstConnectTimeout = .seconds(60)
        let defaults = [
            "group.id": "g", "group.protocol": protocolName, "auto.offset.reset": "earliest",
            "heartbeat.interval.ms": "100", "session.timeout.ms": "10000", "linger.ms": "0",
            // Nothing may depend on the end of a fetch that waits for records.
            "fetch.max.wait.ms": "3600000",
        ]
        for (name, value) in defaults.merging(properties, uniquingKeysWith: { $1 }) {
            _ = try configuration.set(name, value)
        }
        do {
            try await Cluster.with(configuration) { cluster in
                let admin = Admin(cluster)
                try await Self.create("orders", admin)
                let consumer = try Consumer(cluster, settlement: settlement)
                if let pattern {
                    try await consumer.subscribe(matching: { $0.hasPrefix(pattern) }, listener: listener)
                } else {
                    try await consumer.subscribe(["orders"], listener: listener)
                }
                try await body(consumer, admin)
                await consumer.close()
            }
        } catch {
            try await broker.stop()
            throw error
        }
        try await broker.stop()
    }

    private static func create(_ topic: String, _ admin: Admin) async throws {
        let request = CreateTopicsRequest.Topic {
            $0.name = topic
            $0.numPartitions = 1
            $0.replicationFactor = 1
        }
        _ = try await admin.createTopics([request])[0].result.get()
    }

    private static func produce(_ value: String, to topic: String, _ partition: Int32, _ cluster: Cluster) async throws
    {
        let producer = try await Producer(cluster)
        let topic = try await producer.topic(topic)
        _ = try Array(value.utf8).withUnsafeBytes { try producer.append(topic, value: $0, partition: partition) }
        try await producer.flush()
        #expect(producer.statistics.recordsFailed == 0)
        await producer.close()
    }

    /// Polls until something has come.
    private static func first(_ consumer: Consumer) async throws -> [FetchedRecords] {
        while true {
            let fetched = try await consumer.poll(timeout: .seconds(1))
            if !fetched.isEmpty { return fetched }
        }
    }

    private static func committed(_ admin: Admin) async throws -> Int64? {
        try await admin.committedOffsets(group: "g")[TopicPartition("orders", 0)]?.get().offset
    }

    @Test("commits what is done with meanwhile", arguments: protocols)
    func commits(protocolName: String) async throws {
        try await withMember(protocolName, ["auto.commit.interval.ms": "50"]) { consumer, admin in
            try await Self.produce("a", to: "orders", 0, admin.cluster)
            _ = try await Self.first(consumer)
            let waiting = Task { try await consumer.poll(timeout: .seconds(600)) }
            while try await Self.committed(admin) != 1 { try await Task.sleep(for: .milliseconds(10)) }
            waiting.cancel()
            _ = await waiting.result
        }
    }

    @Test("commits nothing that its caller has not done with", arguments: protocols)
    func settled(protocolName: String) async throws {
        let properties = ["auto.commit.interval.ms": "1"]
        try await withMember(protocolName, properties, settlement: .byCaller) { consumer, admin in
            for value in ["a", "b", "c"] { try await Self.produce(value, to: "orders", 0, admin.cluster) }
            var next: Int64 = 0
            while next < 3 { next = try await Self.first(consumer).last?.nextOffset ?? 0 }
            _ = try await consumer.poll(timeout: .milliseconds(200))
            // Where reading begins is known and done with.
            let early = try await Self.committed(admin)
            #expect(early == nil || early == 0)
            await consumer.settle([TopicPartition("orders", 0): 2])
            #expect(await consumer.close() == nil)
            let found = try await Self.committed(admin)
            #expect(found == 2)
        }
    }

    @Test("keeps its partitions for longer than max.poll.interval.ms", arguments: protocols)
    func staysIn(protocolName: String) async throws {
        let lost = Atomic(0)
        let listener = RebalanceListener(revoked: { lost.add($0.count, ordering: .relaxed) })
        let properties = ["max.poll.interval.ms": "200"]
        try await withMember(protocolName, properties, listener: listener) { consumer, admin in
            while await consumer.assignment().isEmpty { _ = try await consumer.poll(timeout: .milliseconds(100)) }
            let nothing = try await consumer.poll(timeout: .seconds(2))
            #expect(nothing.isEmpty)
            #expect(await consumer.assignment().count == 1)
            #expect(lost.load(ordering: .relaxed) == 0)
        }
    }

    @Test("notices partitions that are added", arguments: protocols)
    func newPartitions(protocolName: String) async throws {
        try await withMember(protocolName, ["metadata.max.age.ms": "100"]) { consumer, admin in
            while await consumer.assignment().isEmpty { _ = try await consumer.poll(timeout: .milliseconds(100)) }
            let waiting = Task { try await consumer.poll(timeout: .seconds(600)) }
            let request = CreatePartitionsRequest.Topic {
                $0.name = "orders"
                $0.count = 2
                $0.assignments = nil
            }
            _ = try await admin.createPartitions([request])[0].result.get()
            await admin.cluster.forget("orders")
            try await Self.produce("new", to: "orders", 1, admin.cluster)
            let found = try await waiting.value.map(\.partition)
            #expect(found == [TopicPartition("orders", 1)])
        }
    }

    @Test("notices topics that match its pattern", arguments: protocols)
    func newTopics(protocolName: String) async throws {
        try await withMember(protocolName, ["metadata.max.age.ms": "100"], matching: "or") { consumer, admin in
            while await consumer.assignment().isEmpty { _ = try await consumer.poll(timeout: .milliseconds(100)) }
            let waiting = Task { try await consumer.poll(timeout: .seconds(600)) }
            try await Self.create("oranges", admin)
            try await Self.produce("new", to: "oranges", 0, admin.cluster)
            let found = try await waiting.value.map(\.partition)
            #expect(found == [TopicPartition("oranges", 0)])
        }
    }

    @Test("gives partitions to another that comes", arguments: protocols)
    func rebalances(protocolName: String) async throws {
        try await withMember(protocolName) { consumer, admin in
            try await Self.create("more", admin)
            try await consumer.subscribe(["orders", "more"])
            while await consumer.assignment().count < 2 { _ = try await consumer.poll(timeout: .milliseconds(100)) }
            let waiting = Task { try await consumer.poll(timeout: .seconds(600)) }
            let second = try Consumer(admin.cluster)
            try await second.subscribe(["orders", "more"])
            // Two topics with one partition each: with the range assignor the first member has both.
            let deadline = ContinuousClock.now + .seconds(60)
            while await second.groupMetadata?.generationID ?? -1 <= 0, ContinuousClock.now < deadline {
                _ = try await second.poll(timeout: .milliseconds(50))
            }
            #expect(await second.groupMetadata?.generationID ?? -1 > 0)
            waiting.cancel()
            _ = await waiting.result
            await second.close()
        }
    }

    @Test("has lost its partitions when it is thrown out, and comes back", arguments: protocols)
    func thrownOut(protocolName: String) async throws {
        let lost = Mutex<[TopicPartition]>([])
        let listener = RebalanceListener(lost: { partitions in lost.withLock { $0 += partitions } })
        try await withMember(protocolName, ["enable.auto.commit": "false"], listener: listener) { consumer, admin in
            while await consumer.assignment().isEmpty { _ = try await consumer.poll(timeout: .milliseconds(100)) }
            let former = try #require(await consumer.groupMetadata)
            let waiting = Task { try await consumer.poll(timeout: .seconds(600)) }
            try await Self.throwOut(former, protocolName, admin.cluster)
            // It hears of that here, or by a heartbeat before.
            _ = try? await consumer.commit([TopicPartition("orders", 0): CommittedOffset(0)])
            while await consumer.groupMetadata?.generationID ?? -1 <= 0 || lost.withLock({ $0.isEmpty }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await Self.produce("back", to: "orders", 0, admin.cluster)
            let found = try await waiting.value.map(\.partition)
            #expect(found == [TopicPartition("orders", 0)])
            #expect(lost.withLock { $0 } == [TopicPartition("orders", 0)])
        }
    }

    /// Leaves the group in a member's name.
    private static func throwOut(
        _ member: ConsumerGroupMetadata, _ protocolName: String, _ cluster: Cluster
    ) async throws {
        if protocolName == "consumer" {
            let request = ConsumerGroupHeartbeatRequest {
                $0.groupID = member.groupID
                $0.memberID = member.memberID
                $0.memberEpoch = -1
            }
            #expect(try await cluster.send(request, to: .group(member.groupID)).errorCode == .none)
        } else {
            let request = LeaveGroupRequest {
                $0.groupID = member.groupID
                $0.members = [LeaveGroupRequest.MemberIdentity { $0.memberID = member.memberID }]
            }
            #expect(try await cluster.send(request, to: .group(member.groupID)).errorCode == .none)
        }
    }
}
