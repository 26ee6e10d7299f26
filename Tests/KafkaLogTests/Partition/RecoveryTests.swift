// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

@Suite struct RecoveryTests {
    private let temporary = TemporaryDirectory()

    private func open(
        _ directory: String, _ config: LogConfig, recoveryPoint: Int64 = 0
    ) throws -> PartitionLog {
        var options = PartitionLog.Options(config: config)
        options.hadCleanShutdown = false
        options.recoveryPoint = recoveryPoint
        return try PartitionLog.open(directory, options: options, now: 1_700_000_100_000)
    }

    private func damage(_ path: String, from position: Int, _ random: inout SeededGenerator) throws {
        let url = URL(filePath: path)
        var bytes = try Data(contentsOf: url)
        guard position < bytes.count else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes = bytes.prefix(position)
        case 1: bytes[position] ^= UInt8.random(in: 1...255, using: &random)
        case 2: for index in position..<bytes.count { bytes[index] = 0 }
        default:
            bytes = bytes.prefix(position)
            for _ in 0..<Int.random(in: 1...200, using: &random) { bytes.append(.random(in: 0...255, using: &random)) }
        }
        try bytes.write(to: url)
    }

    @Test("After a crash every whole batch before the damage is there, and nothing behind it")
    func randomCrashes() throws {
        var config = LogConfig()
        config.segmentBytes = 15_000
        config.indexIntervalBytes = 500
        var random = SeededGenerator.printed()
        for round in 0..<40 {
            let directory = "\(temporary.path)/round-\(round)"
            var writer = try RandomLog(directory, config: config, random: random)
            for _ in 0..<Int.random(in: 1...60, using: &writer.random) { try writer.append() }
            try writer.log.flush(upTo: Int64.random(in: 0...writer.log.logEndOffset, using: &writer.random))
            let recoveryPoint = writer.log.recoveryPoint
            for _ in 0..<Int.random(in: 1...60, using: &writer.random) { try writer.append() }
            random = writer.random
            let crashed = "\(temporary.path)/crashed-\(round)"
            try temporary.copy(directory, to: crashed)
            let written = try RandomLog.scan(crashed)
            // The damage is anywhere behind what was flushed.
            let target = try #require(
                written.filter { $0.header.baseOffset >= recoveryPoint }.randomElement(using: &random))
            let path = "\(crashed)/" + String(format: "%020lld.log", target.segment)
            let before = try Data(contentsOf: URL(filePath: path))
            let position = target.position + Int.random(in: 0..<target.header.byteCount, using: &random)
            try damage(path, from: position, &random)
            let after = try Data(contentsOf: URL(filePath: path))
            if before == after { continue }
            // The first byte that changed; zeros written over zeros don't count.
            let changed =
                zip(before, after).enumerated().first { $1.0 != $1.1 }?.offset ?? min(before.count, after.count)
            guard let victim = written.last(where: { $0.segment == target.segment && $0.position <= changed }),
                changed < victim.position + victim.header.byteCount
            else { continue }
            // Base offset and leader epoch lie outside of the checksum: a byte changed there may go unnoticed.
            let field = changed - victim.position
            if field < 8 || (12..<16).contains(field), after.count == before.count { continue }
            // A segment that ends early but with a whole batch looks like a compacted one.
            if after.count == victim.position, victim.segment != written.last?.segment { continue }
            let survivors = written.filter { $0.header.nextOffset <= victim.header.baseOffset }

            let log = try open(crashed, config, recoveryPoint: recoveryPoint)
            let end = survivors.last?.header.nextOffset ?? 0
            #expect(log.logEndOffset == end, "round \(round), byte \(field) of \(victim)")
            #expect(try RandomLog.scan(crashed).map(\.header) == survivors.map(\.header))
            if !survivors.isEmpty { try expectFindable(log, survivors) }
            // Its indexes are those that a recovery of everything makes.
            let whole = "\(temporary.path)/whole-\(round)"
            try temporary.copy(crashed, to: whole)
            try log.close()
            let recovered = try open(whole, config)
            #expect(recovered.activeProducers == log.activeProducers)
            try recovered.close()
            for name in temporary.names(in: crashed) where name.hasSuffix("index") {
                let (left, right) = ("\(crashed)/\(name)", "\(whole)/\(name)")
                #expect(
                    FileManager.default.contents(atPath: left) == FileManager.default.contents(atPath: right), "\(name)"
                )
            }
            // And it goes on where it ended.
            let reopened = try PartitionLog.open(crashed, options: .init(config: config), now: 0)
            #expect(try reopened.append(batch([TestRecord()]), leaderEpoch: 1_000_000, now: 5_000).baseOffset == end)
        }
    }

    @Test("Nothing below the recovery point is read again")
    func recoveryPointSavesWork() throws {
        let config = LogConfig()
        let directory = "\(temporary.path)/t-0"
        let log = try open(directory, config)
        for _ in 0..<200 { _ = try log.append(batch(ofBytes: 1000), leaderEpoch: 0, now: 2000) }
        try log.flush()
        for _ in 0..<3 { _ = try log.append(batch(ofBytes: 1000), leaderEpoch: 0, now: 2000) }
        let recovered = try open(directory, config, recoveryPoint: log.recoveryPoint)
        #expect(recovered.logEndOffset == 203)
        #expect(recovered.recovery.scannedSegments == 1)
        #expect(recovered.recovery.scannedBytes < 12_000)
        #expect(recovered.recovery.cutBytes == 0)
    }

    @Test("A log that was flushed to its end is not read again, and what its indexes lacked is known all the same")
    func flushedToTheEnd() throws {
        var config = LogConfig()
        config.indexIntervalBytes = 3000
        for count in [0, 1, 20] {
            let directory = "\(temporary.path)/t-\(count)"
            let log = try open(directory, config)
            for index in 0..<count {
                let record = TestRecord(timestamp: 2000 + Int64(index), value: String(repeating: "x", count: 1000))
                _ = try log.append(batch([record]), leaderEpoch: 0, now: 2000)
            }
            try log.flush()
            let recovered = try open(directory, config, recoveryPoint: log.recoveryPoint)
            #expect(recovered.logEndOffset == Int64(count))
            #expect(recovered.recovery.scannedSegments == 0)
            let newest = try recovered.offset(for: .maxTimestamp)
            #expect(newest?.offset == (count > 0 ? Int64(count) - 1 : nil))
            // One byte more, and it is looked at.
            let path = "\(directory)/00000000000000000000.log"
            let bytes = try Data(contentsOf: URL(filePath: path))
            try (bytes + [0]).write(to: URL(filePath: path))
            let cut = try open(directory, config, recoveryPoint: log.recoveryPoint)
            #expect(cut.recovery.scannedSegments == 1)
            #expect(cut.recovery.cutBytes == 1)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
    }

    @Test("A wrong index is found out, and the segment is scanned from its beginning")
    func wrongIndex() throws {
        let config = LogConfig()
        let directory = "\(temporary.path)/t-1"
        let log = try open(directory, config)
        for _ in 0..<200 { _ = try log.append(batch(ofBytes: 1000), leaderEpoch: 0, now: 2000) }
        try log.flush()
        let written = try RandomLog.scan(directory)
        let path = "\(directory)/00000000000000000000.index"
        var index = try Data(contentsOf: URL(filePath: path))
        index[index.count - 1] ^= 0x55
        try index.write(to: URL(filePath: path))
        for isClean in [true, false] {
            let copy = "\(temporary.path)/copy-\(isClean ? 1 : 0)"
            try temporary.copy(directory, to: copy)
            var options = PartitionLog.Options(config: config)
            options.hadCleanShutdown = isClean
            options.recoveryPoint = log.recoveryPoint
            let recovered = try PartitionLog.open(copy, options: options, now: 0)
            #expect(recovered.recovery.scannedBytes == log.byteCount)
            #expect(recovered.logEndOffset == 200)
            try expectFindable(recovered, written)
        }
    }

    @Test("A missing index is built anew", arguments: [true, false])
    func missingIndex(isClean: Bool) throws {
        var config = LogConfig()
        config.segmentBytes = 20_000
        config.indexIntervalBytes = 1000
        let directory = "\(temporary.path)/t-2"
        var random = try RandomLog(directory, config: config, random: .printed())
        for _ in 0..<100 { try random.append() }
        let written = try RandomLog.scan(directory)
        let producers = random.log.activeProducers
        try random.log.close()
        for suffix in ["index", "timeindex"] {
            try FileManager.default.removeItem(atPath: "\(directory)/00000000000000000000.\(suffix)")
        }
        var options = PartitionLog.Options(config: config)
        options.hadCleanShutdown = isClean
        options.recoveryPoint = random.log.logEndOffset
        let log = try PartitionLog.open(directory, options: options, now: random.now)
        #expect(!log.recovery.messages.isEmpty)
        #expect(log.activeProducers == producers)
        try expectFindable(log, written)
    }

    @Test("Segments that all lie below the log start offset are removed")
    func logStartBeyondTheEnd() throws {
        let directory = "\(temporary.path)/t-3"
        let log = try open(directory, LogConfig())
        for _ in 0..<10 { _ = try log.append(batch(ofBytes: 100), leaderEpoch: 1, now: 2000) }
        try log.close()
        var options = PartitionLog.Options()
        options.logStartOffset = 50
        let reopened = try PartitionLog.open(directory, options: options, now: 0)
        #expect(reopened.logStartOffset == 50)
        #expect(reopened.logEndOffset == 50)
        #expect(reopened.latestEpoch == nil)
        #expect(try reopened.append(batch(ofBytes: 100), leaderEpoch: 1, now: 2000).baseOffset == 50)
    }

    @Test("What a crash left of a replacement of segments is completed or undone")
    func swapFiles() throws {
        var config = LogConfig()
        config.segmentBytes = 5_000
        let source = "\(temporary.path)/s-0"
        let log = try open(source, config)
        for index in 0..<20 {
            _ = try log.append(
                batch([TestRecord(value: "\(index)" + String(repeating: "x", count: 1000))]), leaderEpoch: 0, now: 2000)
        }
        let records = try log.records()
        try log.close()
        let bases = log.segments.map(\.baseOffset)
        let name = { (base: Int64, suffix: String) in String(format: "%020lld", base) + suffix }
        // Whole: the first segment is one of the new ones, and its old files are not yet gone.
        let complete = "\(temporary.path)/s-1"
        try temporary.copy(source, to: complete)
        for kind in [".log", ".index", ".timeindex"] {
            let path = "\(complete)/\(name(bases[1], kind))"
            try temporary.copy(path, to: path + ".swap")
            try temporary.copy(path, to: path + ".deleted")
        }
        try Data("garbage".utf8).write(to: URL(filePath: "\(complete)/\(name(bases[1], ".log"))"))
        // Undone: there are still .cleaned files.
        let undone = "\(temporary.path)/s-2"
        try temporary.copy(source, to: undone)
        try Data("garbage".utf8).write(to: URL(filePath: "\(undone)/\(name(bases[1], ".log.cleaned"))"))
        try Data("garbage".utf8).write(to: URL(filePath: "\(undone)/\(name(bases[2], ".log.swap"))"))
        for directory in [complete, undone] {
            let reopened = try open(directory, config)
            #expect(try reopened.records() == records)
            let left = temporary.names(in: directory).filter {
                $0.hasSuffix(".swap") || $0.hasSuffix(".cleaned") || $0.hasSuffix(".deleted")
            }
            #expect(left.isEmpty)
        }
    }
}
