// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

/// What is done to a log, step by step, the same for each seed.
enum FaultStep: Sendable {
    case append(producer: Int64, count: Int)
    case end(producer: Int64, commit: Bool)
    case roll
    case advanceLogStart
    case retention
    case truncate
    case flush
    /// Recovery point and log start are written down, as the broker does now and then.
    case checkpoint
    case maintain
    case clean
    case restart(clean: Bool)

    /// A sequence of steps in which each kind comes up.
    static func scenario(count: Int, isCompacted: Bool, _ random: inout SeededGenerator) -> [FaultStep] {
        var steps: [FaultStep] = []
        for index in 0..<count {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9:
                let producers: [Int64] = isCompacted ? [-1] : [-1, 1, 2, 10, 11]
                steps.append(
                    .append(
                        producer: producers.randomElement(using: &random)!, count: Int.random(in: 1...4, using: &random)
                    ))
            case 9, 10:
                steps.append(.end(producer: [10, 11].randomElement(using: &random)!, commit: index % 2 == 0))
            case 11: steps.append(.roll)
            case 12: steps.append(isCompacted ? .clean : .advanceLogStart)
            case 13: steps.append(.retention)
            case 14: steps.append(isCompacted ? .clean : .truncate)
            case 15: steps.append(.flush)
            case 16: steps.append(.checkpoint)
            case 17: steps.append(.maintain)
            default: steps.append(.restart(clean: index % 2 == 0))
            }
        }
        return steps
    }
}

/// A log that goes through a scenario while file operations fail, and what it must hold because it said so.
final class FaultedLog {
    let directory: String
    let faults: FileFaults
    private let config: LogConfig
    private var log: PartitionLog?
    private var now: Int64 = 1_700_000_000_000

    /// What was acknowledged, whether or not it was deleted since; what was truncated is not there.
    private var acknowledged: [Int64: String] = [:]
    /// Where the batches begin of what was acknowledged.
    private var batchStarts: Set<Int64> = []
    /// Values of appends that failed.
    private var refused: Set<String> = []
    private var start: Int64 = 0
    private var end: Int64 = 0
    private var sequences: [Int64: Int32] = [:]
    /// Of each producer's last record.
    private var lastOffsets: [Int64: Int64] = [:]
    private var open: [Int64: Int64] = [:]
    private var aborted: [AbortedTransaction] = []
    private var markers: Set<Int64> = []
    private var latest: [String: Int64] = [:]
    private var values = 0
    /// As a checkpoint file would have them.
    private var recoveryPoint: Int64 = 0
    private var checkpointedStart: Int64 = 0
    /// Failures of the model, a sentence each.
    private(set) var wrong: [String] = []

    private var isCompacted: Bool { config.cleanupPolicy.contains(.compact) }

    init(_ directory: String, isCompacted: Bool, faults: FileFaults) {
        self.directory = directory
        self.faults = faults
        var config = LogConfig()
        config.segmentBytes = 1_500
        config.indexIntervalBytes = 200
        config.fileDeleteDelayMs = 0
        config.retentionBytes = isCompacted ? -1 : 6_000
        config.cleanupPolicy = isCompacted ? .compact : .delete
        config.minCleanableDirtyRatio = 0
        self.config = config
    }

    func run(_ steps: [FaultStep]) {
        reopen(isClean: true)
        for step in steps {
            now += 10
            try? perform(step)
        }
    }

    private func perform(_ step: FaultStep) throws {
        guard let log else { return reopen(isClean: false) }
        switch step {
        case .append(let producer, let count): append(log, producer, count)
        case .end(let producer, let commit): end(log, producer, commit)
        case .roll: try log.roll(now: now)
        case .advanceLogStart:
            let offset = start + (end - start) / 4
            try log.advanceLogStart(to: offset)
            start = offset
        case .retention:
            defer { start = log.logStartOffset }
            try log.enforceRetention(now: now)
        case .truncate: truncate(log)
        case .flush: try log.flush()
        case .checkpoint:
            recoveryPoint = log.recoveryPoint
            checkpointedStart = log.logStartOffset
        case .maintain: try log.maintain(now: now)
        case .clean:
            let cleaner = LogCleaner()
            if let range = try cleaner.cleanable(log, checkpoint: nil, now: now) {
                _ = try cleaner.clean(log, range, now: now)
            }
        case .restart(let isClean):
            let wasClosed = isClean ? close(log) : false
            self.log = nil
            reopen(isClean: wasClosed)
        }
    }

    private func append(_ log: PartitionLog, _ producer: Int64, _ count: Int) {
        let records = (0..<count).map { index in
            values += 1
            return TestRecord(
                timestamp: now + Int64(index), key: "k\(values % 7)",
                value: "\(values)" + String(repeating: "x", count: values % 90))
        }
        let sequence = sequences[producer] ?? 0
        let bytes = batch(records) {
            guard producer >= 0 else { return }
            $0.producerID = producer
            $0.producerEpoch = 0
            $0.baseSequence = sequence
            $0.isTransactional = producer >= 10
        }
        do {
            let result = try log.append(bytes, leaderEpoch: Int32(values / 20), now: now)
            if result.baseOffset != end { wrong.append("offset \(result.baseOffset) was given out, not \(end)") }
            for (index, record) in records.enumerated() {
                acknowledged[result.baseOffset + Int64(index)] = String(decoding: record.value!, as: UTF8.self)
                latest[String(decoding: record.key!, as: UTF8.self)] = result.baseOffset + Int64(index)
            }
            batchStarts.insert(result.baseOffset)
            end = result.lastOffset + 1
            if producer >= 0 { sequences[producer] = sequence + Int32(count) }
            lastOffsets[producer] = result.lastOffset
            if producer >= 10, open[producer] == nil { open[producer] = result.baseOffset }
        } catch {
            for record in records { refused.insert(String(decoding: record.value!, as: UTF8.self)) }
        }
    }

    private func end(_ log: PartitionLog, _ producer: Int64, _ commit: Bool) {
        guard let first = open[producer] else { return }
        let marker = EndTransactionMarker(isCommit: commit, coordinatorEpoch: 0)
            .batch(timestamp: now, producerID: producer, producerEpoch: 0)
        guard let result = try? log.append(marker, origin: .coordinator, leaderEpoch: 0, now: now) else { return }
        if result.baseOffset != end { wrong.append("offset \(result.baseOffset) was given out, not \(end)") }
        end = result.lastOffset + 1
        markers.insert(result.baseOffset)
        open[producer] = nil
        if !commit {
            aborted.append(
                AbortedTransaction(
                    producerID: producer, firstOffset: first, lastOffset: result.baseOffset,
                    lastStableOffset: open.values.min() ?? result.baseOffset + 1))
        }
    }

    /// Only where no producer's state is cut: that has tests of its own.
    private func truncate(_ log: PartitionLog) {
        let offset = max(end - 2, start)
        let last = (offset..<end).allSatisfy { acknowledged[$0].map { !$0.isEmpty } ?? false }
        guard last, open.isEmpty, sequences.isEmpty else { return }
        let cutEnd = max(batchStarts.filter { $0 <= offset }.max() ?? offset, start)
        if (try? log.truncate(to: offset, now: now)) == true, log.logEndOffset != cutEnd {
            wrong.append("cut from \(offset) on, it ends at \(log.logEndOffset), not \(cutEnd)")
        }
        // Where it failed, the log says how far it came.
        if log.logEndOffset < end {
            end = log.logEndOffset
            start = min(start, log.logStartOffset)
            acknowledged = acknowledged.filter { $0.key < end }
            batchStarts = batchStarts.filter { $0 < end }
        }
    }

    private func close(_ log: PartitionLog) -> Bool {
        guard (try? log.close()) != nil else { return false }
        recoveryPoint = log.recoveryPoint
        checkpointedStart = log.logStartOffset
        return true
    }

    /// Opens the log, once more without faults if they prevent it.
    private func reopen(isClean: Bool) {
        var options = PartitionLog.Options(config: config)
        options.topicID = KafkaUUID(high: 1, low: 2)
        options.hadCleanShutdown = isClean
        options.recoveryPoint = recoveryPoint
        options.logStartOffset = checkpointedStart
        do {
            log = try PartitionLog.open(directory, options: options, now: now)
        } catch {
            faults.set(nil)
            do { log = try PartitionLog.open(directory, options: options, now: now) } catch {
                wrong.append("it can't be opened any more: \(error)")
            }
        }
        if let log { adopt(log) }
    }

    /// What an open log holds that was never acknowledged: an append may have failed behind its last write.
    private func adopt(_ log: PartitionLog) {
        if log.logEndOffset < end { wrong.append("it ends at \(log.logEndOffset), and \(end) was given out") }
        if log.logStartOffset > start { wrong.append("it starts at \(log.logStartOffset), not \(start)") }
        start = log.logStartOffset
        end = max(end, log.logEndOffset)
    }

    /// Lifts the faults, and checks the log as it is, then after a stop or a kill, then after another stop.
    func finish(isClean: Bool) throws -> [String] {
        faults.set(nil)
        if log == nil { reopen(isClean: false) }
        guard let log else { return wrong }
        try check(log, "running")
        if log.failure == nil {
            now += 10
            let before = refused.count
            append(log, -1, 1)
            if refused.count > before { wrong.append("it doesn't heal: an append without faults failed") }
            _ = try? log.enforceRetention(now: now)
            start = log.logStartOffset
        }
        let hasFailed = log.failure != nil
        let wasClosed = isClean ? close(log) : false
        if isClean, !wasClosed, !hasFailed { wrong.append("it can't be closed") }
        self.log = nil
        for round in ["after the stop", "after another stop"] {
            reopen(isClean: round == "after the stop" ? wasClosed : true)
            guard let reopened = self.log else { break }
            try check(reopened, round)
            if !isCompacted { try expectFindable(reopened, RandomLog.scan(directory), markers: markers) }
            append(reopened, -1, 1)
            if !close(reopened) { wrong.append("it can't be closed \(round)") }
            self.log = nil
        }
        return wrong
    }

    private func check(_ log: PartitionLog, _ when: String) throws {
        let found = try log.records(isolation: .logEnd)
        var present: Set<Int64> = []
        for record in found {
            let value = String(decoding: record.value ?? [], as: UTF8.self)
            if !present.insert(record.offset).inserted { wrong.append("\(when): offset \(record.offset) comes twice") }
            if let wanted = acknowledged[record.offset] {
                if wanted != value { wrong.append("\(when): \(record.offset) is \(value), not \(wanted)") }
            } else if !refused.contains(value) {
                wrong.append("\(when): \(record.offset) holds \(value), which was never there")
            }
        }
        if found.map(\.offset) != found.map(\.offset).sorted() { wrong.append("\(when): the offsets are in no order") }
        if isCompacted {
            for (key, offset) in latest where !present.contains(offset) {
                wrong.append("\(when): the last value of \(key), at \(offset), is missing")
            }
            return
        }
        let missing = (start..<end).filter { !present.contains($0) && !markers.contains($0) }
        if !missing.isEmpty { wrong.append("\(when): offsets \(missing) are missing in \(start)..<\(end)") }
        let known = Dictionary(uniqueKeysWithValues: log.activeProducers.map { ($0.producerID, $0) })
        // Nor of producers of whom nothing is left.
        for (producer, sequence) in sequences
        where lastOffsets[producer, default: -1] >= start && known[producer]?.lastSequence != sequence - 1 {
            wrong.append("\(when): producer \(producer) is known as \(String(describing: known[producer]))")
        }
        // Of what began below the log's start, a start need know no more than what is left.
        let visible = open.filter { $0.value >= start }
        for (producer, first) in visible where known[producer]?.currentTransactionStart != first {
            wrong.append("\(when): the transaction of \(producer) began at \(first)")
        }
        let stable = open.values.min() ?? end
        if visible.count == open.count, log.lastStableOffset != stable {
            wrong.append("\(when): the last stable offset is \(log.lastStableOffset), not \(stable)")
        }
        let told = try log.abortedTransactions(from: start, to: end)
        for transaction in aborted where transaction.firstOffset >= start {
            if !told.contains(where: {
                $0.producerID == transaction.producerID && $0.lastOffset == transaction.lastOffset
            }) {
                wrong.append("\(when): the aborted \(transaction) is not told")
            }
        }
    }
}
