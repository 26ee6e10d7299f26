// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaLog
import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaBroker

@Suite struct ControllerTests {
    @Test("A new directory has the levels of 4.0-IV3, and a topic survives a restart with a higher leader epoch")
    func restart() async throws {
        let directory = MetadataTestDirectory()
        let id = try await directory.run { controller in
            #expect(
                controller.store.image.features
                    == ["metadata.version": 25, "group.version": 1, "transaction.version": 2])
            let answer = await controller.create(.named("orders", partitions: 3))
            #expect(answer.errorCode == .none)
            return answer.topicID
        }
        try await directory.run { controller in
            let topic = try #require(controller.store.image.topic("orders"))
            #expect(topic.id == id)
            #expect(topic.partitions.map(\.leaderEpoch) == [1, 1, 1])
            #expect(topic.partitions.map(\.leader) == [1, 1, 1])
            #expect(await controller.currentEpoch == 2)
        }
    }

    @Test("A topic that can't be is refused in Kafka's words")
    func refusals() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            _ = await controller.create(.named("my.topic"))
            func refusal(_ topic: CreateTopicsRequest.Topic) async -> String {
                let answer = await controller.create(topic)
                return "\(answer.errorCode) \(answer.errorMessage ?? "")"
            }
            #expect(await refusal(.named("my.topic")) == "TOPIC_ALREADY_EXISTS Topic 'my.topic' already exists.")
            #expect(
                await refusal(.named("my_topic"))
                    == "INVALID_TOPIC_EXCEPTION Topic 'my_topic' collides with existing topic: my.topic")
            #expect(
                await refusal(.named(".."))
                    == "INVALID_TOPIC_EXCEPTION Topic name is invalid: '..' is not allowed")
            #expect(
                await refusal(.named("bad topic"))
                    == "INVALID_TOPIC_EXCEPTION Topic name is invalid: 'bad topic' contains one or more characters "
                    + "other than ASCII alphanumerics, '.', '_' and '-'")
            #expect(
                await refusal(.named("rf3", replicas: 3))
                    == "INVALID_REPLICATION_FACTOR Unable to replicate the partition 3 time(s): The target "
                    + "replication factor of 3 cannot be reached because only 1 broker(s) are registered.")
            #expect(
                await refusal(.named("p0", partitions: 0))
                    == "INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.")
            #expect(
                await refusal(.named("c", configs: ["no.such.config": "1"]))
                    == "INVALID_CONFIG Unknown topic config name: no.such.config")
            #expect(
                await refusal(.named("c", configs: ["retention.ms": "abc"]))
                    == "INVALID_CONFIG Invalid value abc for configuration retention.ms: Not a number of type LONG")
            #expect(
                await refusal(.named("__cluster_metadata"))
                    == "INVALID_REQUEST Creation of internal topic __cluster_metadata is prohibited.")
            let twice = await controller.createTopics([.named("x"), .named("x")], validateOnly: false)
            #expect(twice.map(\.errorMessage) == ["Duplicate topic name."])
            #expect(controller.store.image.sortedTopics.map(\.name) == ["my.topic"])
        }
    }

    @Test("Validation alone creates nothing; -1 means the broker's defaults, which the answer tells")
    func defaults() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run(overrides: [("num.partitions", "4"), ("log.retention.hours", "1")]) { controller in
            let plan = await controller.create(.named("t", partitions: -1, replicas: -1), validateOnly: true)
            #expect(plan.errorCode == .none && plan.numPartitions == 4 && plan.replicationFactor == 1)
            #expect(controller.store.image.topic("t") == nil)
            let made = await controller.create(
                .named("t", partitions: -1, replicas: -1, configs: ["cleanup.policy": "compact"]))
            #expect(controller.store.image.topic("t")?.partitions.count == 4)
            let configs = Dictionary(uniqueKeysWithValues: (made.configs ?? []).map { ($0.name, $0) })
            #expect(configs["cleanup.policy"]?.value == "compact" && configs["cleanup.policy"]?.configSource == 1)
            #expect(configs["retention.ms"]?.value == "3600000")
            #expect(configs["segment.bytes"]?.configSource == 5)
        }
    }

    @Test("Topics are deleted by name or id, each with its own answer")
    func deletion() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            let ids = await controller.createTopics([.named("a"), .named("b")], validateOnly: false).map(\.topicID)
            let answers = await controller.deleteTopics(
                [.init { $0.name = "a" }, .init { $0.topicID = ids[1] }, .init { $0.name = "c" }], apiVersion: 6)
            #expect(answers.map(\.errorCode) == [.none, .none, .unknownTopicOrPartition])
            #expect(answers.map(\.name) == ["a", "b", "c"])
            #expect(controller.store.image.sortedTopics.isEmpty)
        }
        try await directory.run(overrides: [("delete.topic.enable", "false")]) { controller in
            _ = await controller.create(.named("a"))
            let answer = await controller.deleteTopics([.init { $0.name = "a" }], apiVersion: 6)
            #expect(answer[0].errorCode == .topicDeletionDisabled)
        }
    }

    @Test("Partitions are added, never taken away")
    func partitions() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            _ = await controller.create(.named("orders", partitions: 3))
            func grow(_ name: String, _ count: Int32) async -> String {
                let request = CreatePartitionsRequest.Topic {
                    $0.name = name
                    $0.count = count
                    $0.assignments = nil
                }
                let answer = await controller.createPartitions([request], validateOnly: false)[0]
                return "\(answer.errorCode) \(answer.errorMessage ?? "")"
            }
            #expect(await grow("orders", 5) == "NONE ")
            #expect(
                await grow("orders", 2)
                    == "INVALID_PARTITIONS The topic orders currently has 5 partition(s); 2 would not be an increase.")
            #expect(await grow("orders", 5) == "INVALID_PARTITIONS Topic already has 5 partition(s).")
            #expect(await grow("nosuch", 5).hasPrefix("UNKNOWN_TOPIC_OR_PARTITION"))
            #expect(controller.store.image.topic("orders")?.partitions.count == 5)
        }
    }

    @Test("No request makes more than 10,000 records, whatever numbers it names; nothing is built to find that out")
    func excess() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run(overrides: [("num.partitions", "2000000000")]) { controller in
            let tooManyPartitions = "Excessively large number of partitions per request."
            let tooManyRecords = "Unable to perform excessively large batch operation."
            func create(_ topics: [(String, Int32)], validateOnly: Bool = false) async -> [String] {
                await controller.createTopics(topics.map { .named($0, partitions: $1) }, validateOnly: validateOnly)
                    .map { $0.errorCode == .policyViolation ? $0.errorMessage ?? "" : $0.errorCode.description }
            }
            for validateOnly in [true, false] {
                #expect(
                    await create([("a", .max), ("b", 1)], validateOnly: validateOnly) == [
                        tooManyPartitions, tooManyPartitions,
                    ])
                #expect(await create([("a", -1)], validateOnly: validateOnly) == [tooManyPartitions])
                // With the topic's own record it is one too many.
                #expect(await create([("a", 10_000)], validateOnly: validateOnly) == [tooManyRecords])
            }
            #expect(await create([("a", 1), ("b", 9_997)]) == ["NONE", "NONE"])
            func grow(_ counts: [(String, Int32)], validateOnly: Bool) async -> [String?] {
                let topics = counts.map { name, count in
                    CreatePartitionsRequest.Topic {
                        $0.name = name
                        $0.count = count
                        $0.assignments = nil
                    }
                }
                return await controller.createPartitions(topics, validateOnly: validateOnly).map(\.errorMessage)
            }
            for validateOnly in [true, false] {
                #expect(
                    await grow([("a", .max), ("b", .max)], validateOnly: validateOnly) == [
                        tooManyRecords, tooManyRecords,
                    ])
            }
            #expect(
                await grow([("a", 10_001), ("b", 3)], validateOnly: false) == [
                    nil, "The topic b currently has 9997 partition(s); 3 would not be an increase.",
                ])
            await #expect(throws: MetadataError.self) { try await controller.autoCreateTopic("c") }
        }
    }

    @Test("Blocks of producer ids never overlap, not over restarts either")
    func producerIDs() async throws {
        let directory = MetadataTestDirectory()
        var blocks: [Range<Int64>] = []
        for _ in 0..<3 {
            blocks += try await directory.run { controller in
                [try await controller.allocateProducerIDs(), try await controller.allocateProducerIDs()]
            }
        }
        #expect(blocks == (0..<6).map { ($0 * 1000)..<($0 * 1000 + 1000) })
    }

    @Test("The publisher hears first of everything, then of each change, before the store has it")
    func publishing() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in _ = await controller.create(.named("old")) }
        let log = Log()
        try await directory.run(publisher: { old, new, delta in log.add(old, new, delta) }) { controller in
            _ = await controller.create(.named("new", partitions: 2))
            _ = await controller.incrementalAlterConfigs(
                [(ConfigResource(.topic, "old"), [.init(name: "retention.ms", operation: 0, value: "5")])],
                validateOnly: false)
            _ = await controller.deleteTopics([.init { $0.name = "old" }], apiVersion: 6)
        }
        #expect(log.lines == ["0 > 1: +old", "1 > 2: +new", "2 > 2: config old", "2 > 1: -old config old"])
    }

    @Test("Who listens finds the new image in the store")
    func listener() async throws {
        let directory = MetadataTestDirectory()
        let store = Mutex<MetadataStore?>(nil)
        let seen = Mutex<[Bool]>([])
        let listener: MetadataListener = { image, _ in
            guard let store = store.withLock({ $0 }) else { return }
            seen.withLock { $0.append(store.image === image) }
        }
        try await directory.run(listener: listener) { controller in
            store.withLock { $0 = controller.store }
            _ = await controller.create(.named("orders"))
            _ = await controller.deleteTopics([.init { $0.name = "orders" }], apiVersion: 6)
        }
        #expect(seen.withLock { $0 } == [true, true])
    }

    private final class Log: @unchecked Sendable {
        // Only the controller's own queue writes, and the test reads when that is done.
        private(set) var lines: [String] = []

        func add(_ old: MetadataImage, _ new: MetadataImage, _ delta: MetadataDelta) {
            let facts =
                delta.createdTopics.sorted().map { "+\($0)" } + delta.changedTopics.sorted().map { "~\($0)" }
                + delta.deletedTopics.map { "-\($0.name)" } + delta.changedConfigs.map { "config \($0.name)" }.sorted()
            lines.append("\(old.topics.count) > \(new.topics.count): \(facts.joined(separator: " "))")
        }
    }

    @Test("Coordinators' topics have Kafka's configurations, and are made once")
    func internalTopics() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in
            let offsets = try await controller.createInternalTopic("__consumer_offsets")
            #expect(offsets.partitions.count == 50 && offsets.isInternal)
            let again = try await controller.createInternalTopic("__consumer_offsets")
            #expect(again.id == offsets.id)
            let image = controller.store.image
            #expect(
                image.configs(of: ConfigResource(.topic, "__consumer_offsets"))
                    == ["cleanup.policy": "compact", "compression.type": "producer", "segment.bytes": "104857600"])
            let log = controller.configuration.logConfig(topic: "__consumer_offsets", image: image)
            #expect(log.segmentBytes == 104_857_600 && log.cleanupPolicy == .compact)
            let fresh = try await controller.autoCreateTopic("fresh")
            #expect(fresh.partitions.count == 1)
        }
    }
}
