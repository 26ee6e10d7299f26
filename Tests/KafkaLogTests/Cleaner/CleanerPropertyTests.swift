// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import KafkaLog

/// Random keys, deletions and transactions, cleaned at random: what consumers rely on always holds.
@Suite struct CleanerPropertyTests {
    private let temporary = TemporaryDirectory()

    @Test("The latest value of each key survives, whatever is cleaned when, with however little memory")
    func latestValuesSurvive() throws {
        var random = SeededGenerator.printed()
        for round in 0..<20 {
            var log = try CompactedLog("\(temporary.path)/t-\(round)", random: random)
            let keys = Int.random(in: 2...80, using: &random)
            // From 64 keys on, so that often one cleaning isn't enough.
            let cleaner = LogCleaner(bufferBytes: Int.random(in: 1...60, using: &random) * 100)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                for _ in 0..<60 { try log.append(keys: keys) }
                if Bool.random(using: &random) { try log.log.roll(now: log.now) }
                try log.clean(cleaner)
                try log.expectIntact()
            }
            try log.endAll()
            try log.log.roll(now: log.now)
            try log.clean(cleaner)
            try log.expectIntact()
            let seen = try log.visible()
            let cleanedKeys = seen.filter { $0 < log.checkpoint! }.map { log.written[$0]!.record.key! }
            #expect(Set(cleanedKeys).count == cleanedKeys.count)
            #expect(seen.allSatisfy { log.written[$0]!.isCommitted == true })
            // Once more from the beginning: nothing is left to do.
            try log.clean(LogCleaner(), from: 0)
            #expect(try log.visible() == seen)
            #expect(log.log.segments.allSatisfy { $0.byteCount <= log.config.segmentBytes })
            log.log.deletePendingFiles(now: .max)
            #expect(temporary.names(in: log.directory).allSatisfy { !$0.hasSuffix("ed") && !$0.hasSuffix("swap") })
            random = log.random
        }
    }

    @Test("Producers go on where they were, also when only the cleaned log tells of them")
    func producersSurvive() throws {
        var random = SeededGenerator.printed()
        for round in 0..<10 {
            var log = try CompactedLog("\(temporary.path)/p-\(round)", random: random)
            for _ in 0..<150 { try log.append() }
            try log.log.roll(now: log.now)
            try log.clean()
            let end = log.log.logEndOffset
            let before = log.log.activeProducers
            try log.log.close()
            for name in temporary.names(in: log.directory) where name.hasSuffix(".snapshot") {
                try FileManager.default.removeItem(atPath: "\(log.directory)/\(name)")
            }
            var options = PartitionLog.Options(config: log.config)
            options.hadCleanShutdown = false
            log.log = try PartitionLog.open(log.directory, options: options, now: log.now)
            let after = log.log.activeProducers
            #expect(after.map(\.producerID) == before.map(\.producerID))
            #expect(after.map(\.lastSequence) == before.map(\.lastSequence))
            #expect(after.map(\.epoch) == before.map(\.epoch))
            #expect(after.map(\.currentTransactionStart) == before.map(\.currentTransactionStart))
            #expect(log.log.logEndOffset == end)
            #expect(log.log.recovery.cutBytes == 0)
            for _ in 0..<20 { try log.append() }
            try log.expectIntact()
            random = log.random
        }
    }

    @Test("A crash before any change of a file's name leaves a whole log, and cleaning it again succeeds")
    func crashes() throws {
        var random = SeededGenerator.printed()
        for round in 0..<4 {
            var log = try CompactedLog("\(temporary.path)/c-\(round)", random: random)
            for _ in 0..<Int.random(in: 60...150, using: &random) { try log.append() }
            if Bool.random(using: &random) { try log.log.roll(now: log.now) }
            if Bool.random(using: &random) { log.now += 2_000_000 }
            let crashes = Mutex<[String]>([])
            var cleaner = LogCleaner()
            let (parent, directory) = (temporary.path, log.directory)
            cleaner.beforeRename = {
                crashes.withLock {
                    let copy = "\(parent)/crash\(round)-\($0.count)"
                    try? FileManager.default.copyItem(atPath: directory, toPath: copy)
                    $0.append(copy)
                }
            }
            let point = Bool.random(using: &random) ? 0 : log.log.recoveryPoint
            let producers = log.log.activeProducers.map(\.lastSequence)
            // Twice, so that tombstones and markers that are due go too.
            try log.clean(cleaner)
            log.now += 2_000_000
            try log.clean(cleaner, from: 0)
            try log.expectIntact()
            for copy in crashes.withLock({ $0 }) {
                var options = PartitionLog.Options(config: log.config)
                options.hadCleanShutdown = false
                options.recoveryPoint = point
                let reopened = try PartitionLog.open(copy, options: options, now: log.now)
                #expect(reopened.recovery.cutBytes == 0)
                #expect(reopened.logEndOffset == log.log.logEndOffset)
                #expect(reopened.activeProducers.map(\.lastSequence) == producers)
                let left = temporary.names(in: copy).filter { $0.hasSuffix("ed") || $0.hasSuffix("swap") }
                #expect(left.isEmpty)
                try log.expectIntact(reopened, comment: "\(copy)")
                var again = log
                again.log = reopened
                again.checkpoint = nil
                try again.clean()
                try again.expectIntact(comment: "\(copy), cleaned again")
                try FileManager.default.removeItem(atPath: copy)
            }
            random = log.random
        }
    }

    @Test("Records are appended and read while the log is cleaned")
    func concurrently() async throws {
        var config = CompactedLog.testConfig
        config.segmentBytes = 10_000
        let log = try PartitionLog.open("\(temporary.path)/a-0", options: .init(config: config), now: 0)
        let total: Int64 = 2_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 0..<total {
                    let record = TestRecord(key: "k\(index % 50)", value: "\(index)")
                    _ = try log.append(batch([record]), leaderEpoch: 0, now: 2_000)
                    await Task.yield()
                }
            }
            group.addTask {
                let cleaner = LogCleaner()
                var checkpoint: Int64?
                while checkpoint ?? 0 < total * 9 / 10 {
                    if let range = try cleaner.cleanable(log, checkpoint: checkpoint, now: 3_000) {
                        checkpoint = try cleaner.clean(log, range, now: 3_000)?.nextDirtyOffset ?? checkpoint
                        log.deletePendingFiles(now: 4_000)
                    }
                    await Task.yield()
                }
            }
            for seed in 0..<2 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(seed))
                    while log.logEndOffset < total {
                        var latest: [[UInt8]: Int64] = [:]
                        for record in try log.consume(.readUncommitted, &random) {
                            let value = Int64(String(decoding: record.value!, as: UTF8.self))!
                            #expect(value == record.offset)
                            #expect(value > latest[record.key!] ?? -1)
                            latest[record.key!] = value
                        }
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        var random = SeededGenerator(seed: 0)
        let left = try log.consume(.readUncommitted, &random)
        #expect(Set(left.suffix(50).map(\.offset)) == Set(total - 50..<total))
    }
}
