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
            producers: ProducerState(expirationMs: options.producerIDExpirationMs),
            logStartOffset: options.logStartOffset, recoveryPoint: options.recoveryPoint, lastFlush: now)
        try state.loadTopicID(options.topicID, options.durability)
        let listing = try PartitionListing(state.location)
        try state.loadEpochs(afterCleanStop: options.hadCleanShutdown, report: &report)
        state.producers.snapshots = listing.snapshots
        try state.loadSegments(listing, now: now)
        let isClean = options.hadCleanShutdown
        let isOnDisk = isClean ? true : try state.isOnDisk(upTo: options.recoveryPoint, listing)
        if !isOnDisk { try state.recover(from: options.recoveryPoint, now: now, report: &report) }
        let firstRecovered = isOnDisk ? state.segments.count : state.segmentIndex(of: options.recoveryPoint) ?? 0
        for index in 0..<firstRecovered {
            let segment = state.segments[index]
            let missing = listing.missing(segment.baseOffset)
            if segment.byteCount > 0, missing.contains(.offsetIndex) || missing.contains(.timeIndex) {
                report.messages.append("Rebuilt the missing index of \(segment.files.path(.log))")
                _ = try state.recover(index, fromStart: true, now: now, report: &report)
            }
        }
        try state.loadEnd(now: now, report: &report)
        state.epochs.truncate(to: state.logEndOffset)
        state.epochs.truncate(from: state.logStartOffset)
        try state.writeEpochs()
        state.forgetStraySnapshots(now: now)
        try state.loadProducers(afterCleanStop: isClean, now: now)
        state.recoveryPoint = isClean ? state.logEndOffset : min(options.recoveryPoint, state.logEndOffset)
        state.highWatermark = state.logEndOffset
        for segment in state.segments { segment.release() }
        return state
    }

    private mutating func loadEpochs(afterCleanStop: Bool, report: inout RecoveryReport) throws(LogError) {
        do throws(LogError) {
            epochs = try LeaderEpochs.read(directory)
        } catch {
            // The file may have been in the making; batches above the recovery point tell their epochs again.
            if afterCleanStop { throw error }
            report.messages.append("\(error.message); continuing without it")
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
        if segments.isEmpty {
            segments.append(try LogSegment.create(files: segmentFiles(logStartOffset), config: config, now: now))
        }
    }

    /// Whether nothing was appended behind the recovery point, so that nothing needs recovery after a crash either.
    private func isOnDisk(upTo recoveryPoint: Int64, _ listing: PartitionListing) throws(LogError) -> Bool {
        let missing = listing.missing(active.baseOffset)
        guard syncsIndexes, !missing.contains(.offsetIndex), !missing.contains(.timeIndex),
            segmentIndex(of: recoveryPoint) == segments.count - 1
        else { return false }
        return try active.isWhole(upTo: recoveryPoint)
    }

    /// Finds the end of the log, and begins it anew where everything lies below the log start offset.
    private mutating func loadEnd(now: Int64, report: inout RecoveryReport) throws(LogError) {
        if let tail = try active.scanTail() {
            logEndOffset = tail.endOffset
        } else {
            // A clean stop leaves no such tail; whatever made it, appending behind it would lose records.
            report.messages.append("Recovered \(active.files.path(.log)), whose end is no complete batch")
            _ = try recover(segments.count - 1, fromStart: true, now: now, report: &report)
            logEndOffset = try active.scanTail()?.endOffset ?? active.baseOffset
        }
        if logEndOffset < logStartOffset {
            report.messages.append(
                "Removed all segments of \(directory): they end at \(logEndOffset), below the log start offset "
                    + "\(logStartOffset)")
            try doom(segments, now: now)
            segments = [try LogSegment.create(files: segmentFiles(logStartOffset), config: config, now: now)]
            logEndOffset = logStartOffset
            epochs.removeAll()
            for offset in producers.snapshots { try FileSystem.remove(ProducerSnapshot.path(directory, offset)) }
            producers.snapshots = []
        }
        logStartOffset = max(logStartOffset, segments[0].baseOffset)
    }
}

extension LogSegment {
    /// The offset behind the last batch, found from the last index entry on, and the batch from there on that has the
    /// largest timestamp; nil when the file ends otherwise, or the index is wrong.
    func scanTail() throws(LogError) -> (endOffset: Int64, newest: RecordBatchHeader?)? {
        guard byteCount > 0 else { return (baseOffset, nil) }
        let indexed = try offsetIndex.last()
        var scanner = BatchScanner(try log(), from: indexed?.position ?? 0, to: byteCount)
        var tail: (endOffset: Int64, newest: RecordBatchHeader?)?
        do throws(LogError) {
            while let (header, position) = try scanner.next() {
                if let indexed, position == indexed.position, header.lastOffset != indexed.offset { return nil }
                let isNewest = header.maxTimestamp > tail?.newest?.maxTimestamp ?? .min
                tail = (header.nextOffset, isNewest ? header : tail?.newest)
            }
        } catch  where error.code == .corruptMessage {
            return nil
        }
        return scanner.position == byteCount ? tail : nil
    }
}
