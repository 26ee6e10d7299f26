// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@Suite struct TransactionTests {
    private let temporary = TemporaryDirectory()
    private let now: Int64 = 1_700_000_000_000

    @discardableResult
    private func send(
        _ log: PartitionLog, _ producerID: Int64, sequence: Int32, count: Int = 1,
        verification: VerificationGuard? = nil
    ) throws -> AppendResult {
        try log.append(
            idempotentBatch(producerID: producerID, sequence: sequence, count: count, transactional: true),
            leaderEpoch: 0, now: now, verification: verification)
    }

    @discardableResult
    private func end(
        _ log: PartitionLog, _ producerID: Int64, commit: Bool, epoch: Int16 = 0, coordinatorEpoch: Int32 = 0
    ) throws -> AppendResult {
        let marker = EndTransactionMarker(isCommit: commit, coordinatorEpoch: coordinatorEpoch)
            .batch(timestamp: now, producerID: producerID, producerEpoch: epoch)
        return try log.append(marker, origin: .coordinator, leaderEpoch: 0, now: now)
    }

    @Test("The last stable offset waits for the oldest open transaction")
    func lastStableOffset() throws {
        let log = try temporary.openLog()
        try send(log, 1, sequence: 0)  // 0
        try send(log, 2, sequence: 0)  // 1
        _ = try log.append(batch([TestRecord()]), leaderEpoch: 0, now: now)  // 2
        #expect(log.lastStableOffset == 0)
        #expect(try log.read(from: 0, maxBytes: 1 << 20, isolation: .readCommitted).slice.isEmpty)
        try end(log, 2, commit: true)  // 3
        #expect(log.lastStableOffset == 0)
        try end(log, 1, commit: true)  // 4
        #expect(log.lastStableOffset == 5)
        #expect(log.highWatermark == 5)
        #expect(try log.records(isolation: .readCommitted).map(\.offset) == [0, 1, 2])
        try send(log, 1, sequence: 1)  // 5
        #expect(log.lastStableOffset == 5)
        #expect(log.hasOngoingTransaction(producerID: 1, epoch: 0))
        #expect(!log.hasOngoingTransaction(producerID: 1, epoch: 1))
        #expect(!log.hasOngoingTransaction(producerID: 2, epoch: 0))
        #expect(try log.offset(for: .latest, isolation: .readCommitted)?.offset == 5)
        #expect(try log.offset(for: .latest)?.offset == 6)
    }

    @Test("Aborted transactions are told to the readers of the offsets they touch")
    func abortedTransactions() throws {
        let log = try temporary.openLog()
        try send(log, 1, sequence: 0, count: 2)  // 0, 1
        try send(log, 2, sequence: 0)  // 2
        try end(log, 1, commit: false)  // 3
        try send(log, 3, sequence: 0)  // 4
        try end(log, 2, commit: false)  // 5
        try end(log, 3, commit: true)  // 6
        let first = AbortedTransaction(producerID: 1, firstOffset: 0, lastOffset: 3, lastStableOffset: 2)
        let second = AbortedTransaction(producerID: 2, firstOffset: 2, lastOffset: 5, lastStableOffset: 4)
        #expect(try log.abortedTransactions(from: 0, to: 7) == [first, second])
        #expect(try log.abortedTransactions(from: 4, to: 7) == [second])
        #expect(try log.abortedTransactions(from: 0, to: 2) == [first])
        #expect(try log.abortedTransactions(from: 6, to: 7) == [])
        let read = try log.read(from: 4, maxBytes: 1 << 20, isolation: .readCommitted)
        #expect(read.abortedTransactions == [second])
        #expect(try log.read(from: 4, maxBytes: 1 << 20).abortedTransactions == nil)
    }

    @Test("Open and aborted transactions survive a clean stop and a crash", arguments: [true, false])
    func survival(isClean: Bool) throws {
        let log = try temporary.openLog { $0.config.segmentBytes = 400 }
        for round in 0..<10 as Range<Int32> {
            try send(log, 1, sequence: round)
            try send(log, 2, sequence: round)
            try end(log, 1, commit: round % 2 == 0)
            try end(log, 2, commit: round % 3 == 0)
        }
        try send(log, 3, sequence: 0)
        try send(log, 1, sequence: 10)
        let aborted = try log.abortedTransactions(from: 0, to: .max)
        #expect(aborted.count == 11)
        let producers = log.activeProducers
        if isClean { try log.close() }
        let reopened = try temporary.openLog(clean: isClean) { $0.config.segmentBytes = 400 }
        #expect(try reopened.abortedTransactions(from: 0, to: .max) == aborted)
        #expect(reopened.activeProducers == producers)
        #expect(reopened.lastStableOffset == 40)
        #expect(reopened.highWatermark == 42)
        try end(reopened, 3, commit: false)
        #expect(reopened.lastStableOffset == 41)
        try end(reopened, 1, commit: true)
        #expect(reopened.lastStableOffset == reopened.logEndOffset)
        for segment in reopened.segments.map(\.baseOffset) {
            #expect(
                try reopened.abortedTransactions(from: segment, to: .max)
                    == reopened.abortedTransactions(from: 0, to: .max).filter { $0.lastOffset >= segment })
        }
    }

    @Test("A marker of an old epoch or an old coordinator is refused")
    func fencing() throws {
        let log = try temporary.openLog()
        try send(log, 1, sequence: 0)
        try end(log, 1, commit: true, epoch: 1, coordinatorEpoch: 3)
        #expect(
            try logError { try end(log, 1, commit: true, epoch: 0, coordinatorEpoch: 3) }.code == .invalidProducerEpoch)
        #expect(
            try logError { try end(log, 1, commit: true, epoch: 1, coordinatorEpoch: 2) }.code
                == .transactionCoordinatorFenced)
        #expect(try logError { try send(log, 1, sequence: 1) }.code == .invalidProducerEpoch)
    }

    @Test("Within a transaction a producer writes nothing else")
    func mixedWrites() throws {
        let log = try temporary.openLog()
        try send(log, 1, sequence: 0)
        let plain = idempotentBatch(producerID: 1, sequence: 1)
        #expect(try logError { _ = try log.append(plain, leaderEpoch: 0, now: now) }.code == .invalidTxnState)
        #expect(log.logEndOffset == 1)
    }

    @Test("Records need an open transaction or a guard of its verification")
    func verification() throws {
        let log = try temporary.openLog { $0.verifiesTransactions = true }
        #expect(try logError { try send(log, 1, sequence: 0) }.code == .invalidTxnState)
        let ticket = try #require(log.startVerification(producerID: 1, sequence: 0, epoch: 0, now: now))
        #expect(log.startVerification(producerID: 1, sequence: 0, epoch: 0, now: now) == ticket)
        try send(log, 1, sequence: 0, verification: ticket)
        #expect(log.startVerification(producerID: 1, sequence: 1, epoch: 0, now: now) == nil)
        try send(log, 1, sequence: 1)
        try end(log, 1, commit: true)
        #expect(try logError { try send(log, 1, sequence: 2, verification: ticket) }.code == .invalidTxnState)
    }

    @Test("While the first batch of a transaction is being verified, no later one overtakes it")
    func lowestSequence() throws {
        let log = try temporary.openLog { $0.verifiesTransactions = true }
        _ = log.startVerification(producerID: 1, sequence: 0, epoch: 0, now: now)
        let ticket = log.startVerification(producerID: 1, sequence: 5, epoch: 0, now: now)
        #expect(
            try logError { try send(log, 1, sequence: 5, verification: ticket) }.code == .outOfOrderSequenceNumber)
        try send(log, 1, sequence: 0, verification: ticket)
    }

    @Test("Truncation opens the transactions again whose ends it cut")
    func truncation() throws {
        let log = try temporary.openLog()
        try send(log, 1, sequence: 0)  // 0
        try end(log, 1, commit: false)  // 1
        try send(log, 1, sequence: 1)  // 2
        try end(log, 1, commit: false)  // 3
        #expect(try log.truncate(to: 3, now: now))
        #expect(log.lastStableOffset == 2)
        #expect(try log.abortedTransactions(from: 0, to: .max).map(\.lastOffset) == [1])
        #expect(try log.truncate(to: 1, now: now))
        #expect(log.lastStableOffset == 0)
        #expect(try log.abortedTransactions(from: 0, to: .max).isEmpty)
    }

    @Test("The index and the snapshot of a directory of Kafka's say what Kafka's own tool prints")
    func goldenFiles() throws {
        let temporary = TemporaryDirectory()
        try GoldenDirectoryTests.unpack("kafka-4.0-clean", into: temporary)
        let directory = try LogDirectory.open(temporary.path)
        let logs = try GoldenDirectoryTests.openAll(directory)
        let log = try #require(logs[TopicPartition("transactions", 0)])
        #expect(
            try log.abortedTransactions(from: 0, to: .max) == [
                AbortedTransaction(producerID: 1, firstOffset: 4, lastOffset: 7, lastStableOffset: 8),
                AbortedTransaction(producerID: 1, firstOffset: 12, lastOffset: 15, lastStableOffset: 16),
            ])
        #expect(
            log.activeProducers == [
                ProducerInfo(
                    producerID: 1, epoch: 0, lastSequence: 11, lastTimestamp: 1_795_218_666_715, coordinatorEpoch: 0,
                    currentTransactionStart: -1),
                ProducerInfo(
                    producerID: 2, epoch: 0, lastSequence: 0, lastTimestamp: 1_795_218_666_775, coordinatorEpoch: -1,
                    currentTransactionStart: 16),
            ])
        // Nothing changes when we stop as cleanly as Kafka did.
        let partition = "\(temporary.path)/transactions-0"
        let names = temporary.names(in: partition)
        let before = names.map { FileManager.default.contents(atPath: "\(partition)/\($0)") }
        try log.close()
        #expect(temporary.names(in: partition) == names)
        #expect(names.map { FileManager.default.contents(atPath: "\(partition)/\($0)") } == before)
    }
}
