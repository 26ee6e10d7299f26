// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@Suite struct ProducerTests {
    private let temporary = TemporaryDirectory()
    private let now: Int64 = 1_700_000_000_000

    @discardableResult
    private func send(
        _ log: PartitionLog, _ producerID: Int64 = 1, epoch: Int16 = 0, sequence: Int32, count: Int = 1
    ) throws -> AppendResult {
        try log.append(
            idempotentBatch(producerID: producerID, epoch: epoch, sequence: sequence, count: count, timestamp: now),
            leaderEpoch: 0, now: now)
    }

    private func refusal(
        _ log: PartitionLog, _ producerID: Int64 = 1, epoch: Int16 = 0, sequence: Int32
    ) throws -> ErrorCode {
        try logError { try send(log, producerID, epoch: epoch, sequence: sequence) }.code
    }

    @Test("Sequence numbers go up without a gap")
    func gaps() throws {
        let log = try temporary.openLog()
        try send(log, sequence: 0, count: 3)
        try send(log, sequence: 3)
        #expect(try refusal(log, sequence: 5) == .outOfOrderSequenceNumber)
        #expect(try refusal(log, sequence: 2) == .outOfOrderSequenceNumber)
        try send(log, sequence: 4)
        #expect(log.logEndOffset == 5)
    }

    @Test("Each of the last five batches is known again, with the offsets it got; older ones are out of order")
    func duplicates() throws {
        let log = try temporary.openLog()
        for sequence in 0..<6 as Range<Int32> { try send(log, sequence: sequence * 2, count: 2) }
        for sequence in 1..<6 as Range<Int32> {
            let again = try send(log, sequence: sequence * 2, count: 2)
            #expect(again.isDuplicate)
            #expect(again.baseOffset == Int64(sequence) * 2)
            #expect(again.lastOffset == Int64(sequence) * 2 + 1)
        }
        #expect(try logError { try send(log, sequence: 0, count: 2) }.code == .outOfOrderSequenceNumber)
        #expect(log.logEndOffset == 12)
    }

    @Test("A producer whose records are below the log start is known after a crash, as the latest snapshot tells of it")
    func belowTheLogStart() throws {
        // Recovery begins at an entry of the index, behind the producer's records.
        func open(clean: Bool = true, _ configure: (inout PartitionLog.Options) -> Void = { _ in }) throws
            -> PartitionLog
        {
            try temporary.openLog(clean: clean) {
                $0.config.indexIntervalBytes = 50
                configure(&$0)
            }
        }
        let log = try open()
        try send(log, 1, sequence: 0, count: 5)
        for sequence in 0..<20 as Range<Int32> { try send(log, 2, sequence: sequence) }
        try log.advanceLogStart(to: 10)
        try log.close()
        let crashed = try temporary.openLog { $0.logStartOffset = 10 }
        for sequence in 20..<25 as Range<Int32> { try send(crashed, 2, sequence: sequence) }
        for recoveryPoint in [12, 25, 30] as [Int64] {
            let recovered = try open(clean: false) {
                $0.logStartOffset = 10
                $0.recoveryPoint = recoveryPoint
            }
            #expect(recovered.logEndOffset == 30)
            #expect(recovered.activeProducers.map(\.producerID).sorted() == [1, 2])
            #expect(try refusal(recovered, 1, sequence: 7) == .outOfOrderSequenceNumber)
            #expect(try send(recovered, 2, sequence: 24).isDuplicate)
        }
    }

    @Test("A producer that the partition doesn't know may begin with any sequence number")
    func unknownProducer() throws {
        let log = try temporary.openLog()
        try send(log, sequence: 17)
        try send(log, sequence: 18)
        #expect(try refusal(log, sequence: 18 + 2) == .outOfOrderSequenceNumber)
    }

    @Test("A new epoch begins at sequence 0, and the old one is fenced")
    func epochs() throws {
        let log = try temporary.openLog()
        try send(log, sequence: 0)
        #expect(try refusal(log, epoch: 1, sequence: 1) == .outOfOrderSequenceNumber)
        try send(log, epoch: 1, sequence: 0)
        #expect(try refusal(log, epoch: 0, sequence: 1) == .invalidProducerEpoch)
        try send(log, epoch: 1, sequence: 1)
        #expect(try send(log, epoch: 1, sequence: 0).isDuplicate)
    }

    @Test("After the greatest sequence number comes 0")
    func wrap() throws {
        let log = try temporary.openLog()
        try send(log, sequence: .max - 1, count: 2)
        try send(log, sequence: 0)
        #expect(try send(log, sequence: .max - 1, count: 2).isDuplicate)
        let log2 = try PartitionLog.open("\(temporary.path)/t-1", options: .init(), now: now)
        let crossing = idempotentBatch(producerID: 1, sequence: .max, count: 3)
        #expect(try log2.append(crossing, leaderEpoch: 0, now: now).lastOffset == 2)
        #expect(try log2.append(crossing, leaderEpoch: 0, now: now).isDuplicate)
        #expect(
            try log2.append(idempotentBatch(producerID: 1, sequence: 2), leaderEpoch: 0, now: now).baseOffset == 3)
    }

    @Test("A negative sequence number is an invalid record")
    func negativeSequence() throws {
        let log = try temporary.openLog()
        #expect(try refusal(log, sequence: -1) == .invalidRecord)
    }

    @Test("What the partition knows survives a clean stop and a crash", arguments: [true, false])
    func survival(isClean: Bool) throws {
        let log = try temporary.openLog()
        for sequence in 0..<3 as Range<Int32> {
            try send(log, sequence: sequence)
            try send(log, 2, epoch: 4, sequence: sequence)
        }
        let producers = log.activeProducers
        if isClean { try log.close() }
        let reopened = try temporary.openLog(clean: isClean)
        #expect(reopened.activeProducers == producers)
        #expect(try send(reopened, sequence: 2).isDuplicate)
        #expect(try refusal(reopened, sequence: 4) == .outOfOrderSequenceNumber)
        try send(reopened, sequence: 3)
        #expect(try send(reopened, 2, epoch: 4, sequence: 2).isDuplicate)
    }

    @Test("A damaged snapshot is passed over, and the batches tell the producers again")
    func damagedSnapshot() throws {
        var log = try temporary.openLog { $0.config.segmentBytes = 500 }
        for sequence in 0..<30 as Range<Int32> { try send(log, sequence: sequence) }
        let producers = log.activeProducers
        try log.close()
        let directory = "\(temporary.path)/t-0"
        let snapshots = temporary.names(in: directory).filter { $0.hasSuffix(".snapshot") }
        #expect(snapshots.count > 3)
        for name in snapshots.suffix(2) {
            try ByteBuffer(string: "garbage").write(toFile: "\(directory)/\(name)")
        }
        log = try temporary.openLog { $0.config.segmentBytes = 500 }
        #expect(log.activeProducers == producers)
        #expect(try send(log, sequence: 29).isDuplicate)
    }

    private var directory: String { "\(temporary.path)/t-0" }

    private func snapshots() -> [String] {
        temporary.names(in: directory).filter { $0.hasSuffix(".snapshot") }.sorted().map { String($0.suffix(11)) }
    }

    @Test("Each stop leaves a snapshot; the one before stays until what is due is deleted, and nobody needs it")
    func forgottenSnapshot() throws {
        for sequence in 0..<2 as Range<Int32> {
            let log = try temporary.openLog()
            try send(log, sequence: sequence)
            try log.close()
        }
        #expect(snapshots() == ["01.snapshot", "02.snapshot"])
        let log = try temporary.openLog()
        #expect(snapshots() == ["01.snapshot", "02.snapshot"])
        log.deletePendingFiles(now: now)
        #expect(snapshots() == ["02.snapshot"])
        #expect(try send(log, sequence: 1).isDuplicate)
    }

    @Test("Snapshots of records that a crash lost go before new records take their offsets")
    func lostSnapshots() throws {
        for start in [0, 5, 10] as [Int32] {
            let log = try temporary.openLog()
            for sequence in start..<start + 5 { try send(log, sequence: sequence) }
            try log.close()
        }
        #expect(snapshots() == ["10.snapshot", "15.snapshot"])
        let path = "\(directory)/00000000000000000000.log"
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(truncate(path, size / 15 * 7) == 0)
        let recovered = try temporary.openLog(clean: false)
        #expect(recovered.logEndOffset == 7)
        #expect(snapshots() == ["07.snapshot"])
        #expect(recovered.activeProducers.map(\.lastSequence) == [6])
    }

    @Test("Producers that are silent for long are forgotten")
    func expiry() throws {
        let log = try temporary.openLog { $0.producers = ProducerSettings(expirationMs: 1000) }
        try send(log, 1, sequence: 0)
        log.removeExpiredProducers(now: now + 999)
        #expect(log.activeProducers.count == 1)
        log.removeExpiredProducers(now: now + 1000)
        #expect(log.activeProducers.isEmpty)
        try send(log, 1, sequence: 7)
    }

    @Test("A refused batch changes nothing of what is known")
    func refusalChangesNothing() throws {
        let log = try temporary.openLog()
        try send(log, sequence: 0)
        let producers = log.activeProducers
        _ = try refusal(log, epoch: 3, sequence: 9)
        _ = try refusal(log, sequence: 9)
        #expect(log.activeProducers == producers)
    }

    @Test("Truncation forgets the batches that it cut")
    func truncation() throws {
        let log = try temporary.openLog { $0.config.segmentBytes = 500 }
        for sequence in 0..<30 as Range<Int32> { try send(log, sequence: sequence) }
        #expect(try log.truncate(to: 12, now: now))
        #expect(log.logEndOffset == 12)
        #expect(try send(log, sequence: 11).isDuplicate)
        #expect(try refusal(log, sequence: 13) == .outOfOrderSequenceNumber)
        #expect(try send(log, sequence: 12).baseOffset == 12)
        try log.truncateFully(startingAt: 100, now: now)
        #expect(log.activeProducers.isEmpty)
        #expect(try send(log, sequence: 5).baseOffset == 100)
    }
}

extension ByteBuffer {
    func write(toFile path: String) throws {
        try String(buffer: self).write(toFile: path, atomically: false, encoding: .utf8)
    }
}
