// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaBroker
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import KafkaClient

/// The client against the broker of this package.
@Suite struct BrokerTests {
    /// Calls `body` with a fresh broker that has the topic `orders`.
    private func withBroker(
        partitions: Int32 = 1, _ properties: [String: String] = [:],
        _ body: (Cluster, ClientConfiguration) async throws -> Void
    ) async throws {
        let broker = try await Broker.start()
        var configuration = try ClientConfiguration(bootstrapServers: broker.bootstrapServers)
        configuration.firstConnectTimeout = .seconds(60)
        for (name, value) in properties { _ = try configuration.set(name, value) }
        do {
            try await Cluster.with(configuration) { cluster in
                let created = try await Admin(cluster).createTopics([
                    CreateTopicsRequest.Topic {
                        $0.name = "orders"
                        $0.numPartitions = partitions
                        $0.replicationFactor = 1
                    }
                ])
                _ = try created[0].result.get()
                try await body(cluster, configuration)
            }
        } catch {
            try await broker.stop()
            throw error
        }
        try await broker.stop()
    }

    private func produce(
        _ cluster: Cluster, _ values: some Sequence<String>, partition: Int32? = nil, timestamp: Int64? = nil
    ) async throws {
        let producer = try await Producer(cluster)
        let topic = try await producer.topic("orders")
        for value in values { try append(value, to: topic, producer, partition: partition, timestamp: timestamp) }
        try await producer.flush()
        #expect(producer.statistics.recordsFailed == 0)
        await producer.close()
    }

    private func append(
        _ value: String, to topic: ProducerTopic, _ producer: Producer, partition: Int32? = nil,
        timestamp: Int64? = nil
    ) throws {
        _ = try Array(value.utf8).withUnsafeBytes {
            try producer.append(topic, value: $0, partition: partition, timestamp: timestamp)
        }
    }

    @Test("A producer follows its topic when partitions are added")
    func moreWhileProducing() async throws {
        try await withBroker(["metadata.max.age.ms": "50"]) { cluster, _ in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            #expect(throws: ClientError.self) { try append("early", to: topic, producer, partition: 2) }
            let request = CreatePartitionsRequest.Topic {
                $0.name = "orders"
                $0.count = 3
                $0.assignments = nil
            }
            _ = try await Admin(cluster).createPartitions([request])[0].result.get()
            let deadline = ContinuousClock.now + .seconds(60)
            while topic.partitionCount < 3, ContinuousClock.now < deadline {
                try append("record", to: topic, producer)
                try await producer.flush()
                try await Task.sleep(for: .milliseconds(20))
            }
            try append("late", to: topic, producer, partition: 2)
            try await producer.flush()
            #expect(producer.statistics.recordsFailed == 0)
            await producer.close()
        }
    }

    @Test("A producer goes on when its topic is made anew with fewer partitions")
    func fewerWhileProducing() async throws {
        try await withBroker(partitions: 6, ["delivery.timeout.ms": "3000", "linger.ms": "0"]) { cluster, _ in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            for partition in 0..<6 { try append("before", to: topic, producer, partition: Int32(partition)) }
            try await producer.flush()
            let admin = Admin(cluster)
            _ = try await admin.deleteTopics(["orders"])[0].result.get()
            let request = CreateTopicsRequest.Topic {
                $0.name = "orders"
                $0.numPartitions = 1
                $0.replicationFactor = 1
            }
            _ = try await admin.createTopics([request])[0].result.get()
            // Until it knows, records for what is gone fail in time, and are reported.
            for partition in 0..<6 { try append("between", to: topic, producer, partition: Int32(partition)) }
            try await producer.flush()
            let failed = producer.statistics.recordsFailed
            #expect(failed == 5)
            #expect(topic.partitionCount == 1)
            for _ in 0..<20 {
                try append("after", to: topic, producer)
                try await producer.flush()
            }
            #expect(producer.statistics.recordsFailed == failed)
            await producer.close()
        }
    }

    /// Polls until so many records have come.
    private func read(_ consumer: Consumer, _ count: Int, within limit: Duration = .seconds(60)) async throws
        -> [String]
    {
        var reader = RecordBatchReader()
        var values: [String] = []
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline && values.count < count {
            for fetched in try await consumer.poll(timeout: .milliseconds(100)) {
                try fetched.forEachRecord(&reader) { record in
                    values.append(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "null")
                }
            }
        }
        return values
    }

    @Test("What is produced with a codec is consumed again", arguments: Compression.allCases)
    func codecs(codec: Compression) async throws {
        try await withBroker(["compression.type": codec.name, "batch.size": "20000"]) { cluster, _ in
            let lines = (0..<5000).map { "{\"number\":\($0),\"text\":\"something to compress\"}" }
            try await produce(cluster, lines)
            let consumer = try Consumer(cluster)
            await consumer.assign([TopicPartition("orders", 0): .earliest])
            let found = try await read(consumer, lines.count)
            #expect(found == lines)
            let position = await consumer.position(TopicPartition("orders", 0))
            #expect(position == 5000)
            await consumer.close()
        }
    }

    @Test("Reading begins where it is told: ends, offsets, timestamps, a distance from the end")
    func positions() async throws {
        try await withBroker { cluster, _ in
            for index in 0..<10 { try await produce(cluster, ["\(index)"], timestamp: 1_000_000 + Int64(index) * 1000) }
            let starts: [(StartPosition, [String])] = [
                (.earliest, (0..<10).map(String.init)), (.offset(7), ["7", "8", "9"]),
                (.timestamp(1_004_500), (5..<10).map(String.init)), (.fromEnd(2), ["8", "9"]),
                (.fromEnd(100), (0..<10).map(String.init)),
            ]
            for (start, expected) in starts {
                let consumer = try Consumer(cluster)
                await consumer.assign([TopicPartition("orders", 0): start])
                let found = try await read(consumer, expected.count)
                #expect(found == expected, "\(start)")
                await consumer.close()
            }
            let consumer = try Consumer(cluster)
            await consumer.assign([TopicPartition("orders", 0): .latest])
            let nothing = try await read(consumer, 1, within: .milliseconds(500))
            #expect(nothing.isEmpty)
            try await produce(cluster, ["new"])
            let found = try await read(consumer, 1)
            #expect(found == ["new"])
            await consumer.close()
        }
    }

    @Test("What there is to read elsewhere does not wait for a fetch that waits for records")
    func waitingFetch() async throws {
        try await withBroker(partitions: 3, ["fetch.max.wait.ms": "3600000"]) { cluster, _ in
            for index in 0..<3 { try await produce(cluster, ["\(index)"], partition: Int32(index)) }
            let places = (0..<3).map { TopicPartition("orders", $0) }
            let consumer = try Consumer(cluster)
            await consumer.assign([places[0]: .earliest, places[2]: .earliest])
            await consumer.pause([places[2]])
            var found = try await read(consumer, 1)
            await consumer.seek(places[0], to: .offset(0))
            found += try await read(consumer, 1)
            await consumer.add([places[1]: .earliest])
            found += try await read(consumer, 1)
            await consumer.resume([places[2]])
            found += try await read(consumer, 1)
            #expect(found == ["0", "0", "1", "2"])
            await consumer.close()
        }
    }

    @Test("What is put back comes with the next poll, unless it has been given up")
    func puttingBack() async throws {
        try await withBroker { cluster, _ in
            try await produce(cluster, (0..<5).map(String.init))
            let place = TopicPartition("orders", 0)
            let consumer = try Consumer(cluster)
            await consumer.assign([place: .earliest])
            var fetched = try await consumer.poll(timeout: .seconds(60))
            fetched[0].startOffset = 2
            await consumer.putBack(fetched)
            var position = await consumer.position(place)
            #expect(position == 2)
            fetched = try await consumer.poll(timeout: .zero)
            #expect(fetched.map(\.startOffset) == [2])
            await consumer.pause([place])
            await consumer.putBack(fetched)
            await consumer.resume([place])
            var found = try await read(consumer, 3)
            #expect(found == ["2", "3", "4"])
            await consumer.seek(place, to: .offset(4))
            await consumer.putBack(fetched)
            position = await consumer.position(place)
            #expect(position == 4)
            found = try await read(consumer, 1)
            #expect(found == ["4"])
            await consumer.close()
        }
    }

    @Test("An offset out of range is reset as auto.offset.reset says, or is an error")
    func outOfRange() async throws {
        try await withBroker(["auto.offset.reset": "earliest"]) { cluster, configuration in
            try await produce(cluster, ["a", "b"])
            let consumer = try Consumer(cluster)
            await consumer.assign([TopicPartition("orders", 0): .offset(99)])
            let found = try await read(consumer, 2)
            #expect(found == ["a", "b"])
            await consumer.close()
            var strict = configuration.consumer
            strict.autoOffsetReset = .none
            let other = try Consumer(cluster, configuration: strict)
            await other.assign([TopicPartition("orders", 0): .offset(99)])
            let error = await #expect(throws: ClientError.self) { try await read(other, 1) }
            #expect(error?.errorCode == .offsetOutOfRange)
            await other.close()
        }
    }

    @Test("Latest and other offsets are listed, records deleted, configurations described, groups and topics deleted")
    func admin() async throws {
        try await withBroker(partitions: 2) { cluster, _ in
            let admin = Admin(cluster)
            try await produce(cluster, (0..<10).map(String.init), partition: 1)
            let (zero, one) = (TopicPartition("orders", 0), TopicPartition("orders", 1))
            let nine = TopicPartition("orders", 9)
            let ends = try await admin.listOffsets([zero: .latest, one: .latest, nine: .latest])
            #expect(try ends[zero]?.get().offset == 0)
            #expect(try ends[one]?.get().offset == 10)
            #expect(throws: ClientError.self) { try ends[nine]?.get() }
            let deleted = try await admin.deleteRecords([one: 4])
            #expect(try deleted[one]?.get() == 4)
            let starts = try await admin.listOffsets([one: .earliest])
            #expect(try starts[one]?.get().offset == 4)
            let configs = await admin.describeConfigs([ConfigResource(.topic, "orders")], keys: ["retention.ms"])
            #expect(try configs[0].result.get().map(\.name) == ["retention.ms"])
            let committed = try await admin.commitOffsets(group: "g", [one: CommittedOffset(6, metadata: "x")])
            _ = try committed[one]?.get()
            let offsets = try await admin.committedOffsets(group: "g")
            #expect(try offsets[one]?.get() == CommittedOffset(6, metadata: "x"))
            let groups = try await admin.listGroups()
            #expect(groups.groups.map(\.groupID) == ["g"] && groups.errors.isEmpty)
            let gone = await admin.deleteGroups(["g", "nosuch"])
            _ = try gone[0].result.get()
            #expect(throws: ClientError.self) { try gone[1].result.get() }
            let removed = try await admin.deleteTopics(["orders", "nosuch"])
            #expect(removed.count == 2)
            let left = try await cluster.describeTopics(nil)
            #expect(!left.contains { $0.name == "orders" })
        }
    }

    @Test(
        "Members of a group share partitions, pass them on when they go, and go on where others stopped",
        arguments: [
            ("classic", "range"), ("classic", "cooperative-sticky"), ("classic", "sticky"), ("consumer", "range"),
        ])
    func groups(protocolName: String, assignor: String) async throws {
        let properties = [
            "group.id": "readers", "group.protocol": protocolName, "partition.assignment.strategy": assignor,
            "auto.offset.reset": "earliest", "heartbeat.interval.ms": "100", "session.timeout.ms": "10000",
        ]
        try await withBroker(partitions: 4, properties) { cluster, configuration in
            let lines = (0..<400).map { "line \($0)" }
            for partition: Int32 in 0..<4 {
                try await produce(
                    cluster, lines[Int(partition) * 100..<Int(partition + 1) * 100], partition: partition)
            }
            let first = try Consumer(cluster)
            try await first.subscribe(["orders"])
            let found = try await read(first, 400)
            #expect(found.sorted() == lines.sorted())
            #expect(await first.assignment().count == 4)

            let second = try Consumer(cluster)
            try await second.subscribe(["orders"])
            let deadline = ContinuousClock.now + .seconds(120)
            var shares = (0, 0)
            while shares != (2, 2), deadline > .now {
                _ = try await first.poll(timeout: .milliseconds(50))
                _ = try await second.poll(timeout: .milliseconds(50))
                shares = (await first.assignment().count, await second.assignment().count)
            }
            #expect(shares == (2, 2))
            await first.close()
            try await produce(cluster, (0..<40).map { "more \($0)" })
            let more = try await read(second, 40)
            #expect(more.sorted() == (0..<40).map { "more \($0)" }.sorted(), "nothing twice, nothing lost")
            while await second.assignment().count < 4, ContinuousClock.now < deadline {
                let nothing = try await read(second, 1, within: .milliseconds(100))
                #expect(nothing.isEmpty)
            }
            #expect(await second.assignment().count == 4)
            await second.close()
            let committed = try await Admin(cluster).committedOffsets(group: "readers")
            let total = try committed.values.reduce(0) { try $0 + $1.get().offset }
            #expect(total == 440)
        }
    }

    @Test("Producer and consumer survive a restart of the broker, and nothing is lost or doubled")
    func restart() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: directory) }
        var options = Broker.Options(dataDirectory: directory.path)
        var broker = try await Broker.start(options)
        let address = broker.bootstrapServers
        options.listen = [address]
        var configuration = try ClientConfiguration(bootstrapServers: address)
        configuration.producer.linger = .zero
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("restarts")
            let consumer = try Consumer(cluster)
            await consumer.assign([TopicPartition("restarts", 0): .earliest])
            for round in 0..<3 {
                for index in 0..<500 {
                    _ = try Array("\(round * 500 + index)".utf8).withUnsafeBytes {
                        try producer.append(topic, value: $0)
                    }
                }
                if round < 2 {
                    try await broker.stop()
                    broker = try await Broker.start(options)
                }
            }
            try await producer.flush()
            #expect(producer.statistics.recordsDelivered == 1500)
            let found = try await read(consumer, 1500)
            #expect(found == (0..<1500).map(String.init))
            await consumer.close()
            await producer.close()
        }
        try await broker.stop()
    }
}
