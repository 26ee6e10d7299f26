// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// Makes the state of a directory that exists; recovers it unless the last stop was clean.
    static func load(
        _ directory: String, _ topicPartition: TopicPartition, _ options: PartitionLog.Options, now: Int64,
        report: inout RecoveryReport
    ) throws(LogError) -> PartitionState {
        var state = PartitionState(
            topicPartition: topicPartition, location: LogLocation(directory), config: options.config,
            verifiesTransactions: options.verifiesTransactions, syncsIndexes: options.syncsIndexes,
            reservedBytes: options.reservedBytes,
            producers: ProducerState(options.producers),
            logStartOffset: max(options.logStartOffset, 0), recoveryPoint: max(options.recoveryPoint, 0),
            lastFlush: now)
        try state.loadTopicID(options.topicID, options.durability)
        let listing = try PartitionListing(state.location)
        let hasEpochs = try state.loadEpochs(report: &report)
        state.producers.snapshots = listing.snapshots
        try state.loadSegments(listing, now: now)
        let isClean = options.hadCleanShutdown && hasEpochs
        try state.removeUnfinishedRolls(knownEnd: isClean ? state.recoveryPoint : 0, now: now)
        let isOnDisk = isClean ? true : try state.isOnDisk(upTo: state.recoveryPoint, listing)
        let checkedFrom = isOnDisk ? .max : try state.startOfRecovery(&report)
        if !isOnDisk { try state.recover(from: checkedFrom, now: now, report: &report) }
        let firstRecovered = isOnDisk ? state.segments.count : state.segmentIndex(of: checkedFrom) ?? 0
        for index in 0..<firstRecovered {
            let segment = state.segments[index]
            let missing = listing.missing(segment.baseOffset)
            if segment.byteCount > 0, missing.contains(.offsetIndex) || missing.contains(.timeIndex) {
                report.messages.append("Rebuilt the missing index of \(segment.files.path(.log))")
                _ = try state.recover(index, fromStart: true, now: now, report: &report)
            }
        }
        try state.loadEnd(isClean: isClean, now: now, report: &report)
        if isClean { try state.reportMissing(listing, now: now, report: &report) }
        state.epochs.truncate(to: state.logEndOffset)
        state.epochs.truncate(from: state.logStartOffset)
        // Without room they are written with the next append.
        do throws(LogError) { try state.writeEpochs() } catch  where error.isOutOfSpace {}
        state.forgetStraySnapshots(now: now)
        try state.loadProducers(afterCleanStop: isClean, now: now)
        state.recoveryPoint = isClean ? state.logEndOffset : min(state.recoveryPoint, state.logEndOffset)
        state.highWatermark = state.logEndOffset
        state.active.reserve(options.reservedBytes)
        for segment in state.segments { segment.release() }
        return state
    }

    /// False when the file is damaged: then all batches are read, which tell their epochs again.
    private mutating func loadEpochs(report: inout RecoveryReport) throws(LogError) -> Bool {
        do throws(LogError) {
            epochs = try LeaderEpochs.read(directory)
            return true
        } catch  where error.systemError == nil {
            report.messages.append("\(error.message); it was made anew from the batches")
            recoveryPoint = 0
            return false
        }
    }

    private mutating func loadSegments(_ listing: PartitionListing, now: Int64) throws(LogError) {
        segments.reserveCapacity(max(listing.logs.count, 1))
        for offset in listing.logs {
            let files = segmentFiles(offset)
            guard let status = try FileSystem.status(files.path(.log)) else { continue }
            segments.append(
                LogSegment(
                    files: files, byteCount: status.byteCount, missing: listing.missing(offset), created: now,
                    rollJitterMs: config.randomJitter()))
        }
        if segments.isEmpty { segments.append(try createSegment(at: logStartOffset, now: now)) }
    }

    /// Takes out the empty segments that a roll left which failed: the segment before went on, beyond where they begin.
    /// - Parameter knownEnd: Where the log ended at a clean stop, behind which nobody began a segment; 0 if not known.
    private mutating func removeUnfinishedRolls(knownEnd: Int64, now: Int64) throws(LogError) {
        var index = segments.count - 1
        while index > 0 {
            let segment = segments[index]
            if try segment.isBlank(isPreallocated: config.preallocate) {
                let isLast = index == segments.count - 1
                let end = isLast ? try segments[index - 1].scanTail(isContiguous: config.isContiguous)?.endOffset : .max
                let isBeyond = isLast && knownEnd > 0 && segment.baseOffset > knownEnd
                if isBeyond || end ?? 0 > segment.baseOffset {
                    try doom(segment, now: now)
                    segments.remove(at: index)
                }
            }
            index -= 1
        }
        // Nobody reads yet who would need a delay.
        for index in doomed.indices { doomed[index].due = now }
        deletePending(now: now)
    }

    /// Where to begin to check the log: at the recovery point, or at the log's start when that can't be right.
    private func startOfRecovery(_ report: inout RecoveryReport) throws(LogError) -> Int64 {
        guard let end = try active.scanTail(isContiguous: config.isContiguous)?.endOffset, end < recoveryPoint else {
            return recoveryPoint
        }
        report.messages.append(
            "Records up to offset \(recoveryPoint - 1) had been brought to disk, while \(directory) ends with "
                + "\(end - 1); all of it was checked")
        return 0
    }

    /// Whether nothing was appended behind the recovery point, so that nothing needs recovery after a crash either.
    private func isOnDisk(upTo recoveryPoint: Int64, _ listing: PartitionListing) throws(LogError) -> Bool {
        let missing = listing.missing(active.baseOffset)
        guard syncsIndexes, !missing.contains(.offsetIndex), !missing.contains(.timeIndex),
            segmentIndex(of: recoveryPoint) == segments.count - 1
        else { return false }
        return try active.isWhole(upTo: recoveryPoint, isContiguous: config.isContiguous)
    }

    /// Finds the end of the log, and begins it anew where everything lies below the log start offset.
    private mutating func loadEnd(isClean: Bool, now: Int64, report: inout RecoveryReport) throws(LogError) {
        let knownEnd = isClean && recoveryPoint > 0 ? recoveryPoint : .max
        if let tail = try active.scanTail(isContiguous: config.isContiguous),
            tail.endOffset <= knownEnd || active.byteCount == 0
        {
            logEndOffset = tail.endOffset
            try active.note(newest: tail.newest)
        } else {
            // A clean stop leaves no such tail; whatever made it, appending behind it would lose records.
            report.messages.append("Recovered \(active.files.path(.log)), whose end isn't as a stop leaves it")
            _ = try recover(segments.count - 1, fromStart: true, knownEnd: knownEnd, now: now, report: &report)
            logEndOffset = try active.scanTail(isContiguous: false)?.endOffset ?? active.baseOffset
        }
        if logEndOffset < logStartOffset {
            report.messages.append(
                "Removed all segments of \(directory): they end at \(logEndOffset), below the log start offset "
                    + "\(logStartOffset)")
            let created = try createSegment(at: logStartOffset, now: now)
            for segment in segments { try doom(segment, now: now) }
            segments = [created]
            logEndOffset = logStartOffset
            epochs.removeAll()
            for offset in producers.snapshots { try FileSystem.remove(ProducerSnapshot.path(directory, offset)) }
            producers.snapshots = []
        }
        logStartOffset = max(logStartOffset, segments[0].baseOffset)
    }
}

extension LogSegment {
    /// Whether nothing was ever written to the segment.
    fileprivate func isBlank(isPreallocated: Bool) throws(LogError) -> Bool {
        if byteCount == 0 { return true }
        guard isPreallocated, byteCount >= RecordBatchHeader.byteCount else { return false }
        return try bytes(at: 0, count: RecordBatchHeader.byteCount).allSatisfy { $0 == 0 }
    }

    /// The offset behind the last batch, found from the last index entry on, and the batch from there on that has the
    /// largest timestamp; nil when the file ends otherwise, or the index or an offset is wrong.
    func scanTail(isContiguous: Bool) throws(LogError) -> (endOffset: Int64, newest: RecordBatchHeader?)? {
        guard byteCount > 0 else { return (baseOffset, nil) }
        let indexed = try offsetIndex.last()
        var scanner = BatchScanner(try log(), from: indexed?.position ?? 0, to: byteCount)
        var tail: (endOffset: Int64, newest: RecordBatchHeader?)?
        var expected: Int64? = indexed == nil ? baseOffset : nil
        do throws(LogError) {
            while let (header, position) = try scanner.next() {
                if let indexed, position == indexed.position, header.lastOffset != indexed.offset { return nil }
                if !header.hasOffsets { return nil }
                if let expected, header.baseOffset < expected || (isContiguous && header.baseOffset > expected) {
                    return nil
                }
                expected = header.nextOffset
                let isNewest = header.maxTimestamp > tail?.newest?.maxTimestamp ?? .min
                tail = (header.nextOffset, isNewest ? header : tail?.newest)
            }
        } catch  where error.code == .corruptMessage {
            return nil
        }
        guard scanner.position == byteCount else { return nil }
        noteChecked((indexed?.position ?? 0)..<byteCount)
        return tail
    }
}
