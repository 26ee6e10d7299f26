// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

/// Somebody took files of a log that was stopped cleanly, or changed bytes that no checksum covers.
@Suite struct MissingRecordsTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { "\(temporary.path)/t-0" }

    private func options(_ log: PartitionLog, isClean: Bool = true) -> PartitionLog.Options {
        var options = PartitionLog.Options(config: log.config)
        options.hadCleanShutdown = isClean
        options.recoveryPoint = log.recoveryPoint
        return options
    }

    /// Four segments with records of about a kilobyte, closed cleanly.
    private func makeLog() throws -> PartitionLog {
        var config = LogConfig()
        config.segmentBytes = 10_000
        config.indexIntervalBytes = 2_000
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 2000)
        for index in 0..<35 {
            let bytes = idempotentBatch(producerID: 5, sequence: Int32(index), timestamp: 2000)
            _ = try log.append(bytes, leaderEpoch: 3, now: 2000)
            _ = try log.append(batch(ofBytes: 1000), leaderEpoch: 3, now: 2000)
        }
        try log.close()
        return log
    }

    private func path(_ offset: Int64, _ kind: String = "log") -> String {
        "\(directory)/" + String(format: "%020lld.", offset) + kind
    }

    @Test("A last segment that was cut is told, and no offset is given out again")
    func cutEnd() throws {
        let log = try makeLog()
        let last = try #require(try RandomLog.scan(directory).last { $0.header.baseOffset == 67 })
        try Data(contentsOf: URL(filePath: path(last.segment))).prefix(last.position)
            .write(to: URL(filePath: path(last.segment)))
        var reopened = try PartitionLog.open(directory, options: options(log), now: 2000)
        #expect(reopened.recovery.messages.count == 1)
        #expect(reopened.recovery.messages.first?.contains("offsets 67 to 69 are missing") == true)
        #expect(try reopened.records().map(\.offset) == Array(0..<67))
        // The producer, whose last record is lost, goes on where it was.
        let next = idempotentBatch(producerID: 5, sequence: 35, timestamp: 2000)
        #expect(try reopened.append(next, leaderEpoch: 3, now: 2000).baseOffset == 70)
        #expect(try reopened.records().map(\.offset) == Array(0..<67) + [70])
        #expect(try reopened.missingOffsets() == [67..<70])
        try reopened.close()
        reopened = try PartitionLog.open(directory, options: options(reopened), now: 2000)
        #expect(reopened.recovery.messages.isEmpty)
        #expect(reopened.logEndOffset == 71)
    }

    @Test("A directory that is gone is told, and no offset is given out again")
    func goneDirectory() throws {
        let log = try makeLog()
        try FileManager.default.removeItem(atPath: directory)
        let reopened = try PartitionLog.open(directory, options: options(log), now: 2000)
        #expect(reopened.recovery.messages.first?.contains("offsets 0 to 69 are missing") == true)
        #expect(try reopened.append(batch(ofBytes: 100), leaderEpoch: 3, now: 2000).baseOffset == 70)
        #expect(reopened.logStartOffset == 70)
    }

    @Test("A first segment and one in the middle that are gone are told, with and without their indexes")
    func goneSegments() throws {
        let log = try makeLog()
        let bases = log.segments.map(\.baseOffset)
        for name in temporary.names(in: directory) where name.hasPrefix(String(format: "%020lld", bases[2])) {
            try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
        }
        try FileManager.default.removeItem(atPath: path(bases[0]))
        let reopened = try PartitionLog.open(directory, options: options(log), now: 2000)
        let message = try #require(reopened.recovery.messages.first)
        #expect(message.contains("offsets 0 to \(bases[1] - 1) are missing"))
        #expect(message.contains("00000000000000000000.log is missing"))
        #expect(try reopened.missingOffsets() == [bases[2]..<bases[3]])
        #expect(reopened.logEndOffset == 70)
        // A segment in the middle that was cut is found as well.
        let cut = try Data(contentsOf: URL(filePath: path(bases[1]))).dropLast(1)
        try cut.write(to: URL(filePath: path(bases[1])))
        let again = try PartitionLog.open(directory, options: options(log), now: 2000)
        #expect(try again.missingOffsets().first?.upperBound == bases[3])
    }

    @Test("A base offset that was changed is found by its neighbours and put right")
    func wrongOffsets() throws {
        let log = try makeLog()
        let written = try RandomLog.scan(directory)
        let records = try PartitionLog.open(directory, options: options(log), now: 2000).records()
        var random = SeededGenerator.printed()
        for round in 0..<60 {
            let copy = "\(temporary.path)/copy-\(round)"
            try temporary.copy(directory, to: copy)
            let victim = written.randomElement(using: &random)!
            // Byte 5, changed in its highest bit, is offset 8,388,608 more.
            let byte = round % 4 == 0 ? 5 : Int.random(in: 0..<8, using: &random)
            let file = "\(copy)/" + String(format: "%020lld.log", victim.segment)
            var bytes = try Data(contentsOf: URL(filePath: file))
            bytes[victim.position + byte] ^= round % 4 == 0 ? 0x80 : UInt8.random(in: 1...255, using: &random)
            try bytes.write(to: URL(filePath: file))
            let reopened = try PartitionLog.open(copy, options: options(log, isClean: round % 3 > 0), now: 2000)
            #expect(reopened.logEndOffset == 70)
            let start = Int64.random(in: 0..<70, using: &random)
            let read = try reopened.records(from: start)
            #expect(read == records.filter { $0.offset >= start }, "byte \(byte) of \(victim), from \(start)")
            #expect(try reopened.records() == records)
            let told = reopened.recovery.messages + reopened.takeNotes()
            #expect(told.contains { $0.contains("was put right") }, "byte \(byte) of \(victim): \(told)")
            // It is so on disk too.
            #expect(try RandomLog.scan(copy).map(\.header) == written.map(\.header))
        }
    }

    @Test("An index that is wrong has nobody put batches right that are")
    func wrongIndexes() throws {
        let log = try makeLog()
        let written = try RandomLog.scan(directory)
        var random = SeededGenerator.printed()
        for round in 0..<60 {
            let copy = "\(temporary.path)/index-\(round)"
            try temporary.copy(directory, to: copy)
            let base = log.segments.randomElement(using: &random)!.baseOffset
            let file = "\(copy)/" + String(format: "%020lld.index", base)
            var bytes = try Data(contentsOf: URL(filePath: file))
            guard !bytes.isEmpty else { continue }
            // The low bytes of an offset or of a position.
            bytes[Int.random(in: 0..<bytes.count / 4, using: &random) * 4 + 3] ^= .random(in: 1...255, using: &random)
            try bytes.write(to: URL(filePath: file))
            let reopened = try PartitionLog.open(copy, options: options(log), now: 2000)
            for offset in (0..<70 as Range<Int64>).shuffled(using: &random) {
                _ = try? reopened.read(from: offset, maxBytes: 3_000)
            }
            #expect(try RandomLog.scan(copy).map(\.header) == written.map(\.header))
        }
    }

    @Test(
        "In a compacted log a wrong base offset has nobody change the good batch before it", arguments: [true, false])
    func wrongOffsetBehindAGap(isClean: Bool) throws {
        var config = CompactedLog.testConfig
        config.segmentBytes = 1 << 20
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 2000)
        for key in ["a"] + Array(repeating: "b", count: 50) + ["c", "d", "e"] {
            let record = TestRecord(timestamp: 2000, key: key, value: "1")
            _ = try log.append(batch([record]), leaderEpoch: 3, now: 2000)
        }
        try log.roll(now: 2000)
        let range = try #require(try LogCleaner().cleanable(log, checkpoint: nil, now: 2000))
        _ = try LogCleaner().clean(log, range, now: 2000)
        try log.close()
        let written = try RandomLog.scan(directory)
        #expect(written.map(\.header.baseOffset) == [0, 50, 51, 52, 53])
        // 51 becomes 19, which is possible behind offset 0.
        var bytes = try Data(contentsOf: URL(filePath: path(0)))
        bytes[written[2].position + 7] ^= 0x20
        try bytes.write(to: URL(filePath: path(0)))
        var options = options(log, isClean: isClean)
        if !isClean { options.recoveryPoint = 0 }
        let reopened = try PartitionLog.open(directory, options: options, now: 2000)
        #expect(try reopened.records().map(\.offset) == [0, 50, 51, 52, 53])
        #expect(try RandomLog.scan(directory).map(\.header) == written.map(\.header))
        try reopened.close()
    }

    @Test("A batch whose offsets can't be right is not handed out, and neither are those before it withheld")
    func hopelessOffsets() throws {
        let log = try makeLog()
        let victim = try #require(try RandomLog.scan(directory).first { $0.header.baseOffset == 9 })
        let file = path(victim.segment)
        var bytes = try Data(contentsOf: URL(filePath: file))
        // Its records are damaged as well, so that nothing shows that it belongs there.
        bytes[victim.position + 5] ^= 0x80
        bytes[victim.position + 70] ^= 1
        try bytes.write(to: URL(filePath: file))
        let reopened = try PartitionLog.open(directory, options: options(log), now: 2000)
        let slice = try reopened.read(from: 7, maxBytes: 1 << 20).slice
        #expect(slice.position + Int64(slice.byteCount) <= Int64(victim.position))
        #expect(try logError { _ = try reopened.read(from: 9, maxBytes: 1 << 20) }.code == .corruptMessage)
        // Whoever seeks beyond it reads on.
        #expect(try reopened.records(from: 12).map(\.offset) == Array(12..<70))
    }
}
