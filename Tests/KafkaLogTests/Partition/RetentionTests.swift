// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

@Suite struct RetentionTests {
    private let temporary = TemporaryDirectory()
    private let start: Int64 = 1_700_000_000_000

    private var directory: String { "\(temporary.path)/t-0" }

    /// Ten segments of one batch each, a minute apart.
    private func open(_ configure: (inout LogConfig) -> Void = { _ in }) throws -> PartitionLog {
        var config = LogConfig()
        config.segmentBytes = 1500
        config.messageTimestampAfterMaxMs = .max
        configure(&config)
        let log = try PartitionLog.open(directory, options: .init(config: config), now: start)
        for index in 0..<10 as Range<Int64> {
            _ = try log.append(
                batch(ofBytes: 1000, timestamp: start + index * 60_000), leaderEpoch: 0, now: start)
        }
        return log
    }

    @Test("Segments older than retention.ms go, the newest record of a segment counts")
    func time() throws {
        let log = try open { $0.retentionMs = 300_000 }
        #expect(log.segments.count == 10)
        #expect(try log.enforceRetention(now: start + 300_000).isEmpty)
        #expect(try log.enforceRetention(now: start + 300_001).map(\.baseOffset) == [0])
        #expect(try log.enforceRetention(now: start + 480_001).map(\.baseOffset) == [1, 2, 3])
        #expect(log.logStartOffset == 4)
        #expect(try log.records().map(\.offset) == Array(4..<10))
        #expect(try logError { _ = try log.read(from: 3, maxBytes: 10) }.code == .offsetOutOfRange)
    }

    @Test("When everything is old, an empty segment stays, and offsets go on")
    func everything() throws {
        let log = try open()
        #expect(try log.enforceRetention(now: .max / 2).count == 10)
        #expect(log.segments.map(\.baseOffset) == [10])
        #expect(log.logStartOffset == 10)
        #expect(try log.enforceRetention(now: .max / 2).isEmpty)
        #expect(try log.append(batch(ofBytes: 100), leaderEpoch: 0, now: start).baseOffset == 10)
        try log.close()
        let reopened = try temporary.openLog()
        #expect(reopened.logStartOffset == 10)
        #expect(reopened.logEndOffset == 11)
    }

    @Test("The oldest segments go while the rest is at least retention.bytes")
    func size() throws {
        let log = try open()
        let each = log.byteCount / 10
        for (limit, left) in [(each * 20, 10), (each * 7, 7), (each * 5 + 1, 6), (each * 5 - 1, 5), (0, 1)] {
            var config = log.config
            config.retentionBytes = limit
            config.retentionMs = -1
            log.update(config: config)
            try log.enforceRetention(now: start)
            #expect(log.byteCount == each * Int64(left == 1 ? 0 : left), "limit \(limit)")
        }
    }

    @Test("Without the policy delete nothing goes by age or size, but what DeleteRecords cut does")
    func compactedTopics() throws {
        let log = try open()
        var config = log.config
        config.cleanupPolicy = .compact
        log.update(config: config)
        #expect(try log.enforceRetention(now: .max / 2).isEmpty)
        try log.advanceLogStart(to: 3)
        #expect(log.logStartOffset == 3)
        #expect(try log.enforceRetention(now: start).map(\.baseOffset) == [0, 1, 2])
    }

    @Test("Files of removed segments are renamed, and deleted after file.delete.delay.ms; who reads one reads on")
    func delay() throws {
        let log = try open {
            $0.retentionMs = 300_000
            $0.fileDeleteDelayMs = 1000
        }
        let slice = try log.read(from: 0, maxBytes: 1 << 20).slice
        let bytes = try slice.read()
        let now = start + 300_001
        try log.enforceRetention(now: now)
        #expect(temporary.names(in: directory).filter { $0.hasSuffix(".deleted") }.count == 3)
        try log.maintain(now: now + 999)
        #expect(temporary.names(in: directory).filter { $0.hasSuffix(".deleted") }.count == 3)
        try log.maintain(now: now + 1000)
        #expect(temporary.names(in: directory).filter { $0.hasSuffix(".deleted") }.isEmpty)
        #expect(!temporary.names(in: directory).contains { $0.hasPrefix("00000000000000000000.") })
        #expect(try slice.read() == bytes)
    }

    @Test("A segment rolls by size, by time between its records, and when asked")
    func rolling() throws {
        var config = LogConfig()
        config.segmentMs = 1000
        let log = try PartitionLog.open(directory, options: .init(config: config), now: start)
        for time in [0, 1000, 1001, 1500, 2002] as [Int64] {
            _ = try log.append(batch(ofBytes: 100, timestamp: start + time), leaderEpoch: 0, now: start + time)
        }
        #expect(log.segments.map(\.baseOffset) == [0, 2, 4])
        try log.roll(now: start)
        try log.roll(now: start)
        #expect(log.segments.map(\.baseOffset) == [0, 2, 4, 5])
        // Without timestamps the segment's own age counts.
        let untimed = batch([TestRecord(timestamp: -1)])
        _ = try log.append(untimed, leaderEpoch: 0, now: start + 500)
        #expect(try !log.append(untimed, leaderEpoch: 0, now: start + 1000).rolled)
        #expect(try log.append(untimed, leaderEpoch: 0, now: start + 1001).rolled)
    }

    @Test("A segment rolls before its offsets outgrow the index")
    func offsetOverflow() throws {
        let log = try temporary.openLog()
        for offset in [0, Int64(Int32.max), Int64(Int32.max) + 1, 10_000_000_000] {
            _ = try log.append(
                batch([TestRecord()], baseOffset: offset), origin: .replication, leaderEpoch: 0, now: start)
        }
        #expect(log.segments.map(\.baseOffset) == [0, Int64(Int32.max) + 1, 10_000_000_000])
        #expect(try log.records().map(\.offset) == [0, Int64(Int32.max), Int64(Int32.max) + 1, 10_000_000_000])
        #expect(try log.read(from: 5_000_000_000, maxBytes: 100).slice.byteCount > 0)
    }

    @Test("Truncation cuts records, segments, epochs and indexes; the log goes on from there")
    func truncation() throws {
        var config = LogConfig()
        config.segmentBytes = 8000
        config.indexIntervalBytes = 300
        var random = SeededGenerator.printed()
        for round in 0..<20 {
            let directory = "\(temporary.path)/r-\(round)"
            var writer = try RandomLog(directory, config: config, random: random)
            for _ in 0..<60 { try writer.append() }
            let log = writer.log
            let written = try RandomLog.scan(directory)
            let target = try #require(written.randomElement(using: &writer.random)).header.baseOffset
            #expect(try log.truncate(to: target, now: 0))
            #expect(try !log.truncate(to: target, now: 0))
            #expect(log.logEndOffset == target)
            let left = written.filter { $0.header.baseOffset < target }
            #expect(try RandomLog.scan(directory) == left)
            if !left.isEmpty { try expectFindable(log, left) }
            #expect(log.latestEpoch == left.last?.header.partitionLeaderEpoch)
            let next = batch([TestRecord(timestamp: writer.now)])
            #expect(try log.append(next, leaderEpoch: 2_000_000, now: writer.now).baseOffset == target)
            try expectFindable(log, RandomLog.scan(directory))
            random = writer.random
        }
    }

    @Test("A cut within a batch takes all of it, and what comes next keeps its offset", arguments: [0, 4] as [Int64])
    func truncationWithinABatch(logStart: Int64) throws {
        var log = try temporary.openLog()
        for _ in 0..<3 {
            let records = (0..<3).map { _ in TestRecord(timestamp: start) }
            _ = try log.append(batch(records), leaderEpoch: 0, now: start)
        }
        try log.advanceLogStart(to: logStart)
        #expect(try log.truncate(to: 5, now: start))
        // The batch began at 3.
        let end = max(logStart, 3)
        #expect(log.logStartOffset == logStart)
        #expect(log.logEndOffset == end)
        var options = PartitionLog.Options()
        options.hadCleanShutdown = false
        options.logStartOffset = logStart
        log = try PartitionLog.open(directory, options: options, now: start)
        #expect(log.logEndOffset == end)
        #expect(try log.append(batch([TestRecord(), TestRecord()]), leaderEpoch: 0, now: start).baseOffset == end)
        // Without a start in between, which would find where the batches end.
        #expect(try log.truncate(to: end + 1, now: start))
        let next = try log.append(batch(ofBytes: 100), leaderEpoch: 0, now: start).baseOffset
        #expect(next == end)
        log = try PartitionLog.open(directory, options: options, now: start)
        #expect(try log.records().map(\.offset) == (logStart == 0 ? [0, 1, 2, next] : [next]))
    }

    @Test("Leader epochs answer where each ended")
    func leaderEpochs() throws {
        let log = try temporary.openLog()
        #expect(log.endOffset(forEpoch: 0) == nil)
        for epoch in [2, 2, 5, 5, 9] as [Int32] {
            _ = try log.append(batch(ofBytes: 100), leaderEpoch: epoch, now: start)
        }
        func check(_ log: PartitionLog) {
            for (epoch, answer) in [(1, (1, 0)), (2, (2, 2)), (3, (2, 2)), (5, (5, 4)), (7, (5, 4)), (9, (9, 5))]
                as [(Int32, (Int32, Int64))]
            {
                #expect(log.endOffset(forEpoch: epoch) ?? (-1, -1) == answer, "epoch \(epoch)")
            }
            #expect(log.endOffset(forEpoch: 10) == nil)
            #expect(log.endOffset(forEpoch: -1) == nil)
            #expect(log.epoch(forOffset: 3) == 5)
        }
        check(log)
        try log.close()
        let reopened = try temporary.openLog()
        check(reopened)
        try reopened.advanceLogStart(to: 3)
        #expect(reopened.epoch(forOffset: 2) == nil)
        #expect(reopened.endOffset(forEpoch: 5)?.endOffset == 4)
        try reopened.assignEpoch(11, startOffset: 5)
        #expect(reopened.endOffset(forEpoch: 9)?.endOffset == 5)
        // An epoch without records need not be in the file.
        func text() throws -> String {
            try String(contentsOfFile: "\(directory)/leader-epoch-checkpoint", encoding: .utf8)
        }
        #expect(try text() == "0\n2\n5 3\n9 4\n")
        _ = try reopened.append(batch(ofBytes: 100), leaderEpoch: 11, now: start)
        #expect(try text() == "0\n3\n5 3\n9 4\n11 5\n")
    }

    @Test("Epochs that a cut took stay forgotten, whatever the file still says of them")
    func epochsBehindACut() throws {
        let log = try temporary.openLog()
        for epoch in [1, 1, 4] as [Int32] { _ = try log.append(batch(ofBytes: 100), leaderEpoch: epoch, now: start) }
        #expect(try log.truncate(to: 2, now: start))
        #expect(log.latestEpoch == 1)
        for _ in 0..<3 { _ = try log.append(batch(ofBytes: 100), leaderEpoch: 1, now: start) }
        #expect(log.epoch(forOffset: 3) == 1)
        let reopened = try temporary.openLog()
        #expect(reopened.logEndOffset == 5)
        #expect(reopened.epoch(forOffset: 3) == 1)
    }
}
