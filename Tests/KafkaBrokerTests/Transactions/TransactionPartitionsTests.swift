// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// The coordinator's hands on partitions on disk.
@Suite("Transactions in partitions")
struct TransactionPartitionsTests {
    private static let me = ProducerIdentity(id: 7, epoch: 4)
    private let target = TopicPartition("orders", 0)

    private func withRegistry(_ body: (PartitionRegistry, PartitionLog) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "kafka-txn-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var options = PartitionLog.Options()
        options.hadCleanShutdown = true
        options.verifiesTransactions = true
        let log = try PartitionLog.open(directory.appending(path: "orders-0").path, options: options, now: 1_000)
        let registry = PartitionRegistry()
        registry.add([
            Partition(
                topicPartition: target, topicID: KafkaUUID(high: 7, low: 7), leaderEpoch: 11, log: log)
        ])
        try body(registry, log)
        try log.close()
    }

    private func append(_ log: PartitionLog, _ verification: VerificationGuard?) throws(LogError) {
        _ = try log.append(
            TransactionGateTests.batch(Self.me), origin: .client, leaderEpoch: 11, now: 1_000,
            verification: verification)
    }

    @Test("A marker ends the open transaction and makes its records stable", arguments: [true, false])
    func marker(commit: Bool) throws {
        try withRegistry { registry, log in
            #expect(registry.contains(target) && registry.leaderEpoch(of: target) == 11)
            #expect(registry.name(ofTopic: KafkaUUID(high: 7, low: 7)) == "orders")
            let verification = registry.startVerification(of: Self.me, sequence: 0, in: target, now: 1_000)
            try append(log, verification)
            #expect(registry.hasOngoingTransaction(of: Self.me, in: target))
            #expect(!registry.hasOngoingTransaction(of: ProducerIdentity(id: 7, epoch: 5), in: target))
            #expect(log.lastStableOffset == 0)
            let marker = EndTransactionMarker(isCommit: commit, coordinatorEpoch: 3)
            let next = ProducerIdentity(id: 7, epoch: 5)
            #expect(try registry.append(marker, of: next, to: target, now: 2_000))
            #expect(log.lastStableOffset == 2 && log.logEndOffset == 2)
            #expect(!registry.hasOngoingTransaction(of: Self.me, in: target))
            #expect(try log.abortedTransactions(from: 0, to: 2).count == (commit ? 0 : 1))
            // Written again, as after a crash: nothing is wrong with that.
            #expect(try registry.append(marker, of: next, to: target, now: 2_000))
            // The epoch of the marker keeps late records out.
            #expect(throws: LogError.self) { try append(log, nil) }
            #expect(throws: LogError.self) { try registry.append(marker, of: Self.me, to: target, now: 2_000) }
        }
    }

    @Test("Records that come after the end of their transaction are refused, though they were verified before")
    func verification() throws {
        try withRegistry { registry, log in
            let verification = registry.startVerification(of: Self.me, sequence: 0, in: target, now: 1_000)
            #expect(verification != nil)
            // The older protocol: the epoch stays.
            let marker = EndTransactionMarker(isCommit: false, coordinatorEpoch: 3)
            #expect(try registry.append(marker, of: Self.me, to: target, now: 2_000))
            #expect(throws: LogError.self) { try append(log, verification) }
            #expect(log.logEndOffset == 1)
            try append(log, registry.startVerification(of: Self.me, sequence: 0, in: target, now: 1_000))
            #expect(registry.startVerification(of: Self.me, sequence: 1, in: target, now: 1_000) == nil)
        }
    }

    @Test("A partition that doesn't exist takes no marker")
    func missing() throws {
        let registry = PartitionRegistry()
        let marker = EndTransactionMarker(isCommit: true, coordinatorEpoch: 0)
        #expect(try !registry.append(marker, of: Self.me, to: target, now: 0))
        #expect(!registry.contains(target) && registry.leaderEpoch(of: target) == nil)
        #expect(registry.startVerification(of: Self.me, sequence: 0, in: target, now: 0) == nil)
    }
}
