// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

/// Whatever brokers answer, or don't: a producer comes to an end, and what it says of each record is true.
@Suite(.timeLimit(.minutes(5))) struct ProducerEndingTests {
    /// Random faults, all from one seed.
    private final class Chance: Sendable {
        let seed: UInt64
        private let random: Mutex<SplitMix>
        private let outage = Mutex<FakeCluster.Fault?>(nil)

        /// The seed is KAFKA_TEST_SEED if that is set, else random, and printed.
        init(_ round: Int) {
            seed = SplitMix.seed(of: "round \(round)")
            random = Mutex(SplitMix(seed: seed))
        }

        /// KAFKA_TEST_ROUNDS says how many for a long run.
        static func rounds(_ usual: Int) -> Range<Int> {
            0..<(ProcessInfo.processInfo.environment["KAFKA_TEST_ROUNDS"].flatMap { Int($0) } ?? usual)
        }

        func next(_ bound: Int) -> Int { random.withLock { $0.next(bound) } }

        /// From now on nothing else happens; nil ends that.
        func begin(_ fault: FakeCluster.Fault?) { outage.withLock { $0 = fault } }

        func refusal() -> FakeCluster.Fault {
            switch next(10) {
            case 0: .refuse(.notEnoughReplicas)
            case 1: .refuse(.notEnoughReplicasAfterAppend, stored: true)
            case 2: .refuse(.notLeaderOrFollower)
            case 3: .refuse(.kafkaStorageError, stored: next(2) == 0)
            case 4: .refuse(.requestTimedOut, stored: next(2) == 0)
            case 5: .refuse(.leaderNotAvailable)
            case 6: .refuse(.invalidRecord)
            case 7: .refuse(.topicAuthorizationFailed)
            default: .none
            }
        }

        func fault(oneOf bound: Int) -> FakeCluster.Fault {
            if let outage = outage.withLock({ $0 }) { return outage }
            switch next(bound) {
            case 0: return .drop(stored: true)
            case 1: return .drop(stored: false)
            case 2: return .silence(stored: next(2) == 0)
            case 3: return .move
            case 4: return .delay(.milliseconds(next(20)))
            case 5, 6: return .each { [self] in refusal() }
            default: return .none
            }
        }

        func lastingFault() -> FakeCluster.Fault? {
            switch next(8) {
            case 0: .refuse(.notEnoughReplicas)
            case 1: .refuse(.kafkaStorageError)
            case 2: .refuse(.invalidRecord)
            case 3: .drop(stored: false)
            case 4: .silence(stored: false)
            case 5: .each { [self] in refusal() }
            default: nil
            }
        }
    }

    private final class Reports: Sendable {
        private let all = Mutex<[DeliveryReport]>([])
        func take(_ report: DeliveryReport) { all.withLock { $0.append(report) } }
        var reports: [DeliveryReport] { all.withLock { $0 } }
    }

    private func number(_ value: [UInt8]) -> Int { Int(String(decoding: value, as: UTF8.self)) ?? -1 }

    private func append(
        _ numbers: Range<Int>, _ topic: ProducerTopic, _ producer: Producer, _ partitions: Int
    ) async throws {
        for number in numbers {
            let text = Array(String(number).utf8)
            while case .bufferFull = try text.withUnsafeBytes({ bytes in
                try producer.append(topic, value: bytes, partition: Int32(number % partitions))
            }) {
                try await producer.waitForSpace()
            }
        }
    }

    @Test(
        "Every record is reported once and truly, in bounded time, whatever brokers answer",
        arguments: Chance.rounds(24))
    func anything(round: Int) async throws {
        let chance = Chance(round)
        let seed = chance.seed
        let isIdempotent = chance.next(4) > 0
        let partitions = 1 + chance.next(4)
        let frequency = [7, 10, 30, 1_000_000][chance.next(4)]
        let fake = try await FakeCluster(
            partitions: Int32(partitions), brokers: 1 + chance.next(2), maxBatchBytes: chance.next(4) == 0 ? 300 : .max,
            fault: { _ in chance.fault(oneOf: frequency) },
            controlFault: { _ in
                // Whoever gets no producer id for good is a producer no more.
                let fault = chance.fault(oneOf: frequency * 2)
                if case .refuse(let code, _) = fault, !code.isRetriable { return .none }
                return fault
            })
        let configuration = try fake.configuration([
            "delivery.timeout.ms": "\(300 + chance.next(700))", "request.timeout.ms": "\(100 + chance.next(200))",
            "linger.ms": "\(chance.next(3))", "batch.size": "\([100, 400, 4000][chance.next(3)])",
            "buffer.memory": "\([2000, 20_000, 1_000_000][chance.next(3)])", "max.request.size": "1500",
            "enable.idempotence": "\(isIdempotent)", "retries": "\(chance.next(5) == 0 ? 3 : Int(Int32.max))",
            "compression.type": chance.next(4) == 0 ? "lz4" : "none",
        ])
        let reports = Reports()
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            let count = 300 + chance.next(500)
            let outageAt = chance.next(count)
            try await append(0..<outageAt, topic, producer, partitions)
            if chance.next(2) == 0 { try await producer.flush() }
            chance.begin(chance.lastingFault())
            try await append(outageAt..<count, topic, producer, partitions)
            try await producer.flush()
            #expect(producer.statistics.bytesBuffered == 0, "seed \(seed)")

            // It goes on once brokers do.
            chance.begin(FakeCluster.Fault.none)
            try await append(count..<(count + 50), topic, producer, partitions)
            try await producer.flush()
            await producer.close()

            let reported = reports.reports.flatMap { Array($0.records) }
            #expect(reported.sorted() == Array(0..<UInt64(count + 50)), "seed \(seed)")
            let delivered = Set(reports.reports.filter { $0.error == nil }.flatMap { $0.records.map { Int($0) } })
            #expect(reports.reports.allSatisfy { $0.error?.message.isEmpty != true }, "seed \(seed)")
            var stored: Set<Int> = []
            for partition in 0..<partitions {
                let values = fake.values(Int32(partition)).map(number)
                stored.formUnion(values)
                if isIdempotent {
                    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed): \(values)")
                }
            }
            #expect(delivered.isSubset(of: stored), "seed \(seed): \(delivered.subtracting(stored).sorted())")
        }
        await fake.stop()
    }

    @Test(
        "Transactions are committed as a whole, once, or aborted, whatever brokers answer", arguments: Chance.rounds(8))
    func transactions(round: Int) async throws {
        let chance = Chance(round)
        let seed = chance.seed
        let partitions = 1 + chance.next(3)
        let fake = try await FakeCluster(
            partitions: Int32(partitions), brokers: 1 + chance.next(2),
            fault: { _ in
                let fault = chance.fault(oneOf: 25)
                if case .silence(let stored) = fault { return .drop(stored: stored) }
                return fault
            },
            controlFault: { _ in chance.next(12) == 0 ? .drop(stored: chance.next(2) == 0) : .none })
        let configuration = try fake.configuration([
            "transactional.id": "t", "delivery.timeout.ms": "\(500 + chance.next(700))",
            "linger.ms": "0", "batch.size": "200",
        ])
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster)
            let topic = try await producer.topic("orders")
            try await repeating { try await producer.initTransactions() }
            var expected: [Int] = []
            for transaction in 0..<12 {
                let numbers = (transaction * 100)..<(transaction * 100 + 1 + chance.next(100))
                try await producer.beginTransaction()
                do {
                    try await append(numbers, topic, producer, partitions)
                    try await repeating { try await producer.commitTransaction() }
                    expected += numbers
                } catch {
                    try await repeating { try await producer.abortTransaction() }
                }
            }
            await producer.close()
            for partition in 0..<partitions {
                let values = fake.committedValues(Int32(partition)).map(number)
                #expect(values == expected.filter { $0 % partitions == partition }, "seed \(seed)")
            }
        }
        await fake.stop()
    }

    /// As the documentation of transactions has it: what passes is asked for again.
    private func repeating(_ body: () async throws -> Void) async throws {
        while true {
            do { return try await body() } catch let error as ClientError where error.isRetriable { continue }
        }
    }

    @Test(
        "Batches that can't be delivered end a flush, though others waited behind them", arguments: ["true", "false"],
        [true, false])
    func undeliverable(idempotence: String, isSpread: Bool) async throws {
        let fake = try await FakeCluster { _ in .refuse(.notEnoughReplicas) }
        let reports = Reports()
        let configuration = try fake.configuration([
            "delivery.timeout.ms": "500", "batch.size": "5000", "enable.idempotence": idempotence,
        ])
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            try await append(0..<1000, topic, producer, 1)
            // What comes now is younger than what it waits behind.
            if isSpread { try await Task.sleep(for: .milliseconds(250)) }
            try await append(1000..<2000, topic, producer, 1)
            try await producer.flush()
            #expect(reports.reports.flatMap { Array($0.records) }.sorted() == Array(0..<2000))
            #expect(reports.reports.allSatisfy { $0.error != nil })
            await producer.close()
        }
        await fake.stop()
    }

    @Test("A broker that reads nothing ends a producer that waits for no answers", arguments: ["0", "1"])
    func unread(acks: String) async throws {
        let fake = try await FakeCluster { _ in .silence(stored: false) }
        let configuration = try fake.configuration([
            "delivery.timeout.ms": "500", "request.timeout.ms": "300", "acks": acks,
        ])
        let reports = Reports()
        try await Cluster.with(configuration) { cluster in
            let producer = try await Producer(cluster) { reports.take($0) }
            let topic = try await producer.topic("orders")
            try await append(0..<2000, topic, producer, 1)
            try await producer.flush()
            #expect(reports.reports.flatMap { Array($0.records) }.sorted() == Array(0..<2000))
            await producer.close()
        }
        await fake.stop()
    }
}
