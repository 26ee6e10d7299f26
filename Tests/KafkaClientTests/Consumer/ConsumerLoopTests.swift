// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

@Suite("A for loop over a consumer")
struct ConsumerLoopTests {
    private static let group = ["auto.offset.reset": "earliest", "heartbeat.interval.ms": "100"]

    /// Numbers, to the partitions in turn.
    private static func produce(
        _ count: Int, to servers: String, partitions: Int32 = 1, properties: [String: String] = [:]
    ) async throws {
        let producer = try await Producer(bootstrapServers: servers, properties: properties)
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    _ = try await producer.send(
                        "orders", value: "\(number)", partition: Int32(number) % partitions)
                }
            }
            try await group.waitForAll()
        }
        await producer.close()
    }

    private static func member(
        _ servers: String, _ properties: [String: String] = [:]
    ) async throws -> Consumer {
        try await Consumer(
            bootstrapServers: servers, topics: ["orders"], group: "g",
            properties: group.merging(properties) { $1 })
    }

    /// Without partitions of which nothing has been read.
    private static func committed(_ servers: String) async throws -> [TopicPartition: Int64] {
        let offsets = try await Cluster.with(ClientConfiguration(bootstrapServers: servers)) { cluster in
            try await Admin(cluster).committedOffsets(group: "g").mapValues { try $0.get().offset }
        }
        return offsets.filter { $0.value > 0 }
    }

    private struct Stop: Error {}

    @Test("What the group has committed follows what bodies have finished, wherever a loop is left")
    func neverAhead() async throws {
        try await TestBroker.with(partitions: 2) { servers in
            try await Self.produce(300, to: servers, partitions: 2)
            var finished: [TopicPartition: Int64] = [:]
            var total = 0
            for round in 0..<6 {
                let consumer = try await Self.member(
                    servers, ["auto.commit.interval.ms": round % 2 == 0 ? "0" : "60000"])
                var seen = 0
                do {
                    for try await record in consumer {
                        // What was finished before is not there again.
                        #expect(record.offset == finished[record.topicPartition] ?? 0)
                        seen += 1
                        if seen == 7 * (round + 1) {
                            if round % 3 == 0 { break }
                            if round % 3 == 1 { throw Stop() }
                            consumer.settle(record)
                            finished[record.topicPartition] = record.offset + 1
                            total += 1
                            break
                        }
                        finished[record.topicPartition] = record.offset + 1
                        total += 1
                    }
                } catch is Stop {}
                await consumer.close()
                #expect(try await Self.committed(servers) == finished)
            }
            let rest = try await Self.member(servers)
            for try await record in rest {
                total += 1
                #expect(record.offset >= finished[record.topicPartition] ?? 0)
                if total == 300 { break }
            }
            await rest.close()
            #expect(total == 300)
        }
    }

    @Test("Also for a consumer that was made to settle by polling, only what is finished is committed")
    func madeForPolling() async throws {
        try await TestBroker.with { servers in
            try await Self.produce(10, to: servers, properties: ["linger.ms": "20"])
            var configuration = try ClientConfiguration(bootstrapServers: servers, properties: Self.group)
            configuration.consumer.groupID = "g"
            try await Cluster.with(configuration) { cluster in
                let consumer = try Consumer(cluster)
                try await consumer.subscribe(["orders"])
                for try await _ in consumer { break }
                await consumer.close()
            }
            #expect(try await Self.committed(servers).isEmpty)
        }
    }

    @Test("The next loop over a consumer goes on with the record that the one before left unfinished")
    func secondLoop() async throws {
        try await TestBroker.with { servers in
            try await Self.produce(10, to: servers, properties: ["linger.ms": "20"])
            let consumer = try await Self.member(servers)
            var offsets: [Int64] = []
            for count in [3, 1, 4] {
                var left = count
                for try await record in consumer {
                    offsets.append(record.offset)
                    left -= 1
                    if left == 0 { break }
                }
            }
            #expect(offsets == [0, 1, 2, 2, 2, 3, 4, 5])
            try await consumer.commit()
            #expect(try await Self.committed(servers) == [TopicPartition("orders", 0): 5])
            #expect(await consumer.position(TopicPartition("orders", 0)) == 5)
            await consumer.close()
        }
    }

    @Test("A loop ends when its task is cancelled, after its last commit, and has left the group")
    func cancelled() async throws {
        try await TestBroker.with { servers in
            try await Self.produce(5, to: servers)
            let consumer = try await Self.member(servers, ["auto.commit.interval.ms": "60000"])
            let seen = Mutex(0)
            let task = Task {
                for try await _ in consumer { seen.withLock { $0 += 1 } }
                return "ended"
            }
            while seen.withLock({ $0 }) < 5 { try await Task.sleep(for: .milliseconds(1)) }
            task.cancel()
            #expect(try await task.value == "ended")
            #expect(try await Self.committed(servers) == [TopicPartition("orders", 0): 5])
            let members = try await Cluster.with(ClientConfiguration(bootstrapServers: servers)) { cluster in
                try await Admin(cluster).describeGroups(["g"])[0].result.get().members.count
            }
            #expect(members == 0)
        }
    }

    @Test("A loop ends when the consumer is closed by somebody else")
    func closed() async throws {
        try await TestBroker.with { servers in
            let consumer = try await Self.member(servers)
            let task = Task { for try await _ in consumer {} }
            while await consumer.assignment().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            await consumer.close()
            try await task.value
        }
    }

    /// What two members have worked on, each record for some time.
    private final class Tally: Sendable {
        let state = Mutex((offsets: [TopicPartition: [Int64]](), counts: [0, 0]))
        var total: Int { state.withLock { $0.counts[0] + $0.counts[1] } }

        func read(_ consumer: Consumer, _ index: Int) async throws {
            for try await record in consumer {
                try? await Task.sleep(for: .milliseconds(10))
                state.withLock {
                    $0.offsets[record.topicPartition, default: []].append(record.offset)
                    $0.counts[index] += 1
                }
            }
        }
    }

    @Test("While bodies are busy the member stays, commits, and gives partitions to others")
    func busy() async throws {
        try await TestBroker.with(partitions: 2) { servers in
            try await Self.produce(400, to: servers, partitions: 2, properties: ["linger.ms": "50"])
            let properties = [
                "auto.commit.interval.ms": "0", "partition.assignment.strategy": "cooperative-sticky",
                "max.poll.interval.ms": "6000", "session.timeout.ms": "6000",
            ]
            let first = try await Self.member(servers, properties)
            let second = try await Self.member(servers, properties)
            let tally = Tally()
            let one = Task { try await tally.read(first, 0) }
            while tally.total < 20 { try await Task.sleep(for: .milliseconds(1)) }
            let other = Task { try await tally.read(second, 1) }
            while tally.total < 400 { try await Task.sleep(for: .milliseconds(5)) }
            for task in [one, other] {
                task.cancel()
                try await task.value
            }
            // Each record once: what was given away had been committed as far as it was finished.
            let (seen, counts) = tally.state.withLock { ($0.offsets, $0.counts) }
            #expect(seen.count == 2)
            for (_, offsets) in seen { #expect(offsets == Array(0..<Int64(offsets.count))) }
            #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
        }
    }

    @Test("A second loop takes over, and the first is told")
    func displaced() async throws {
        try await TestBroker.with { servers in
            try await Self.produce(3, to: servers)
            let consumer = try await Self.member(servers)
            var first = consumer.makeAsyncIterator()
            #expect(try await first.next()?.offset == 0)
            var second = consumer.makeAsyncIterator()
            #expect(try await second.next()?.offset == 0)
            await #expect { try await first.next() } throws: { ($0 as? ClientError)?.kind == .invalidArgument }
            #expect(try await second.next()?.offset == 1)
            await consumer.close()
        }
    }

    @Test("What a loop that was displaced still fetches is not lost to the one that took over")
    func displacedWhileWaiting() async throws {
        try await TestBroker.with { servers in
            let consumer = try await Self.member(servers)
            let first = Task { for try await _ in consumer {} }
            while await consumer.assignment().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            var offsets: [Int64] = []
            let second = consumer.makeAsyncIterator()
            try await Self.produce(20, to: servers)
            while offsets.last != 19 {
                var second = second
                offsets.append(try await #require(second.next()).offset)
            }
            #expect(offsets == Array(0..<20))
            await #expect { try await first.value } throws: { ($0 as? ClientError)?.kind == .invalidArgument }
            await consumer.close()
        }
    }

    @Test("Seeking in a body drops what was fetched; the loop goes on there")
    func seeking() async throws {
        try await TestBroker.with { servers in
            try await Self.produce(10, to: servers, properties: ["linger.ms": "20"])
            let consumer = try await Self.member(servers)
            var offsets: [Int64] = []
            for try await record in consumer {
                offsets.append(record.offset)
                if offsets.count == 3 { await consumer.seek(record.topicPartition, to: .offset(8)) }
                if record.offset == 9 { break }
            }
            #expect(offsets == [0, 1, 2, 8, 9])
            await consumer.close()
            #expect(try await Self.committed(servers) == [TopicPartition("orders", 0): 9])
        }
    }

    @Test("Records behind one that can't be read are not skipped, and those before it are worked on")
    func unreadable() async throws {
        let script = try await FetchScript { _, offset in
            offset < 3
                ? .records(FetchScript.batch(0, 2), FetchScript.batch(2, 1) { $0.recordCount = 5 })
                : offset == 3 ? .records(FetchScript.batch(3, 1)) : .records()
        }
        try await script.reading { consumer in
            var offsets: [Int64] = []
            for _ in 0..<2 {
                await #expect { for try await record in consumer { offsets.append(record.offset) } } throws: {
                    ($0 as? ClientError)?.errorCode == .corruptMessage
                }
            }
            #expect(offsets == [0, 1])
            await consumer.seek(FetchScript.partition, to: .offset(3))
            for try await record in consumer {
                offsets.append(record.offset)
                break
            }
            #expect(offsets == [0, 1, 3])
        }
    }

    @Test("Without a group all partitions are read, and nothing is remembered")
    func groupless() async throws {
        try await TestBroker.with(partitions: 3) { servers in
            try await Self.produce(30, to: servers, partitions: 3)
            for _ in 0..<2 {
                var values: Set<String> = []
                try await Consumer.with(
                    bootstrapServers: servers, topics: ["orders"], properties: ["auto.offset.reset": "earliest"]
                ) { consumer in
                    for try await record in consumer {
                        values.insert(record.value?.string ?? "")
                        if values.count == 30 { break }
                    }
                }
                #expect(values == Set((0..<30).map { "\($0)" }))
            }
            #expect(try await Self.committed(servers).isEmpty)
        }
    }

    @Test("Who gives no topic, no name of the group, or one that is not there, is told at once")
    func refused() async throws {
        await #expect { try await Consumer(bootstrapServers: "127.0.0.1:1", topics: []) } throws: {
            ($0 as? ClientError)?.kind == .invalidArgument
        }
        await #expect { try await Consumer(bootstrapServers: "127.0.0.1:1", topics: ["t"], group: "") } throws: {
            ($0 as? ClientError)?.kind == .configuration
        }
        try await TestBroker.with { servers in
            let properties = ["allow.auto.create.topics": "false"]
            await #expect {
                try await Consumer(bootstrapServers: servers, topics: ["t"], properties: properties)
            } throws: {
                ($0 as? ClientError)?.errorCode == .unknownTopicOrPartition
            }
        }
    }
}
