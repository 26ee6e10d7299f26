// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Testing

@testable import kafka

@Suite("reassign-partitions on a cluster of several nodes")
struct ReassignPartitionsTests {
    private static let rates = [
        "leader.replication.throttled.rate": "1000", "follower.replication.throttled.rate": "1000",
    ]

    private func plan(_ partitions: (index: Int, replicas: [Int])...) -> TemporaryFile {
        let entries = partitions.map { #"{"topic":"orders","partition":\#($0.index),"replicas":\#($0.replicas)}"# }
        return TemporaryFile(#"{"version":1,"partitions":[\#(entries.joined(separator: ","))]}"#)
    }

    private func with(_ body: (FakeKafka) async throws -> Void) async throws {
        let kafka = try await FakeKafka()
        kafka.change { $0.topics = ["orders": [[1, 2], [2, 1]]] }
        try await body(kafka)
        await kafka.stop()
    }

    @Test("The way back is told with the directories, as far as brokers say theirs")
    func directories() async throws {
        let file = plan((0, [2, 3]))
        let topics = TemporaryFile(#"{"version":1,"topics":[{"topic":"orders"}]}"#)
        try await with { kafka in
            let started = await kafka.run("reassign-partitions", "--execute", "--reassignment-json-file", file.path)
            #expect(
                started.output.contains(
                    #"{"topic":"orders","partition":0,"replicas":[1,2],"log_dirs":["/1","/2"]}]}"#), "\(started)")
            kafka.finishMoves()
            await kafka.stop(3)
            let proposed = await kafka.run(
                "reassign-partitions", "--generate", "--topics-to-move-json-file", topics.path, "--broker-list", "1,2")
            let lines = proposed.output.split(separator: "\n")
            #expect(lines.count == 4 && proposed.status == 0, "\(proposed)")
            #expect(lines[1].contains(#""replicas":[2,3],"log_dirs":["/2","any"]"#), "\(proposed)")
            #expect(!lines[3].contains("/"), "a proposal names no directories")
        }
    }

    @Test("A throttled move is set up, shown, finished and tidied up")
    func throttled() async throws {
        let file = plan((0, [2, 3]))
        try await with { kafka in
            let started = await kafka.run(
                "reassign-partitions", "--execute", "--reassignment-json-file", file.path, "--throttle", "1000")
            #expect(started.status == 0, "\(started)")
            #expect(started.output.hasSuffix("Successfully started partition reassignment for orders-0\n"))
            // What is limited: who has the partition, and who gets it.
            for broker in ["1", "2", "3"] { #expect(kafka.config(.broker, broker) == Self.rates, "\(broker)") }
            #expect(
                kafka.config(.topic, "orders") == [
                    "leader.replication.throttled.replicas": "0:1,0:2",
                    "follower.replication.throttled.replicas": "0:3",
                ])
            let order = kafka.requests
            let move = try #require(order.firstIndex(of: .alterPartitionReassignments))
            #expect(!order[move...].contains(.incrementalAlterConfigs))

            let ongoing = await kafka.run("reassign-partitions", "--verify", "--reassignment-json-file", file.path)
            #expect(ongoing.status == 0 && ongoing.output.contains("orders-0 is still in progress"), "\(ongoing)")
            #expect(kafka.config(.broker, "3") == Self.rates)

            kafka.finishMoves()
            let done = await kafka.run("reassign-partitions", "--verify", "--reassignment-json-file", file.path)
            #expect(done.status == 0, "\(done)")
            #expect(
                done.output == """
                    Status of partition reassignment:
                    Reassignment of partition orders-0 is completed.

                    Clearing broker-level throttles on brokers 1,2,3
                    Clearing topic-level throttles on topic orders

                    """)
            for broker in ["1", "2", "3"] { #expect(kafka.config(.broker, broker).isEmpty, "\(broker)") }
            #expect(kafka.config(.topic, "orders").isEmpty)
        }
    }

    @Test("A move is cancelled, and its throttles go")
    func cancelled() async throws {
        let file = plan((0, [2, 3]))
        try await with { kafka in
            _ = await kafka.run(
                "reassign-partitions", "--execute", "--reassignment-json-file", file.path, "--throttle", "1000")
            let run = await kafka.run("reassign-partitions", "--cancel", "--reassignment-json-file", file.path)
            #expect(run.status == 0, "\(run)")
            #expect(run.output.hasPrefix("Successfully cancelled partition reassignment for: orders-0\n"))
            #expect(kafka.moves.isEmpty)
            for broker in ["1", "2", "3"] { #expect(kafka.config(.broker, broker).isEmpty, "\(broker)") }
        }
    }

    @Test("Where a throttle can't be set nothing moves, and it is said how to go on")
    func noThrottle() async throws {
        let file = plan((0, [2, 3]))
        try await with { kafka in
            await kafka.stop(3)
            let run = await kafka.run(
                "reassign-partitions", "--execute", "--reassignment-json-file", file.path, "--throttle", "1000")
            #expect(run.status == 1)
            #expect(run.error.contains("broker 3 can't be set: can't reach \(kafka.address(3))"), "\(run)")
            #expect(run.error.contains("nothing was moved") && run.error.contains("--verify"))
            #expect(kafka.asked(.alterPartitionReassignments).isEmpty)
            let verified = await kafka.run("reassign-partitions", "--verify", "--reassignment-json-file", file.path)
            #expect(verified.status == 1)
            #expect(verified.error.contains("The throttles of broker 3 were not removed"), "\(verified)")
            #expect(kafka.config(.broker, "1").isEmpty && kafka.config(.topic, "orders").isEmpty)
        }
    }

    @Test("What was on a broker that is gone can be moved away from it")
    func evacuated() async throws {
        let file = plan((0, [1, 2]))
        try await with { kafka in
            kafka.change { state in
                state.topics = ["orders": [[3, 1]]]
                state.listed = [1, 2]
            }
            await kafka.stop(3)
            let run = await kafka.run(
                "reassign-partitions", "--execute", "--reassignment-json-file", file.path, "--throttle", "1000")
            #expect(run.status == 0 && run.error.contains("broker 3 is not there"), "\(run)")
            #expect(kafka.moves == [TopicPartition("orders", 0): [1, 2]])
            for broker in ["1", "2"] { #expect(kafka.config(.broker, broker) == Self.rates, "\(broker)") }
        }
    }

    @Test("Of several partitions those that can be moved are, and the others are named")
    func partly() async throws {
        let file = plan((0, [2, 3]), (1, [9, 1]))
        try await with { kafka in
            kafka.change { $0.listed = [1, 2, 3, 9] }
            let run = await kafka.run("reassign-partitions", "--execute", "--reassignment-json-file", file.path)
            #expect(run.status == 1)
            #expect(run.output.hasSuffix("Successfully started partition reassignment for orders-0\n"), "\(run)")
            #expect(run.error.contains("Error reassigning partition orders-1"), "\(run)")
        }
    }

    @Test("What is under way in the same topic stays slow when more is added")
    func additional() async throws {
        let (first, second) = (plan((0, [2, 3])), plan((1, [3, 1])))
        try await with { kafka in
            _ = await kafka.run(
                "reassign-partitions", "--execute", "--reassignment-json-file", first.path, "--throttle", "500")
            let refused = await kafka.run("reassign-partitions", "--execute", "--reassignment-json-file", second.path)
            #expect(refused.refusal?.contains("--additional") == true, "\(refused)")
            let run = await kafka.run(
                "reassign-partitions", "--execute", "--additional", "--reassignment-json-file", second.path,
                "--throttle", "1000")
            #expect(run.status == 0, "\(run)")
            #expect(
                kafka.config(.topic, "orders") == [
                    "leader.replication.throttled.replicas": "0:1,0:2,1:1,1:2",
                    "follower.replication.throttled.replicas": "0:3,1:3",
                ])
        }
    }
}
