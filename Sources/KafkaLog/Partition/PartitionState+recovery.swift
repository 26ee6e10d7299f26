// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// Checks every batch above the recovery point, and ends the log before the first bad one.
    mutating func recover(from recoveryPoint: Int64, now: Int64, report: inout RecoveryReport) throws(LogError) {
        let first = segmentIndex(of: recoveryPoint) ?? 0
        var index = first
        while index < segments.count {
            let isCut = try recover(
                index, fromStart: index > first || recoveryPoint <= segments[index].baseOffset,
                recoveryPoint: recoveryPoint, now: now, report: &report)
            index += 1
            if isCut, index < segments.count {
                let rest = Array(segments[index...])
                report.messages.append(
                    "Removed \(rest.count) segments behind the damaged \(segments[index - 1].files.path(.log))")
                report.cutBytes += rest.reduce(0) { $0 + Int64($1.byteCount) }
                // From the end, so that no hole is left wherever it stops.
                while segments.count > index {
                    try doom(active, now: now)
                    segments.removeLast()
                }
            }
        }
    }

    /// Checks a segment's batches and makes its indexes anew; true when something had to be cut off.
    /// - Parameter knownEnd: Where the log ended at its last stop, if that is known.
    mutating func recover(
        _ index: Int, fromStart: Bool, recoveryPoint: Int64 = 0, knownEnd: Int64 = .max, now: Int64,
        report: inout RecoveryReport
    ) throws(LogError) -> Bool {
        let segment = segments[index]
        let start = fromStart ? nil : try segment.trustedBatch(below: recoveryPoint)
        let startOffset = start?.header.baseOffset ?? segment.baseOffset
        try rebuildProducers(upTo: startOffset, within: 0...index, now: now)
        try segment.resetIndexes(to: start)
        var sizeBefore = segment.byteCount
        let begin = start?.position ?? 0
        let bound = index + 1 < segments.count ? segments[index + 1].baseOffset : knownEnd
        let end = try segment.checkBatches(
            from: begin, startOffset: startOffset, bound: bound, config: config, &producers, &epochs, &report)
        report.scannedSegments += 1
        report.scannedBytes += Int64(end - begin)
        sizeBefore -= end
        if sizeBefore > 0 {
            report.cutBytes += Int64(sizeBefore)
            report.messages.append("Cut \(sizeBefore) bytes behind the last good batch of \(segment.files.path(.log))")
        }
        try segment.endRecovery(keepsAllocation: reservedBytes > 0)
        // A snapshot where the next segment begins saves reading this one again.
        if index + 1 < segments.count { try writeSnapshotIfRoom() }
        return sizeBefore > 0
    }
}

extension LogSegment {
    /// Whether the segment ends at the recovery point, and no index goes beyond: then all of it was brought to disk, and
    /// needs no check. Notes the largest timestamp, which the index may lack.
    func isWhole(upTo recoveryPoint: Int64, isContiguous: Bool) throws(LogError) -> Bool {
        let entries = try offsetIndex.file.count() + timeIndex.file.count() + transactionIndex.file.count()
        // As Kafka leaves them when it is killed.
        if offsetIndex.file.isPadded || timeIndex.file.isPadded { return false }
        guard byteCount > 0 else { return entries == 0 && baseOffset == recoveryPoint }
        if let marker = try transactionIndex.file.last(), marker.lastOffset >= recoveryPoint { return false }
        let indexed = try timeIndex.last()
        guard indexed.offset < recoveryPoint, let tail = try scanTail(isContiguous: isContiguous),
            tail.endOffset == recoveryPoint
        else { return false }
        try note(newest: tail.newest)
        return true
    }

    /// Notes the largest timestamp of a tail, which the index may lack.
    func note(newest: RecordBatchHeader?) throws(LogError) {
        if let newest, newest.maxTimestamp > (try timeIndex.last().timestamp) {
            setLargestTimestamp((newest.maxTimestamp, newest.lastOffset))
        }
    }

    /// Writes the indexes, and cuts off what is no good batch. Where the disk is full the entries wait in memory: what
    /// is there must be readable, or nobody could delete it.
    fileprivate func endRecovery(keepsAllocation: Bool) throws(LogError) {
        try completeTimeIndex()
        do throws(LogError) { try writeIndexes() } catch  where error.isOutOfSpace {}
        // What is allocated behind the file's end would go as well.
        if keepsAllocation, try log().byteCount() == byteCount { return }
        try cutToBatches()
    }

    /// The last batch below the recovery point that the index names, if the index is right about it: everything before
    /// it was on disk, and needs no check.
    fileprivate func trustedBatch(
        below recoveryPoint: Int64
    ) throws(LogError) -> (header: RecordBatchHeader, position: Int)? {
        let (offset, position) = try offsetIndex.lookup(recoveryPoint - 1)
        guard position > 0, position < byteCount else { return nil }
        var scanner = BatchScanner(try log(), from: position, to: byteCount)
        do throws(LogError) {
            guard let (header, _) = try scanner.next(), header.lastOffset == offset else { return nil }
            return (header, position)
        } catch  where error.code == .corruptMessage {
            return nil
        }
    }

    /// Keeps the entries of the indexes that lie before a batch.
    fileprivate func resetIndexes(to start: (header: RecordBatchHeader, position: Int)?) throws(LogError) {
        if let start {
            try offsetIndex.truncate(to: start.header.baseOffset)
            try timeIndex.truncate(to: start.header.baseOffset)
            try transactionIndex.truncate(to: start.header.baseOffset)
        } else {
            offsetIndex.file.reset()
            timeIndex.reset()
            transactionIndex.file.reset()
        }
    }

    /// Reads all batches from a position on, notes them in the indexes and in the state of producers and epochs, and
    /// becomes as long as the good ones are.
    fileprivate func checkBatches(
        from position: Int, startOffset: Int64, bound: Int64, config: LogConfig, _ producers: inout ProducerState,
        _ epochs: inout LeaderEpochs, _ report: inout RecoveryReport
    ) throws(LogError) -> Int {
        var reader = BatchFileReader(try log(), from: position, to: byteCount)
        let end = byteCount
        restart(at: position)
        var nextOffset = startOffset
        while let (found, bytes) = try reader.next() {
            var header = found
            if header.baseOffset != nextOffset {
                // The checksum doesn't cover it.
                let offset = try trueOffset(
                    of: header, at: byteCount, expected: nextOffset, bound: bound, end: end,
                    isContiguous: config.isContiguous)
                if offset != header.baseOffset {
                    report.messages.append(try mend(&header, at: byteCount, to: offset))
                }
            }
            guard header.hasOffsets, header.lastOffset.subtractingSaturating(baseOffset) <= Int64(Int32.max) else {
                break
            }
            nextOffset = header.nextOffset
            if header.partitionLeaderEpoch >= 0, header.partitionLeaderEpoch > epochs.latest?.epoch ?? -1 {
                epochs.assign(header.partitionLeaderEpoch, startOffset: header.baseOffset)
            }
            if header.hasProducerID, let completed = try producers.replay(header, bytes) {
                let stable = producers.complete(completed)
                if completed.isAborted { noteAborted(completed, lastStableOffset: stable) }
            }
            producers.endOffset = nextOffset
            try appended(header, config: config)
        }
        return byteCount
    }
}
