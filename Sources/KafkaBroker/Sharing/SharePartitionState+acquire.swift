// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A batch of the log, as far as acquiring it is concerned.
struct ShareLogBatch: Sendable, Equatable {
    var base: Int64
    var last: Int64
    /// Of a transaction that was aborted, for a group that reads committed records only.
    var isAborted = false
}

/// What a member wants of a share partition.
struct ShareAcquisition: Sendable {
    enum Mode: Int8, Sendable {
        /// Whole batches of the log, so that more than the wanted records may come.
        case batchOptimized = 0
        /// Never more than the wanted records (KIP-1206).
        case recordLimit = 1
    }

    var memberID: String
    var maxRecords: Int64
    /// Records after which a new range begins in the answer, at a batch of the log.
    var batchSize: Int64
    var mode: Mode
    /// When the locks end, in milliseconds of the uptime.
    var deadline: Int64
}

/// Consecutive records that a member was given.
struct AcquiredRecords: Sendable, Equatable {
    var first: Int64
    var last: Int64
    var deliveryCount: Int16

    var count: Int64 { last.subtractingSaturating(first).addingSaturating(1) }
}

extension SharePartitionState {
    /// Whether there may be something to acquire, if the log has it.
    func canAcquire(_ limits: Limits) -> Bool {
        records.firstAvailable != nil || records.count < limits.recordLocks
    }

    /// Gives a member records that were read at `nextFetchOffset`.
    mutating func acquire(
        _ wanted: ShareAcquisition, _ batches: [ShareLogBatch], _ limits: Limits
    ) -> [AcquiredRecords] {
        guard let firstBatch = batches.first, let lastBatch = batches.last, wanted.maxRecords > 0 else { return [] }
        let fetchOffset = nextFetchOffset
        var wanted = wanted
        var lastOffset = lastBatch.last
        let room = limits.recordLocks - records.count
        if room > 0 {
            wanted.maxRecords = min(wanted.maxRecords, room)
        } else {
            // The window is full: only what is in it already can be delivered again.
            guard fetchOffset < records.endOffset else { return [] }
            lastOffset = min(lastOffset, records.endOffset.subtractingSaturating(1))
        }
        // Compaction may have removed what was to be delivered again.
        if firstBatch.base > fetchOffset { archive(fetchOffset...(firstBatch.base - 1)) }

        let first = max(firstBatch.base, records.startOffset)
        var ranges: [AcquiredRecords] = []
        if acquireAgain(wanted, first, lastOffset, batches, limits, &ranges) {
            acquireNew(wanted, first, lastOffset, batches, &ranges)
        }
        let aborted = batches.filter(\.isAborted)
        for batch in aborted { archive(batch.base...batch.last, ownedBy: wanted.memberID) }
        records.advance()
        return Self.removing(aborted, from: ranges)
    }

    /// Delivers again what is available within the window.
    /// - Returns: whether records behind the window may be delivered as well.
    private mutating func acquireAgain(
        _ wanted: ShareAcquisition, _ first: Int64, _ lastOffset: Int64, _ batches: [ShareLogBatch],
        _ limits: Limits, _ ranges: inout [AcquiredRecords]
    ) -> Bool {
        guard first < records.endOffset, first <= lastOffset else { return true }
        let available = records.runs[records.index(of: first)...].prefix { $0.first <= lastOffset }
            .filter { $0.state == .available }
        for run in available {
            let left = wanted.maxRecords.subtractingSaturating(ranges.acquiredCount)
            guard left > 0 else { return false }
            let lower = max(run.first, first)
            var upper = min(run.last, lastOffset)
            let isThrottled = run.deliveryCount >= limits.throttleCount
            // What failed often comes alone, so that one bad record doesn't take others with it.
            if isThrottled, !ranges.isEmpty { return false }
            if isThrottled {
                upper = min(upper, lower.addingSaturating(limits.throttled(run.count, run.deliveryCount) - 1))
                if wanted.mode == .recordLimit { upper = min(upper, lower.addingSaturating(left - 1)) }
            } else if upper - lower + 1 > left {
                upper = min(upper, wanted.end(of: lower.addingSaturating(left - 1), batches))
            }
            take(lower...upper, wanted)
            ranges += wanted.ranges(lower, upper, run.deliveryCount.addingSaturating(1), batches)
            if isThrottled { return false }
        }
        return true
    }

    /// Makes the window longer with records that nobody had yet.
    private mutating func acquireNew(
        _ wanted: ShareAcquisition, _ first: Int64, _ lastOffset: Int64, _ batches: [ShareLogBatch],
        _ ranges: inout [AcquiredRecords]
    ) {
        let left = wanted.maxRecords.subtractingSaturating(ranges.acquiredCount)
        guard left > 0, lastOffset >= records.endOffset else { return }
        // There is nothing between the window and the batch.
        if first > records.endOffset { records.append(through: first - 1, .archived) }
        let lower = records.endOffset
        var upper = lastOffset
        if upper - lower + 1 > left { upper = min(upper, wanted.end(of: lower.addingSaturating(left - 1), batches)) }
        records.append(through: upper, .available)
        take(lower...upper, wanted)
        ranges += wanted.ranges(lower, upper, 1, batches)
    }

    private mutating func take(_ range: ClosedRange<Int64>, _ wanted: ShareAcquisition) {
        records.update(range) { run in
            (run.state, run.memberID, run.deadline) = (.acquired, wanted.memberID, wanted.deadline)
            run.deliveryCount = run.deliveryCount.addingSaturating(1)
        }
    }

    /// Archives what is available, or what a member has just been given.
    private mutating func archive(_ range: ClosedRange<Int64>, ownedBy memberID: String? = nil) {
        records.update(range) { run in
            guard run.state == .available || run.state == .acquired && run.memberID == memberID else { return }
            run.end(in: .archived)
        }
    }

    private static func removing(_ batches: [ShareLogBatch], from ranges: [AcquiredRecords]) -> [AcquiredRecords] {
        ranges.flatMap { range in
            var (result, rest): ([AcquiredRecords], AcquiredRecords) = ([], range)
            for batch in batches where batch.last >= rest.first && batch.base <= rest.last {
                if batch.base > rest.first {
                    result.append(
                        AcquiredRecords(first: rest.first, last: batch.base - 1, deliveryCount: rest.deliveryCount))
                }
                rest.first = batch.last + 1
            }
            return rest.first <= rest.last ? result + [rest] : result
        }
    }
}

extension SharePartitionState.Limits {
    /// Deliveries after which fewer records come at a time.
    fileprivate var throttleCount: Int16 { max(2, (deliveryCount + 1) / 2) }

    /// How many of a run that failed so often are delivered together: half as many each time, and one at last.
    fileprivate func throttled(_ count: Int64, _ deliveries: Int16) -> Int64 {
        if deliveries >= deliveryCount - 1 { return deliveryCount > 2 ? 1 : count }
        return max(1, count >> Int64(deliveries - throttleCount + 1))
    }
}

extension ShareAcquisition {
    /// The last offset to give if the limit falls on `offset`.
    fileprivate func end(of offset: Int64, _ batches: [ShareLogBatch]) -> Int64 {
        guard mode == .batchOptimized, let batch = batches.first(where: { $0.last >= offset }) else { return offset }
        return batch.base <= offset ? batch.last : offset
    }

    fileprivate func ranges(
        _ first: Int64, _ last: Int64, _ deliveryCount: Int16, _ batches: [ShareLogBatch]
    ) -> [AcquiredRecords] {
        var ranges: [AcquiredRecords] = []
        var lower = first
        if mode == .batchOptimized, last - first + 1 > batchSize {
            for batch in batches where batch.base > first && batch.base <= last && batch.base - lower >= batchSize {
                ranges.append(AcquiredRecords(first: lower, last: batch.base - 1, deliveryCount: deliveryCount))
                lower = batch.base
            }
        }
        return ranges + [AcquiredRecords(first: lower, last: last, deliveryCount: deliveryCount)]
    }
}

extension [AcquiredRecords] {
    var acquiredCount: Int64 { reduce(0) { $0.addingSaturating($1.count) } }
}
