// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import Testing

@testable import KafkaLog

/// Numbers near the limits of their types, from batches, configurations and files: refused or as near as may be, and
/// nothing traps.
@Suite struct FarNumbersTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { "\(temporary.path)/t-0" }
    private static let far: [Int64] = [.min, .min + 1, -2, -1, 0, 1, 1 << 62, .max - 1, .max]

    private static let farConfig: LogConfig = {
        var config = LogConfig()
        config.segmentBytes = 2_000
        config.segmentMs = .max
        config.segmentJitterMs = .max
        config.retentionMs = .max
        config.retentionBytes = .max
        config.flushMs = .max
        config.flushMessages = .max
        config.fileDeleteDelayMs = .max
        config.deleteRetentionMs = .max
        config.minCompactionLagMs = .max
        config.maxCompactionLagMs = .max
        config.messageTimestampBeforeMaxMs = .max
        config.messageTimestampAfterMaxMs = .max
        return config
    }()

    @Test(
        "Timestamps and times of every distance, under configurations that allow them", arguments: [1, 2, 3] as [UInt8])
    func times(policy: UInt8) throws {
        var config = Self.farConfig
        config.cleanupPolicy = CleanupPolicy(rawValue: Int(policy))
        config.minCleanableDirtyRatio = 0
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        var sequence: Int32 = 0
        for now in [0, 1_700_000_000_000, .max] as [Int64] {
            for timestamp in Self.far {
                let bytes = batch([TestRecord(timestamp: timestamp, key: "k", value: nil)]) {
                    ($0.producerID, $0.producerEpoch, $0.baseSequence) = (1, 0, sequence)
                }
                // Beyond what is allowed it is refused.
                if (try? log.append(bytes, leaderEpoch: 0, now: now)) != nil { sequence += 1 }
                _ = try log.offset(for: .timestamp(timestamp))
            }
            _ = log.startVerification(producerID: 9, sequence: 0, epoch: 0, now: now)
        }
        #expect(sequence > 10)
        try log.roll(now: .max)
        for lag in Self.far {
            (config.minCompactionLagMs, config.maxCompactionLagMs, config.deleteRetentionMs) = (lag, lag, lag)
            (config.retentionMs, config.segmentMs, config.retentionBytes) = (lag, lag, lag == 0 ? 1 : lag)
            log.update(config: config)
            for now in Self.far {
                try log.maintain(now: now)
                log.removeExpiredProducers(now: now)
                let range = try LogCleaner().cleanable(log, checkpoint: lag, now: now)
                if let range { _ = try LogCleaner().clean(log, range, now: now) }
                _ = try log.append(batch([TestRecord(timestamp: 5, key: "k")]), leaderEpoch: 0, now: 1_000)
            }
        }
        for now in Self.far { try log.enforceRetention(now: now) }
        try log.close()
        _ = try PartitionLog.open(directory, options: .init(config: config), now: .max)
    }

    @Test("Tombstones that are to stay for ever stay")
    func tombstones() throws {
        var config = Self.farConfig
        config.cleanupPolicy = .compact
        config.minCleanableDirtyRatio = 0
        config.minCompactionLagMs = 0
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        for round in 0..<4 {
            if round == 0 {
                _ = try log.append(batch([TestRecord(key: "a", value: nil)]), leaderEpoch: 0, now: 1_700_000_000_000)
            }
            _ = try log.append(batch([TestRecord(key: "b\(round)")]), leaderEpoch: 0, now: 1_700_000_000_000)
            try log.roll(now: 1_700_000_000_000)
            let range = try #require(try LogCleaner().cleanable(log, checkpoint: nil, now: 1_700_000_000_000))
            _ = try LogCleaner().clean(log, range, now: 1_700_000_000_000)
            #expect(try log.records().contains { $0.key == Array("a".utf8) && $0.value == nil })
        }
    }

    @Test("A log ends before its offsets do")
    func lastOffsets() throws {
        let log = try PartitionLog.open(directory, options: .init(), now: 0)
        try log.truncateFully(startingAt: .max - 3, now: 0)
        #expect(try log.append(batch([TestRecord(), TestRecord()]), leaderEpoch: 0, now: 0).baseOffset == .max - 3)
        for _ in 0..<2 {
            #expect(
                try logError { _ = try log.append(batch([TestRecord(), TestRecord()]), leaderEpoch: 0, now: 0) }.code
                    == .invalidRecord)
        }
        #expect(try log.append(batch([TestRecord()]), leaderEpoch: 0, now: 0).baseOffset == .max - 1)
        #expect(throws: LogError.self) { try log.append(batch([TestRecord()]), leaderEpoch: 0, now: 0) }
        let copy = batch([TestRecord()], baseOffset: .max)
        #expect(throws: LogError.self) { try log.append(copy, origin: .replication, leaderEpoch: 0, now: 0) }
        try log.roll(now: 0)
        #expect(try log.records().count == 3)
        _ = try log.abortedTransactions(from: 0, to: .max)
        for isClean in [false, true] {
            var options = PartitionLog.Options()
            options.hadCleanShutdown = isClean
            let reopened = try PartitionLog.open(directory, options: options, now: 0)
            #expect(reopened.logEndOffset == .max)
            #expect(try reopened.records().count == 3)
        }
    }

    @Test("Checkpoints may say anything", arguments: [true, false])
    func checkpoints(isClean: Bool) throws {
        for recoveryPoint in Self.far {
            for logStart in Self.far {
                let directory = "\(temporary.path)/c\(isClean)\(recoveryPoint)x\(logStart)-0"
                let log = try PartitionLog.open(directory, options: .init(), now: 0)
                for _ in 0..<5 { _ = try log.append(batch([TestRecord()]), leaderEpoch: 0, now: 0) }
                try log.close()
                var options = PartitionLog.Options()
                options.hadCleanShutdown = isClean
                options.recoveryPoint = recoveryPoint
                options.logStartOffset = logStart
                let reopened = try PartitionLog.open(directory, options: options, now: 0)
                #expect(reopened.logEndOffset >= 5)
                _ = try? reopened.append(batch([TestRecord()]), leaderEpoch: 0, now: 0)
                _ = try reopened.records()
                try reopened.enforceRetention(now: 0)
                for offset in Self.far { _ = try? reopened.advanceLogStart(to: offset) }
                for offset in Self.far { try? reopened.flush(upTo: offset) }
            }
        }
    }

    @Test("Files with names of far offsets, indexes of other bytes, epochs and snapshots of far numbers")
    func files() throws {
        var random = SeededGenerator.printed()
        var config = LogConfig()
        config.segmentBytes = 3_000
        config.indexIntervalBytes = 100
        for round in 0..<120 {
            let directory = "\(temporary.path)/f\(round)-0"
            var writer = try RandomLog(directory, config: config, random: random)
            for _ in 0..<20 { try writer.append() }
            try writer.log.close()
            random = writer.random
            let names = temporary.names(in: directory).filter { !$0.hasPrefix("partition") }
            let victim = names.randomElement(using: &random)!
            let url = URL(filePath: "\(directory)/\(victim)")
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                let far = Self.far.filter { $0 >= 0 }.randomElement(using: &random)!
                let other = String(format: "%020lld", far) + "." + (victim.split(separator: ".").last ?? "log")
                try? FileManager.default.copyItem(atPath: url.path, toPath: "\(directory)/\(other)")
            case 1:
                let far = Self.far.filter { $0 >= 0 }.randomElement(using: &random)!
                try Data().write(to: URL(filePath: "\(directory)/" + String(format: "%020lld.log", far)))
            case 2 where victim.hasSuffix("index"):
                try Data(repeating: .random(in: 0...255, using: &random), count: 120).write(to: url)
            case 3:
                let entries = Self.far.map { far in
                    var entry = ProducerEntry(producerID: far)
                    entry.add(
                        BatchMetadata(
                            lastSequence: Int32(truncatingIfNeeded: far), lastOffset: far,
                            offsetDelta: [.min, -1, 0, .max].randomElement(using: &random)!, timestamp: far))
                    entry.lastTimestamp = far
                    entry.transactionStart = far >= 0 ? far : nil
                    return entry
                }
                let snapshot = names.last { $0.hasSuffix("snapshot") } ?? "00000000000000000005.snapshot"
                try Data(ProducerSnapshot.encode(entries)).write(to: URL(filePath: "\(directory)/\(snapshot)"))
            case 4:
                try Data("0\n2\n\(Int32.max - 1) 3\n\(Int32.max) \(Int64.max)\n".utf8)
                    .write(to: URL(filePath: "\(directory)/leader-epoch-checkpoint"))
            default:
                var bytes = try Data(contentsOf: url)
                for _ in 0..<3 where !bytes.isEmpty {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                try bytes.write(to: url)
            }
            var options = PartitionLog.Options(config: config)
            options.hadCleanShutdown = round % 2 == 0
            options.recoveryPoint = round % 3 == 0 ? writer.log.recoveryPoint : 0
            guard let log = try? PartitionLog.open(directory, options: options, now: writer.now) else { continue }
            _ = log.activeProducers
            for offset in Self.far + Array(log.logStartOffset..<min(log.logEndOffset, log.logStartOffset &+ 100)) {
                _ = try? log.read(from: offset, maxBytes: 1_000, isolation: .readCommitted)
                _ = try? log.offset(for: .timestamp(offset))
            }
            _ = try? log.missingOffsets()
            _ = try? log.offset(for: .maxTimestamp)
            for producer in [0, 1, .max] as [Int64] {
                let bytes = idempotentBatch(producerID: producer, sequence: 1, count: 2)
                _ = try? log.append(bytes, leaderEpoch: .max, now: writer.now)
            }
            try? log.maintain(now: .max)
            log.removeExpiredProducers(now: .max)
            _ = try? log.enforceRetention(now: .max)
            _ = try? log.truncate(to: 7, now: 0)
            try? log.close()
        }
    }
}
