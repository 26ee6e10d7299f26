// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

/// What single failures leave: of a roll, of opening a file, of a sync.
@Suite struct FailedRollTests {
    private let temporary = TemporaryDirectory()
    private var directory: String { "\(temporary.path)/t-0" }

    private func open(isClean: Bool, recoveryPoint: Int64 = 0) throws -> PartitionLog {
        var config = LogConfig()
        config.segmentBytes = 10_000
        var options = PartitionLog.Options(config: config)
        options.hadCleanShutdown = isClean
        options.recoveryPoint = recoveryPoint
        return try PartitionLog.open(directory, options: options, now: 2000)
    }

    private func append(_ byteCount: Int, _ log: PartitionLog) throws -> AppendResult {
        try log.append(batch(ofBytes: byteCount), leaderEpoch: 0, now: 2000)
    }

    @Test("What goes on into the old segment after a failed roll is there at the next start", arguments: [true, false])
    func failedRoll(isClean: Bool) throws {
        let log = try open(isClean: true)
        for _ in 0..<5 { _ = try append(1_000, log) }
        // A directory where the new segment's index would be.
        let inTheWay = "\(directory)/00000000000000000005.index"
        try FileManager.default.createDirectory(atPath: inTheWay, withIntermediateDirectories: false)
        #expect(try logError { _ = try append(6_000, log) }.code == .kafkaStorageError)
        #expect(!temporary.names(in: directory).contains("00000000000000000005.log"))
        for _ in 0..<30 { _ = try append(100, log) }
        #expect(try log.records().map(\.offset) == Array(0..<35))
        try FileManager.default.removeItem(atPath: inTheWay)
        if isClean { try log.close() }
        let reopened = try open(isClean: isClean)
        #expect(reopened.logEndOffset == 35)
        #expect(try reopened.records().map(\.offset) == Array(0..<35))
        #expect(try append(6_000, reopened).baseOffset == 35)
    }

    @Test("An empty segment that begins below the end of the one before counts for nothing", arguments: [true, false])
    func leftover(isClean: Bool) throws {
        let log = try open(isClean: true)
        for _ in 0..<20 { _ = try append(400, log) }
        try Data().write(to: URL(filePath: "\(directory)/00000000000000000007.log"))
        if isClean { try log.close() }
        let atEnd = try open(isClean: isClean)
        #expect(atEnd.logEndOffset == 20)
        // And the same where another roll has succeeded since.
        _ = try append(9_000, atEnd)
        try Data().write(to: URL(filePath: "\(directory)/00000000000000000012.log"))
        if isClean { try atEnd.close() }
        let between = try open(isClean: isClean)
        #expect(between.segments.map(\.baseOffset) == [0, 20])
        #expect(try between.records().map(\.offset) == Array(0..<21))
    }

    @Test("Without a free descriptor calls fail, and succeed once there is one")
    func descriptors() throws {
        let faults = FileFaults(under: directory)
        defer { faults.end() }
        let log = try open(isClean: true)
        _ = try append(100, log)
        // Two steps without a use, and the files are closed.
        for _ in 0..<3 { try log.maintain(now: 2000) }
        faults.set(.init(isLasting: true, error: EMFILE, operations: [.open]))
        for _ in 0..<2 {
            #expect(try logError { _ = try append(100, log) }.systemError == EMFILE)
            #expect(try logError { _ = try log.records() }.systemError == EMFILE)
            #expect(try logError { try log.flush() }.systemError == EMFILE)
        }
        #expect(log.failure == nil)
        faults.set(nil)
        #expect(try append(100, log).baseOffset == 1)
        #expect(try log.records().count == 2)
        try log.flush()
        try log.close()
    }

    @Test("After a failed sync nothing is appended, what is there can be read, and the stop isn't clean")
    func failedSync() throws {
        let faults = FileFaults(under: directory)
        defer { faults.end() }
        let log = try open(isClean: true)
        for _ in 0..<3 { _ = try append(100, log) }
        faults.set(.init(isLasting: false, error: EIO, operations: [.sync]))
        let error = try logError { try log.flush() }
        #expect(error.endsAppends)
        #expect(error.message.contains("restart the broker"))
        #expect(log.recoveryPoint == 0)
        // The system forgets what it could not write: a second sync that succeeds says nothing.
        #expect(try logError { try log.flush() }.message == error.message)
        #expect(try logError { _ = try append(100, log) }.message == error.message)
        #expect(try log.records().count == 3)
        #expect(try log.offset(for: .latest)?.offset == 3)
        #expect(throws: LogError.self) { try log.close() }
        let reopened = try open(isClean: false)
        #expect(reopened.recovery.scannedBytes > 0)
        #expect(try append(100, reopened).baseOffset == 3)
    }
}
