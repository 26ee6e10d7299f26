// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaLog

/// A log that is written at random with keys, deletions and transactions, and all that was ever written to it.
struct CompactedLog {
    struct Written {
        var record: TestRecord
        var producer: Int64
        /// Nil while the transaction is open.
        var isCommitted: Bool?
    }

    var log: PartitionLog
    let directory: String
    var config: LogConfig
    var random: SeededGenerator
    var now: Int64 = 1_700_000_000_000
    var written: [Int64: Written] = [:]
    var checkpoint: Int64?
    private var sequences: [Int64: Int32] = [:]
    private var open: [Int64: [Int64]] = [:]

    static let testConfig: LogConfig = {
        var config = LogConfig()
        config.segmentBytes = 3_000
        config.indexIntervalBytes = 200
        config.cleanupPolicy = .compact
        config.minCleanableDirtyRatio = 0
        config.fileDeleteDelayMs = 0
        config.deleteRetentionMs = 1_000_000
        return config
    }()

    init(_ directory: String, config: LogConfig = testConfig, random: SeededGenerator) throws {
        self.directory = directory
        self.config = config
        self.random = random
        log = try PartitionLog.open(directory, options: .init(config: config), now: now)
    }

    /// Appends a batch of random keys; now and then a transaction ends or a segment.
    mutating func append(keys: Int = 40) throws {
        now += Int64.random(in: 0...20, using: &random)
        if Int.random(in: 0..<6, using: &random) == 0, let producer = open.keys.sorted().randomElement(using: &random) {
            return try end(producer, commit: Bool.random(using: &random))
        }
        let kind = Int.random(in: 0..<4, using: &random)
        let producer =
            kind == 0
            ? -1 : kind == 1 ? Int64.random(in: 0...2, using: &random) : Int64.random(in: 10...14, using: &random)
        var records: [TestRecord] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let isTombstone = Int.random(in: 0..<5, using: &random) == 0
            let value = "\(UInt32.random(in: 0 ... .max, using: &random))".padding(
                toLength: Int.random(in: 0...60, using: &random), withPad: "v", startingAt: 0)
            records.append(
                TestRecord(
                    timestamp: now - Int64.random(in: 0...5, using: &random),
                    key: "k\(Int.random(in: 0..<keys, using: &random))", value: isTombstone ? nil : value))
        }
        try send(records, producer: producer)
    }

    mutating func send(_ records: [TestRecord], producer: Int64) throws {
        let codec = Compression.allCases.randomElement(using: &random)!
        let sequence = sequences[producer] ?? 0
        let bytes = batch(records, compression: codec) {
            guard producer >= 0 else { return }
            $0.producerID = producer
            $0.producerEpoch = 0
            $0.baseSequence = sequence
            $0.isTransactional = producer >= 10
        }
        sequences[producer] = sequence + Int32(records.count)
        let base = try log.append(bytes, leaderEpoch: 0, now: now).baseOffset
        for (index, record) in records.enumerated() {
            var record = record
            record.offset = base + Int64(index)
            written[record.offset] = Written(
                record: record, producer: producer, isCommitted: producer >= 10 ? nil : true)
            if producer >= 10 { open[producer, default: []].append(record.offset) }
        }
    }

    mutating func end(_ producer: Int64, commit: Bool) throws {
        for offset in open.removeValue(forKey: producer) ?? [] { written[offset]!.isCommitted = commit }
        let marker = EndTransactionMarker(isCommit: commit, coordinatorEpoch: 0)
            .batch(timestamp: now, producerID: producer, producerEpoch: 0)
        _ = try log.append(marker, origin: .coordinator, leaderEpoch: 0, now: now)
    }

    mutating func endAll() throws {
        for producer in open.keys.sorted() { try end(producer, commit: Bool.random(using: &random)) }
    }

    /// Cleans until nothing is left to clean.
    @discardableResult
    mutating func clean(_ cleaner: LogCleaner = LogCleaner(), from start: Int64? = nil) throws -> Int {
        if start != nil { checkpoint = start }
        var rounds = 0
        while let range = try cleaner.cleanable(log, checkpoint: checkpoint, now: now) {
            let report = try #require(try cleaner.clean(log, range, now: now))
            #expect(report.nextDirtyOffset > range.firstDirtyOffset)
            checkpoint = report.nextDirtyOffset
            rounds += 1
        }
        return rounds
    }

    /// Checks all that consumers may rely on.
    func expectIntact(_ log: PartitionLog? = nil, comment: Comment? = nil) throws {
        let log = log ?? self.log
        let stable = log.lastStableOffset
        var expected: [[UInt8]: TestRecord] = [:]
        for offset in written.keys.sorted() where offset < stable && written[offset]!.isCommitted == true {
            let record = written[offset]!.record
            expected[record.key!] = record
        }
        var wrong: [String] = []
        for isolation in [Isolation.readCommitted, .readUncommitted] {
            var random = random
            let seen = try log.consume(isolation, &random)
            var last: Int64 = -1
            var found: [[UInt8]: TestRecord] = [:]
            for record in seen {
                if record.offset <= last { wrong.append("went back from \(last) to \(record.offset)") }
                last = record.offset
                if written[record.offset]?.record != record { wrong.append("not what was written: \(record)") }
                if isolation == .readCommitted {
                    if written[record.offset]?.isCommitted != true { wrong.append("aborted: \(record)") }
                    found[record.key!] = record
                }
            }
            guard isolation == .readCommitted else { continue }
            for (key, record) in expected where found[key] != record {
                // A deletion may be gone, with all before it.
                if record.value == nil && found[key] == nil { continue }
                wrong.append("lost \(record), found \(String(describing: found[key]))")
            }
        }
        #expect(wrong.isEmpty, comment)
    }

    /// The offsets of all records that a reader sees.
    func visible(_ log: PartitionLog? = nil) throws -> [Int64] {
        var random = random
        return try (log ?? self.log).consume(.readUncommitted, &random).map(\.offset)
    }
}

extension PartitionLog {
    /// Reads as a client does: fetches of any size, aborted transactions by what each fetch says of them.
    func consume(_ isolation: Isolation, _ random: inout SeededGenerator) throws -> [TestRecord] {
        var next = logStartOffset
        var seen: [TestRecord] = []
        var reader = RecordBatchReader()
        while true {
            let result = try read(
                from: next, maxBytes: Int.random(in: 1...4_000, using: &random), isolation: isolation)
            if result.slice.isEmpty { return seen }
            var aborted = (result.abortedTransactions ?? []).sorted { $0.firstOffset < $1.firstOffset }
            var producers: Set<Int64> = []
            try result.slice.read().withUnsafeReadableBytes { bytes in
                var batches = RecordBatchSequence(bytes)
                while let (header, batch) = try batches.next() {
                    _ = try RecordBatchReader.validate(batch)
                    #expect(header.lastOffset >= next)
                    while let first = aborted.first, first.firstOffset <= header.lastOffset {
                        producers.insert(first.producerID)
                        aborted.removeFirst()
                    }
                    if header.isControl {
                        producers.remove(header.producerID)
                    } else if !producers.contains(header.producerID) || !header.isTransactional {
                        try reader.forEachRecord(in: batch, header: header) { record in
                            guard record.offset >= next else { return }
                            var copy = TestRecord(offset: record.offset, timestamp: record.timestamp)
                            copy.key = record.key.map(Array.init)
                            copy.value = record.value.map(Array.init)
                            seen.append(copy)
                        }
                    }
                    next = header.nextOffset
                }
            }
        }
    }
}
