// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// Cuts the records from an offset on, and those of its batch; false when there are none. Wherever that fails, what
    /// is left is the beginning of the log up to some offset, here and on disk.
    mutating func truncate(to offset: Int64, now: Int64) throws(LogError) -> Bool {
        try checkWritable()
        try completeReplacement(now: now)
        guard offset < logEndOffset else { return false }
        if offset < segments[0].baseOffset {
            try truncateFully(startingAt: offset, now: now)
            return true
        }
        // A batch goes as a whole, and the log ends where it began: a gap before the next one would be taken for damage.
        let holder = segments[segmentIndex(of: offset) ?? 0]
        let end = min(offset, try holder.find(offset)?.header.baseOffset ?? offset)
        if end < logStartOffset, logStartOffset <= offset {
            try truncateFully(startingAt: logStartOffset, now: now)
            return true
        }
        truncations += 1
        // Without a snapshot the batches tell of the producers; one of records that are gone would tell of those.
        try removeSnapshots { $0 > end }
        while active.baseOffset > end { try dropActive(now: now) }
        try active.truncate(to: end, now: now)
        self.end(at: end)
        writeEpochsIfPossible()
        mayEndInGap = true
        try closeGap(now: now)
        try learnProducers(now: now)
        return true
    }

    /// Removes all records; the next one gets this offset. Without a file for that, nothing is removed.
    mutating func truncateFully(startingAt offset: Int64, now: Int64) throws(LogError) {
        let offset = max(offset, 0)
        try checkWritable()
        try completeReplacement(now: now)
        if let kept = segments.first(where: { $0.baseOffset == offset }) {
            try removeAll(but: kept, now: now)
        } else {
            let created = try createSegment(at: offset, now: now)
            do throws(LogError) { try removeAll(but: created, now: now) } catch {
                for path in created.paths { removeSoon(path, now: now) }
                throw error
            }
        }
        end(at: offset)
        epochs.removeAll()
        mayEndInGap = false
        logStartOffset = offset
        recoveryPoint = offset
        highWatermark = offset
        producers.endOffset = offset
        writeEpochsIfPossible()
    }

    /// Leaves an empty segment, which need not have been one of the log's. The records go from the end on.
    private mutating func removeAll(but kept: LogSegment, now: Int64) throws(LogError) {
        truncations += 1
        try removeSnapshots { _ in true }
        while segments.count > 1, active !== kept { try dropActive(now: now) }
        try active.truncate(to: active.baseOffset, now: now)
        end(at: active.baseOffset)
        while let last = segments.last(where: { $0 !== kept }) {
            try doom(last, now: now)
            segments.removeAll { $0 === last }
        }
        segments = [kept]
    }

    private mutating func dropActive(now: Int64) throws(LogError) {
        let end = active.baseOffset
        try doom(active, now: now)
        segments.removeLast()
        self.end(at: end)
        mayEndInGap = true
    }

    /// The log ends here now.
    private mutating func end(at offset: Int64) {
        logEndOffset = offset
        logStartOffset = min(logStartOffset, offset)
        highWatermark = min(highWatermark, offset)
        recoveryPoint = min(recoveryPoint, offset)
        epochs.truncate(to: offset)
        producers.forget()
    }
}
