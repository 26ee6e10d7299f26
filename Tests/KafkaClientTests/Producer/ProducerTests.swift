// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import KafkaClient

/// Collects what a producer reports.
private final class Reports: Sendable {
    private let all = Mutex<[DeliveryReport]>([])
    func take(_ report: DeliveryReport) { all.withLock { $0.append(report) } }
    var reports: [DeliveryReport] { all.withLock { $0 } }
    var failures: [DeliveryReport] { reports.filter { $0.error != nil } }
}

@Suite struct ProducerTests {
    /// Appends texts, waiting for room where there is none.
    private func append(
        _ texts: some Sequence<String>, to topic: ProducerTopic, _ producer: Producer, partition: Int32? = nil
    ) async throws {
        for text in texts {
            while true {
                let result = try Array(text.utf8).withUnsafeBytes { bytes in
                    try producer.append(topic, value: bytes, partition: partition)
                }
                if case .accepted = result { break }
                try await producer.waitForSpace()
            }
        }
    }

    private func texts(_ values: [[UInt8]]) -> [String] { values.map { String(decoding: $0, as: UTF8.self) } }

    @Test("What is appended arrives, in order, and is reported with its offsets", arguments: Compression.allCases)
    func simple(codec: Compression) async throws {
        let fake = try await FakeCluster()
        let configuration = try fake.configuration(["compression.type": codec.name, "batch.size": "1000"])
        let reports = Reports()
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            let lines = (0..<1000).map { "line \($0) of some text" }
            try await append(lines, to: topic, producer)
            try await producer.flush()
            #expect(texts(fake.values()) == lines)
            #expect(reports.failures.isEmpty)
            #expect(reports.reports.reduce(0) { $0 + $1.recordCount } == 1000)
            #expect(reports.reports.flatMap { Array($0.records) } == Array(0..<1000))
            #expect(reports.reports.allSatisfy { $0.baseOffset == Int64($0.records.first!) })
            let statistics = producer.statistics
            #expect(statistics.recordsDelivered == 1000 && statistics.bytesBuffered == 0)
            await producer.close()
        }
        await fake.stop()
    }

    @Test("Every record arrives exactly once and in order, whatever goes wrong on the way", arguments: 0..<8)
    func faults(round: Int) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let random = Mutex(SplitMix(seed: seed))
        let fake = try await FakeCluster(partitions: 3) { number in
            random.withLock { random in
                switch random.next(12) {
                case 0: .drop(stored: true)
                case 1: .drop(stored: false)
                case 2: .refuse(.notLeaderOrFollower)
                case 3: .refuse(.notEnoughReplicas)
                case 4: .delay(.milliseconds(random.next(20)))
                default: .none
                }
            }
        }
        let configuration = try fake.configuration([
            "batch.size": "200", "linger.ms": "1", "buffer.memory": "5000", "max.request.size": "2000",
        ])
        let reports = Reports()
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            for index in 0..<1500 {
                try await append(["record \(index)"], to: topic, producer, partition: Int32(index % 3))
            }
            try await producer.flush()
            for partition in 0..<3 {
                let expected = stride(from: partition, to: 1500, by: 3).map { "record \($0)" }
                #expect(texts(fake.values(Int32(partition))) == expected, "seed \(seed)")
            }
            #expect(reports.failures.isEmpty, "seed \(seed): \(reports.failures.first?.error?.message ?? "")")
            await producer.close()
        }
        await fake.stop()
    }

    @Test("A batch that the broker finds too large is split, down to single records")
    func split() async throws {
        let fake = try await FakeCluster(maxBatchBytes: 300)
        let reports = Reports()
        try await Cluster.with(try fake.configuration(["batch.size": "4000"])) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            var lines = (0..<100).map { "line number \($0)" }
            lines[40] = String(repeating: "x", count: 400)
            try await append(lines, to: topic, producer)
            try await producer.flush()
            var expected = lines
            expected.remove(at: 40)
            #expect(texts(fake.values()) == expected)
            #expect(reports.failures.map { Array($0.records) } == [[40]])
            #expect(reports.failures.first?.error?.errorCode == .messageTooLarge)
            #expect(producer.statistics.bytesBuffered == 0)
            await producer.close()
        }
        await fake.stop()
    }

    @Test("Times and sizes as large as properties allow overflow nowhere")
    func extremes() async throws {
        let isBroken = Mutex(true)
        let fake = try await FakeCluster { number in
            isBroken.withLock { $0 } && number == 0 ? .refuse(.notEnoughReplicas) : .none
        }
        let (int, long) = ("\(Int32.max)", "\(Int64.max)")
        var configuration = try fake.configuration([
            "linger.ms": long, "retry.backoff.ms": "1", "retry.backoff.max.ms": long, "reconnect.backoff.max.ms": long,
            "metadata.max.age.ms": long, "max.block.ms": long, "buffer.memory": long, "request.timeout.ms": int,
            "socket.connection.setup.timeout.ms": long, "retries": int, "max.request.size": int,
            "transaction.timeout.ms": int, "default.api.timeout.ms": int, "enable.idempotence": "true",
        ])
        configuration.onNotice = { _ in }
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            try await append((0..<100).map { "\($0)" }, to: topic, producer)
            try await producer.flush()
            #expect(fake.values().count == 100)
            await producer.close()
        }
        await fake.stop()
    }

    @Test("A record beyond max.request.size is refused at once, with size, limit and property")
    func tooLarge() async throws {
        let fake = try await FakeCluster()
        try await Cluster.with(try fake.configuration(["max.request.size": "1000"])) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            let error = await #expect(throws: ClientError.self) {
                try await append([String(repeating: "x", count: 2000)], to: topic, producer)
            }
            #expect(error?.kind == .tooLarge)
            #expect(
                error?.message
                    == "the record is 2082 bytes when serialized, more than the 1000 that max.request.size allows")
            try await append(["fits"], to: topic, producer)
            try await producer.flush()
            #expect(texts(fake.values()) == ["fits"])
            await producer.close()
        }
        await fake.stop()
    }

    @Test("What is not delivered in time is reported as failed, with the cause, and the producer goes on")
    func deliveryTimeout() async throws {
        let isBroken = Mutex(true)
        let fake = try await FakeCluster { _ in isBroken.withLock { $0 } ? .refuse(.notEnoughReplicas) : .none }
        let reports = Reports()
        try await Cluster.with(try fake.configuration(["delivery.timeout.ms": "5000", "linger.ms": "0"])) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            try await append(["lost"], to: topic, producer)
            try await producer.flush()
            #expect(reports.failures.count == 1)
            let message = reports.failures.first?.error?.message ?? ""
            #expect(
                message.hasPrefix("1 record(s) for orders-0 were not delivered within 5 s: writing to orders-0: "))
            isBroken.withLock { $0 = false }
            try await append(["kept"], to: topic, producer)
            try await producer.flush()
            #expect(texts(fake.values()) == ["kept"])
            await producer.close()
        }
        await fake.stop()
    }

    @Test("Keys decide the partition as in Java's client; without a key batches take turns")
    func partitions() async throws {
        let fake = try await FakeCluster(partitions: 4)
        try await Cluster.with(try fake.configuration(["batch.size": "100"])) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            for index in 0..<200 {
                let key = Array("key-\(index)".utf8)
                _ = try key.withUnsafeBytes { key in try producer.append(topic, value: key, key: key) }
            }
            try await producer.flush()
            for index in 0..<200 {
                let key = Array("key-\(index)".utf8)
                let partition = key.withUnsafeBytes { Murmur2.partition(of: $0, count: 4) }
                #expect(fake.values(partition).contains(key))
            }
            try await append((0..<1000).map { "\($0)" }, to: topic, producer)
            try await producer.flush()
            let counts = (0..<4).map { fake.values(Int32($0)).count }
            #expect(counts.reduce(0, +) == 1200)
            #expect(counts.allSatisfy { $0 > 50 })
            await producer.close()
        }
        await fake.stop()
    }

    @Test("acks=0 and acks=1 need no producer id", arguments: ["0", "1"])
    func otherAcks(acks: String) async throws {
        let fake = try await FakeCluster()
        try await Cluster.with(try fake.configuration(["acks": acks])) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            try await append((0..<100).map { "\($0)" }, to: topic, producer)
            try await producer.flush()
            while fake.values().count < 100 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(texts(fake.values()) == (0..<100).map { "\($0)" })
            await producer.close()
        }
        await fake.stop()
    }

    @Test("An unknown topic is an error, and so is a partition that a topic lacks")
    func unknown() async throws {
        let fake = try await FakeCluster()
        var configuration = try fake.configuration()
        configuration.producer.maxBlock = .seconds(2)
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster)
            let error = await #expect(throws: ClientError.self) { try await producer.topic("nosuch") }
            #expect(error?.message == "topic nosuch does not exist")
            let topic = try await producer.topic("orders")
            let wrong = #expect(throws: ClientError.self) { try producer.append(topic, value: nil, partition: 7) }
            #expect(wrong?.message == "topic orders has no partition 7, only 0 to 0")
            await producer.close()
            #expect(throws: ClientError.self) { try producer.append(topic, value: nil) }
        }
        await fake.stop()
    }

    @Test("Waiting for room ends when the task is cancelled")
    func cancellation() async throws {
        let fake = try await FakeCluster { _ in .refuse(.notEnoughReplicas) }
        try await Cluster.with(try fake.configuration(["buffer.memory": "200"])) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            let task = Task { try await append((0..<100).map { "line \($0)" }, to: topic, producer) }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            let error = await #expect(throws: ClientError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
            await producer.abandon()
        }
        await fake.stop()
    }
}
