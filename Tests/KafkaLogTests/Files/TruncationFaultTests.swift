// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

/// Cutting a log in a gap between its segments, or wholly, and what is left when that fails.
@Suite struct TruncationFaultTests {
    private let temporary = TemporaryDirectory()

    private func options(_ configure: (inout LogConfig) -> Void) -> PartitionLog.Options {
        var options = PartitionLog.Options()
        options.config.segmentBytes = 1_500
        options.config.fileDeleteDelayMs = 0
        configure(&options.config)
        return options
    }

    private func open(
        _ directory: String, isClean: Bool = true, recoveryPoint: Int64 = 0,
        _ configure: (inout LogConfig) -> Void = { _ in }
    ) throws -> PartitionLog {
        var options = options(configure)
        options.hadCleanShutdown = isClean
        options.recoveryPoint = recoveryPoint
        return try PartitionLog.open(directory, options: options, now: 2_000)
    }

    /// Ten segments of one record each, of which those with 4, 5 and 6 are gone.
    private func makeGap(_ directory: String) throws {
        let log = try open(directory)
        for _ in 0..<10 { _ = try log.append(batch(ofBytes: 1_000), leaderEpoch: 0, now: 2_000) }
        try log.close()
        for name in temporary.names(in: directory) {
            guard [4, 5, 6].contains(where: { name.hasPrefix(String(format: "%020d.", $0)) }) else { continue }
            try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
        }
    }

    /// Appends a record and opens the log again; the offset that the record has.
    private func goOn(_ log: PartitionLog, _ directory: String, isClean: Bool) throws -> PartitionLog {
        let end = log.logEndOffset
        #expect(try log.append(batch(ofBytes: 100), leaderEpoch: 0, now: 2_000).baseOffset == end)
        let before = try log.records()
        if isClean { try log.close() }
        let reopened = try open(directory, isClean: isClean, recoveryPoint: isClean ? log.recoveryPoint : 0)
        #expect(reopened.recovery.messages.isEmpty, "\(reopened.recovery.messages)")
        #expect(try reopened.records() == before)
        #expect(reopened.logEndOffset == end + 1)
        return reopened
    }

    @Test(
        "A log that is cut in a gap between segments goes on there, after a stop and a kill too",
        arguments: [true, false])
    func gap(isClean: Bool) throws {
        let directory = "\(temporary.path)/t-0"
        try makeGap(directory)
        var log = try open(directory)
        #expect(try log.truncate(to: 5, now: 2_000))
        #expect(log.logEndOffset == 5)
        log = try goOn(log, directory, isClean: isClean)
        #expect(try log.records().map(\.offset) == [0, 1, 2, 3, 5])
        #expect(try log.missingOffsets() == [4..<5])
        // At the end of a segment there is no gap before the cut.
        #expect(try log.truncate(to: 4, now: 2_000))
        #expect(log.segments.map(\.baseOffset) == [0, 1, 2, 3])
        // Nor anything behind it.
        #expect(try !log.truncate(to: 5, now: 2_000))
    }

    @Test("A cut in a gap that a stop follows at once has its offset at the next start", arguments: [true, false])
    func nothingAppended(isClean: Bool) throws {
        let directory = "\(temporary.path)/t-0"
        try makeGap(directory)
        let log = try open(directory)
        #expect(try log.truncate(to: 5, now: 2_000))
        if isClean { try log.close() }
        let reopened = try open(directory, isClean: isClean, recoveryPoint: isClean ? log.recoveryPoint : 0)
        #expect(reopened.recovery.messages.isEmpty && reopened.logEndOffset == 5)
    }

    @Test("A compacted log that is cut where compaction left nothing goes on there", arguments: [true, false])
    func compacted(isClean: Bool) throws {
        let directory = "\(temporary.path)/t-0"
        let compact = { (config: inout LogConfig) in
            config.cleanupPolicy = .compact
            config.segmentBytes = 1_000_000
            config.minCleanableDirtyRatio = 0
        }
        var log = try open(directory, compact)
        for index in 0..<10 {
            let record = TestRecord(key: [3, 4, 5].contains(index) ? "again" : "\(index)")
            _ = try log.append(batch([record]), leaderEpoch: 0, now: 2_000)
            if index == 7 { try log.roll(now: 2_000) }
        }
        let cleaner = LogCleaner()
        _ = try cleaner.clean(log, try #require(try cleaner.cleanable(log, checkpoint: nil, now: 2_000)), now: 2_000)
        #expect(try log.records().map(\.offset) == [0, 1, 2, 5, 6, 7, 8, 9])
        #expect(try log.truncate(to: 4, now: 2_000))
        if isClean { try log.close() }
        log = try open(directory, isClean: isClean, recoveryPoint: isClean ? log.recoveryPoint : 0, compact)
        #expect(log.logEndOffset == 4 && log.recovery.messages.isEmpty)
        #expect(try log.append(batch([TestRecord(key: "k")]), leaderEpoch: 0, now: 2_000).baseOffset == 4)
    }

    @Test("Without a file for what follows, a log of which all is to go keeps all of it", arguments: [EMFILE, ENOSPC])
    func noNewSegment(error: Int32) throws {
        let directory = "\(temporary.path)/t-0"
        let log = try open(directory)
        for _ in 0..<10 { _ = try log.append(batch(ofBytes: 1_000), leaderEpoch: 0, now: 2_000) }
        let faults = FileFaults(under: directory)
        defer { faults.end() }
        faults.set(.init(isLasting: true, error: error, operations: [.open]))
        #expect(try logError { try log.truncateFully(startingAt: 100, now: 2_000) }.systemError == error)
        faults.set(nil)
        #expect(try log.records().map(\.offset) == Array(0..<10) && log.logEndOffset == 10)
        _ = try goOn(log, directory, isClean: false)
        for offset in [100, 50, 2] as [Int64] {
            let log = try open(directory, isClean: false)
            try log.truncateFully(startingAt: offset, now: 2_000)
            #expect(log.logStartOffset == offset && log.segments.map(\.baseOffset) == [offset])
            _ = try goOn(log, directory, isClean: true)
        }
    }

    /// What is cut from a log, and where it ends then.
    enum Cut: CaseIterable {
        case inGap, all, allToAnEnd, allToASegment, allToBeforeTheStart

        func perform(_ log: PartitionLog) throws {
            switch self {
            case .inGap: try log.truncate(to: 5, now: 2_000)
            case .all: try log.truncateFully(startingAt: 0, now: 2_000)
            case .allToAnEnd: try log.truncateFully(startingAt: 100, now: 2_000)
            case .allToASegment: try log.truncateFully(startingAt: 8, now: 2_000)
            case .allToBeforeTheStart: try log.truncateFully(startingAt: 1, now: 2_000)
            }
        }

        var end: Int64 {
            switch self {
            case .inGap: 5
            case .all: 0
            case .allToAnEnd: 100
            case .allToASegment: 8
            case .allToBeforeTheStart: 1
            }
        }
    }

    @Test(
        "Whichever operation of a cut fails, the log goes on with its beginning, and can be cut again",
        arguments: Cut.allCases)
    func everyOperation(cut: Cut) throws {
        var random = SeededGenerator.printed()
        let count = try run(cut, nil)
        #expect(count > 5)
        let isThorough = ProcessInfo.processInfo.environment["FAULTS"] != nil
        for first in isThorough ? Array(0..<count) : (0..<20).map({ _ in Int.random(in: 0..<count, using: &random) }) {
            let error = [EMFILE, ENOSPC, EIO].randomElement(using: &random)!
            try run(cut, .init(first: first, isLasting: .random(using: &random), error: error))
        }
    }

    /// Returns how many file operations the cut took.
    @discardableResult
    private func run(_ cut: Cut, _ plan: FileFaults.Plan?) throws -> Int {
        let parent = "\(temporary.path)/\(UUID().uuidString)"
        let directory = "\(parent)/t-0"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        try makeGap(directory)
        var log = try open(directory)
        if cut == .allToBeforeTheStart {
            try log.advanceLogStart(to: 2)
            try log.enforceRetention(now: 2_000)
        }
        let before = try log.records()
        let faults = FileFaults(under: directory)
        defer { faults.end() }
        faults.set(plan)
        let failure: LogError?
        do {
            try cut.perform(log)
            failure = nil
        } catch let error as LogError {
            failure = error
        }
        let (struck, count) = (faults.struck, faults.count)
        faults.set(nil)
        // What could not be removed at once.
        log.deletePendingFiles(now: 2_000)
        let place = "\(cut), \(String(describing: plan)), \(struck.prefix(2))"
        let left = try log.records()
        #expect(left == Array(before.prefix(left.count)), "\(place)")
        if failure == nil { #expect(log.logEndOffset == cut.end, "\(place)") }
        let end = log.logEndOffset
        #expect(try log.append(batch(ofBytes: 100), leaderEpoch: 0, now: 2_000).baseOffset == end, "\(place)")
        #expect(try log.records().map(\.offset) == left.map(\.offset) + [end], "\(place)")
        let isClean = (plan?.first ?? 0) % 2 == 0
        if isClean { try log.close() }
        let (recoveryPoint, logStart) = (log.recoveryPoint, log.logStartOffset)
        var options = options { _ in }
        options.hadCleanShutdown = isClean
        options.recoveryPoint = isClean ? recoveryPoint : 0
        options.logStartOffset = logStart
        log = try PartitionLog.open(directory, options: options, now: 2_000)
        #expect(log.recovery.messages.isEmpty, "\(place): \(log.recovery.messages)")
        #expect(try log.records().map(\.offset) == left.map(\.offset) + [end], "\(place)")
        #expect(log.logEndOffset == end + 1, "\(place)")
        try cut.perform(log)
        return count
    }
}
