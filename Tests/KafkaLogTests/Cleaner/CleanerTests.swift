// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaLog

/// What a cleaning keeps and drops, case by case.
@Suite struct CleanerTests {
    private let temporary = TemporaryDirectory()
    private let start: Int64 = 1_700_000_000_000

    private func open(_ configure: (inout LogConfig) -> Void = { _ in }) throws -> PartitionLog {
        var config = CompactedLog.testConfig
        config.segmentBytes = 1 << 20
        configure(&config)
        return try PartitionLog.open("\(temporary.path)/t-0", options: .init(config: config), now: start)
    }

    private func send(_ log: PartitionLog, _ pairs: [(String, String?)], timestamp: Int64? = nil) throws {
        let records = pairs.map { TestRecord(timestamp: timestamp ?? start, key: $0.0, value: $0.1) }
        _ = try log.append(batch(records), leaderEpoch: 0, now: max(start, timestamp ?? start))
    }

    private func send(
        _ log: PartitionLog, _ key: String, producer: Int64, sequence: Int32, transactional: Bool = true
    ) throws {
        let bytes = batch([TestRecord(timestamp: start, key: key, value: "\(sequence)")]) {
            $0.producerID = producer
            $0.producerEpoch = 0
            $0.baseSequence = sequence
            $0.isTransactional = transactional
        }
        _ = try log.append(bytes, leaderEpoch: 0, now: start)
    }

    private func end(_ log: PartitionLog, _ producer: Int64, commit: Bool) throws {
        let marker = EndTransactionMarker(isCommit: commit, coordinatorEpoch: 0)
            .batch(timestamp: start, producerID: producer, producerEpoch: 0)
        _ = try log.append(marker, origin: .coordinator, leaderEpoch: 0, now: start)
    }

    @discardableResult
    private func clean(
        _ log: PartitionLog, _ cleaner: LogCleaner = LogCleaner(), from checkpoint: Int64? = nil, now: Int64
    ) throws -> CleanReport? {
        guard let range = try cleaner.cleanable(log, checkpoint: checkpoint, now: now) else { return nil }
        return try cleaner.clean(log, range, now: now)
    }

    private func headers(_ log: PartitionLog) throws -> [RecordBatchHeader] {
        try RandomLog.scan(log.directory).map(\.header)
    }

    private func records(_ log: PartitionLog, _ isolation: Isolation = .readUncommitted) throws -> [String] {
        var random = SeededGenerator(seed: 1)
        return try log.consume(isolation, &random).map(\.description)
    }

    @Test("A batch comes out with the very bytes that Apache Kafka's cleaner wrote")
    func bytesOfKafka() throws {
        let log = try open()
        let time: Int64 = 1_795_218_664_236
        for round in 0..<6 {
            try send(log, (0..<400).map { ("k\($0 % 50)", "r\(round)-\($0)") }, timestamp: time - 5 + Int64(round))
        }
        try log.roll(now: time)
        let report = try #require(try clean(log, now: time))
        #expect(report.nextDirtyOffset == 2400)
        #expect(report.recordsBefore == 2400)
        #expect(report.recordsAfter == 50)
        let left = try headers(log)
        // From golden/dump-log/compacted.txt
        #expect(left.count == 1)
        #expect(left[0].baseOffset == 2000)
        #expect(left[0].lastOffset == 2399)
        #expect(left[0].recordCount == 50)
        #expect(left[0].byteCount == 901)
        #expect(left[0].crc == 846_946_979)
        #expect(log.segments.map(\.baseOffset) == [0, 2400])
    }

    @Test("Records that stay keep their times, and the batch tells the latest of them", arguments: Compression.allCases)
    func times(_ codec: Compression) throws {
        let log = try open { $0.compressionType = codec }
        // Of each batch the first record goes, and the one with the latest time.
        let times: [Int64] = [3, 1, 9, 4, 2]
        for _ in 0..<2 {
            let records = zip(["a", "b", "c", "d", "e"], times).map {
                TestRecord(timestamp: start + $1, key: $0, value: $0)
            }
            _ = try log.append(batch(records), leaderEpoch: 0, now: start)
            try send(log, [("a", "x"), ("c", "x")])
        }
        try send(log, [("b", "x"), ("d", "x"), ("f", "x")])
        try log.roll(now: start)
        try clean(log, now: start + 10)
        let left = try headers(log)
        #expect(left.map(\.recordCount) == [1, 2, 3])
        #expect(left.map(\.lastOffset) == [11, 13, 16])
        #expect(left[0].maxTimestamp == start + 2 && left[0].compression == codec)
        var random = SeededGenerator(seed: 1)
        let seen = try log.consume(.readUncommitted, &random)
        #expect(seen.map(\.offset) == [11, 12, 13, 14, 15, 16])
        #expect(seen.map(\.timestamp) == [2, 0, 0, 0, 0, 0].map { start + $0 })
    }

    @Test("A topic that Apache Kafka has compacted is compacted further, and its tombstones go in time")
    func topicOfKafka() throws {
        try GoldenDirectoryTests.unpack("kafka-4.0-clean", into: temporary)
        var config = CompactedLog.testConfig
        config.segmentBytes = 1 << 20
        var now = GoldenDirectoryTests.now
        let log = try PartitionLog.open("\(temporary.path)/compacted-0", options: .init(config: config), now: now)
        let before = try records(log)
        let live = Dictionary(
            before.map { line in
                let pair = line.split(separator: " ")[1].split(separator: "=", maxSplits: 1)
                return (String(pair[0]), String(pair[1]))
            }
        ) { $1 }.filter { $0.value != "null" }
        #expect(!live.isEmpty && live.count < before.count)
        try log.roll(now: now)
        try clean(log, now: now)
        let cleaned = try records(log)
        #expect(cleaned.filter { $0.hasSuffix("=null") }.count == 10)
        now += config.deleteRetentionMs
        // A later record, so that the tombstones' batch needs not stay for the end of the log's sake.
        try send(log, [("new", "1")], timestamp: now)
        try log.roll(now: now)
        try clean(log, now: now)
        #expect(try records(log).count == live.count + 1)
        #expect(try records(log).allSatisfy { !$0.hasSuffix("=null") })
    }

    @Test("Tombstones go delete.retention.ms after their first cleaning, and not before")
    func tombstones() throws {
        let log = try open()
        try send(log, [("a", "1"), ("b", "1")])
        try send(log, [("a", nil)])
        try send(log, [("c", "1")])
        try log.roll(now: start)
        let first = start + 500
        try clean(log, now: first)
        let horizon = first + log.config.deleteRetentionMs
        #expect(try records(log).map { $0.split(separator: " ")[1] } == ["b=1", "a=null", "c=1"])
        let tombstone = try #require(try headers(log).first { $0.baseOffset == 2 })
        #expect(tombstone.deleteHorizon == horizon)
        // Its own timestamp is still there.
        #expect(try records(log)[1] == "2@\(start) a=null")
        try clean(log, from: 0, now: horizon - 1)
        #expect(try headers(log).first { $0.baseOffset == 2 } == tombstone)
        try clean(log, from: 0, now: horizon)
        #expect(try records(log).map { $0.split(separator: " ")[1] } == ["b=1", "c=1"])
    }

    @Test("Aborted records go at once; their marker stays for one more cleaning and the delete horizon")
    func abortedTransaction() throws {
        let log = try open()
        try send(log, "a", producer: 1, sequence: 0, transactional: false)
        try send(log, "a", producer: 7, sequence: 0)  // 1
        try end(log, 7, commit: false)  // 2
        try send(log, "a2", producer: 7, sequence: 1)  // 3
        try end(log, 7, commit: true)  // 4
        try send(log, [("z", "1")])  // 5
        try log.roll(now: start)
        #expect(try log.abortedTransactions(from: 0, to: 10).count == 1)
        try clean(log, now: start)
        #expect(try headers(log).map(\.baseOffset) == [0, 2, 3, 4, 5])
        #expect(try records(log, .readCommitted) == ["0@\(start) a=0", "3@\(start) a2=1", "5@\(start) z=1"])
        try clean(log, from: 0, now: start)
        #expect(try log.abortedTransactions(from: 0, to: 10).isEmpty)
        let horizon = start + log.config.deleteRetentionMs
        #expect(try headers(log).map(\.deleteHorizon) == [nil, horizon, nil, nil, nil])
        try clean(log, from: 0, now: horizon)
        // The marker of what was committed stays with its records.
        #expect(try headers(log).map(\.baseOffset) == [0, 3, 4, 5])
        #expect(try records(log, .readCommitted).count == 3)
    }

    @Test("A key of an aborted transaction replaces nothing, across segments too")
    func abortedKey() throws {
        let log = try open()
        try send(log, [("a", "old")])
        try log.roll(now: start)
        try send(log, "a", producer: 7, sequence: 0)
        try log.roll(now: start)
        try end(log, 7, commit: false)
        try send(log, [("z", "1")])
        try log.roll(now: start)
        try clean(log, now: start)
        #expect(try records(log) == ["0@\(start) a=old", "3@\(start) z=1"])
        #expect(log.segments.count == 2)
    }

    @Test("Nothing from the first open transaction on is cleaned")
    func openTransaction() throws {
        let log = try open()
        try send(log, [("a", "1")])
        try send(log, [("a", "2")])
        try log.roll(now: start)
        try send(log, [("b", "1")])
        try send(log, "b", producer: 7, sequence: 0)
        try log.roll(now: start)
        try send(log, [("b", "3")])
        try log.roll(now: start)
        let range = try #require(try LogCleaner().cleanable(log, checkpoint: nil, now: start))
        #expect(range.firstUncleanableOffset == 2)
        try clean(log, now: start)
        #expect(try records(log).count == 4)
        try end(log, 7, commit: true)
        try clean(log, from: 2, now: start)
        #expect(try records(log).map { $0.split(separator: " ")[1] } == ["a=2", "b=3"])
    }

    @Test("The last batch of a producer stays as a header, and so does the last batch of what is cleaned")
    func emptyBatches() throws {
        let log = try open()
        try send(log, "a", producer: 1, sequence: 0, transactional: false)
        try send(log, "a", producer: 1, sequence: 1, transactional: false)
        try send(log, "a", producer: 2, sequence: 0, transactional: false)
        try send(log, "b", producer: 2, sequence: 1, transactional: false)
        try send(log, [("c", nil)])
        try log.roll(now: start)
        try clean(log, now: start)
        #expect(try headers(log).map(\.baseOffset) == [1, 2, 3, 4])
        #expect(try headers(log).map(\.recordCount) == [0, 1, 1, 1])
        #expect(try headers(log)[0].lastSequence == 1)
        try clean(log, from: 0, now: start + log.config.deleteRetentionMs)
        #expect(try headers(log).map(\.recordCount) == [0, 1, 1, 0])
        // A reader is led to the end.
        #expect(try log.read(from: 4, maxBytes: 100).slice.byteCount == 61)
        _ = try log.append(
            idempotentBatch(producerID: 1, sequence: 2, timestamp: start).keyed("d"), leaderEpoch: 0, now: start)
    }

    @Test("Lags and the dirty ratio decide when a log is cleaned")
    func whenDue() throws {
        let log = try open {
            $0.minCleanableDirtyRatio = 0.5
            $0.minCompactionLagMs = 1_000
        }
        let cleaner = LogCleaner()
        for index in 0..<10 { try send(log, [("a", "\(index)")]) }
        #expect(try cleaner.cleanable(log, checkpoint: nil, now: start + 5_000) == nil)  // the active segment
        try log.roll(now: start)
        #expect(try cleaner.cleanable(log, checkpoint: nil, now: start + 999) == nil)
        let range = try #require(try cleaner.cleanable(log, checkpoint: nil, now: start + 1_000))
        #expect(range.dirtyRatio == 1)
        #expect(range.firstUncleanableOffset == 10)
        #expect(try cleaner.cleanable(log, checkpoint: 10, now: start + 1_000) == nil)
        // A checkpoint beyond the end says nothing.
        #expect(try cleaner.cleanable(log, checkpoint: 99, now: start + 1_000)?.firstDirtyOffset == 0)
        try send(log, [("a", "x")], timestamp: start)
        try log.roll(now: start)
        #expect(try cleaner.cleanable(log, checkpoint: 10, now: start + 2_000) == nil)
        var config = log.config
        config.maxCompactionLagMs = 3_000
        log.update(config: config)
        #expect(try cleaner.cleanable(log, checkpoint: 10, now: start + 3_000) == nil)
        #expect(try cleaner.cleanable(log, checkpoint: 10, now: start + 3_001)?.isOverdue == true)
        config.cleanupPolicy = .delete
        log.update(config: config)
        #expect(try cleaner.cleanable(log, checkpoint: nil, now: start + 9_000) == nil)
    }

    @Test("Segments that came out small are joined, those that are too large are divided")
    func segmentSizes() throws {
        let log = try open { $0.segmentBytes = 2_000 }
        for index in 0..<200 { try send(log, [("k\(index % 20)", "\(index)")]) }
        let many = log.segments.count
        try log.roll(now: start)
        let first = try #require(try clean(log, now: start))
        #expect(first.segmentsBefore == many)
        try clean(log, from: 0, now: start)
        #expect(log.segments.count == 2)
        var config = log.config
        config.segmentBytes = 300
        log.update(config: config)
        _ = try log.advanceLogStart(to: 181)
        let last = try #require(try clean(log, from: 0, now: start))
        #expect(last.segmentsAfter > 3)
        #expect(log.segments.allSatisfy { $0.byteCount <= 300 })
        #expect(log.segments[0].baseOffset == 0)
        #expect(try records(log).count == 19)
        try log.close()
        let reopened = try open()
        #expect(try records(reopened).count == 20 - (reopened.logStartOffset == 0 ? 1 : 0))
    }

    @Test("A batch larger than any buffer, and one without a key from before compaction")
    func oddBatches() throws {
        let log = try open {
            $0.maxMessageBytes = 4 << 20; $0.segmentBytes = 8 << 20
        }
        let large = String(repeating: "x", count: 3 << 20)
        try send(log, [("a", large)])
        try send(log, [("b", "1")])
        var config = log.config
        config.cleanupPolicy = .delete
        log.update(config: config)
        _ = try log.append(batch([TestRecord(timestamp: start)]), leaderEpoch: 0, now: start)
        config.cleanupPolicy = [.compact, .delete]
        log.update(config: config)
        try send(log, [("b", "2")])
        try log.roll(now: start)
        let report = try #require(try clean(log, now: start))
        #expect(report.keylessRecords == 1)
        #expect(try headers(log).map(\.recordCount) == [1, 1])
        #expect(try log.enforceRetention(now: start + log.config.retentionMs + 1).count == 1)
    }

    @Test("A cleaning that is stopped, or whose segments go meanwhile, leaves the log as it was")
    func stopped() throws {
        let log = try open {
            $0.maxMessageBytes = 4 << 20; $0.segmentBytes = 8 << 20
        }
        for index in 0..<3 { try send(log, [("a", String(repeating: "\(index)", count: 1 << 20))]) }
        try log.roll(now: start)
        let written = try headers(log)
        #expect(try clean(log, LogCleaner { _ in false }, now: start) == nil)
        let cutting = LogCleaner { _ in
            _ = try? log.truncate(to: 2, now: 0)
            return true
        }
        #expect(try clean(log, cutting, now: start) == nil)
        #expect(try headers(log) == Array(written.prefix(2)))
        let deleting = LogCleaner { _ in
            _ = try? log.renameForDeletion()
            return true
        }
        try log.roll(now: start)
        #expect(try clean(log, deleting, now: start) == nil)
        for directory in temporary.names(in: temporary.path) {
            #expect(temporary.names(in: "\(temporary.path)/\(directory)").allSatisfy { !$0.hasSuffix(".cleaned") })
        }
    }

    @Test("A cleaning that waits for the end of one before leaves no files and takes none when that fails again")
    func failedTwice() throws {
        let log = try open()
        let large = String(repeating: "1", count: 700_000)
        try send(log, [("a", large), ("d", "1")])
        try log.roll(now: start)
        // A group of its own, as both are too large for one.
        try send(log, [("b", large), ("d", "2")])
        try send(log, [("d", "3")])
        try log.roll(now: start)
        let faults = FileFaults(under: log.directory)
        defer { faults.end() }
        // The new files of the first group become .swap, and the old ones can't go.
        faults.set(.init(first: 4, isLasting: true, error: EIO, operations: [.rename]))
        _ = try logError { _ = try clean(log, now: start) }
        #expect(temporary.names(in: log.directory).contains { $0.hasSuffix(".swap") })
        _ = try logError { _ = try clean(log, now: start) }
        #expect(temporary.names(in: log.directory).allSatisfy { !$0.hasSuffix(".cleaned") })
        faults.set(nil)
        _ = try #require(try clean(log, now: start))
        #expect(temporary.names(in: log.directory).allSatisfy { !$0.hasSuffix(".swap") })
        #expect(try headers(log).map(\.recordCount).reduce(0, +) == 3)
    }

    // The first is the offset of a batch, which no checksum covers.
    @Test("A damaged batch ends the cleaning with an error that names the file", arguments: [70, 135] as [UInt64])
    func damaged(position: UInt64) throws {
        let log = try open()
        for index in 0..<3 { try send(log, [("a", "\(index)")]) }
        try log.roll(now: start)
        let path = "\(log.directory)/00000000000000000000.log"
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: position)
        try file.write(contentsOf: [0x55])
        try file.close()
        let error = try logError { _ = try clean(log, now: start) }
        #expect(error.code == .corruptMessage)
        #expect(error.message.contains(path))
        #expect(temporary.names(in: log.directory).allSatisfy { !$0.hasSuffix(".cleaned") })
    }
}

extension ByteBuffer {
    /// The batch with a key for its only record.
    fileprivate func keyed(_ key: String) -> ByteBuffer {
        let header = RecordBatchHeader(self, at: readerIndex)
        return batch([TestRecord(timestamp: header.maxTimestamp, key: key)]) {
            $0.producerID = header.producerID
            $0.producerEpoch = header.producerEpoch
            $0.baseSequence = header.baseSequence
        }
    }
}
