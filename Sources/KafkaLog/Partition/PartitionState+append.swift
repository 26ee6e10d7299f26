// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// Gives checked batches their offsets and writes them; after an error the log is as it was.
    mutating func append(
        _ batches: inout [PendingBatch], origin: AppendOrigin, leaderEpoch: Int32, now: Int64,
        verification: VerificationGuard?
    ) throws(LogError) -> AppendResult {
        try checkWritable()
        try learnProducers(now: now)
        guard !batches.isEmpty else {
            return AppendResult(
                baseOffset: -1, lastOffset: -1, logAppendTime: -1, logStartOffset: logStartOffset)
        }
        try setOffsets(&batches, origin: origin, leaderEpoch: leaderEpoch)
        let byteCount = batches.reduce(0) { $0 + $1.header.byteCount }
        if byteCount > config.segmentBytes {
            throw LogError(
                .recordListTooLarge,
                "Message batch size is \(byteCount) bytes in append to partition \(topicPartition), "
                    + "which exceeds the maximum configured segment size of \(config.segmentBytes).")
        }
        let effect = try checkProducers(batches, origin: origin, verification: verification)
        if let duplicate = effect.duplicate {
            return AppendResult(
                baseOffset: duplicate.firstOffset, lastOffset: duplicate.lastOffset,
                logAppendTime: duplicate.timestamp, logStartOffset: logStartOffset, isDuplicate: true)
        }
        try noteEpochs(batches)
        let rolled = try rollIfNeeded(for: batches, byteCount: byteCount, now: now)
        defer { active.reserve(reservedBytes) }
        try write(batches)
        try took(batches, effect)
        let first = batches[0].header
        let last = batches[batches.count - 1].header
        return AppendResult(
            baseOffset: first.baseOffset, lastOffset: last.lastOffset,
            logAppendTime: origin.assignsOffsets && config.messageTimestampType == .logAppendTime ? now : -1,
            logStartOffset: logStartOffset, rolled: rolled,
            mustFlush: logEndOffset - recoveryPoint >= config.flushMessages)
    }

    private func setOffsets(
        _ batches: inout [PendingBatch], origin: AppendOrigin, leaderEpoch: Int32
    ) throws(LogError) {
        guard origin.assignsOffsets else {
            let first = batches[0].header.baseOffset
            if first < logEndOffset {
                throw LogError(
                    .invalidRecord,
                    "Unexpected offset in append to \(topicPartition): first offset \(first) "
                        + "is less than the next offset \(logEndOffset)")
            }
            if batches[batches.count - 1].header.lastOffset == .max {
                throw LogError(.invalidRecord, "\(topicPartition) has no offsets left behind \(Int64.max)")
            }
            return
        }
        var offset = logEndOffset
        for index in batches.indices {
            batches[index].header.baseOffset = offset
            batches[index].header.partitionLeaderEpoch = leaderEpoch
            offset = batches[index].header.nextOffset
        }
        if offset < logEndOffset {
            throw LogError(.invalidRecord, "\(topicPartition) has no offsets left behind \(logEndOffset)")
        }
    }

    /// Notes the epochs that begin with the batches, and writes them down first.
    private mutating func noteEpochs(_ batches: [PendingBatch]) throws(LogError) {
        let before = epochs
        for batch in batches where batch.header.partitionLeaderEpoch >= 0 {
            epochs.assign(batch.header.partitionLeaderEpoch, startOffset: batch.header.baseOffset)
        }
        do throws(LogError) {
            try epochs.write(directory, logEndOffset: batches[batches.count - 1].header.nextOffset)
        } catch  where isAlwaysRecovered && error.isOutOfSpace {
            // The batches tell them again.
        } catch {
            epochs = before
            throw error
        }
    }

    /// Begins a new segment if the batches don't belong into the active one.
    private mutating func rollIfNeeded(
        for batches: [PendingBatch], byteCount: Int, now: Int64
    ) throws(LogError) -> Bool {
        try closeGap(now: now)
        var largest: Int64 = -1
        for batch in batches { largest = max(largest, batch.header.maxTimestamp) }
        let mustRoll = try active.shouldRoll(
            for: byteCount, lastOffset: batches[batches.count - 1].header.lastOffset, maxTimestamp: largest,
            config: config, now: now)
        if mustRoll { try roll(to: max(batches[0].header.baseOffset, logEndOffset), now: now) }
        return mustRoll
    }

    /// Writes the batches behind the others with one call; when that fails, whatever was written of them goes again,
    /// before the next ones at the latest.
    private mutating func write(_ batches: [PendingBatch]) throws(LogError) {
        let segment = active
        let end = segment.byteCount
        let file = try segment.log()
        try segment.cutRemains()
        // Read before the write, so that nothing can fail behind it.
        _ = try segment.largestTimestamp()
        _ = try segment.timeIndex.last()
        do throws(LogError) {
            try segment.allocate(for: batches.reduce(0) { $0 + $1.header.byteCount }, config: config)
            try file.append(batches, at: end)
        } catch {
            segment.hasRemains = true
            try? segment.cutRemains()
            throw error
        }
    }

    /// Takes note of batches that have been written.
    private mutating func took(_ batches: [PendingBatch], _ effect: ProducerEffect) throws(LogError) {
        let segment = active
        for batch in batches {
            let header = batch.header
            try segment.appended(header, config: config)
            logEndOffset = header.nextOffset
        }
        for update in effect.updates { producers.take(update) }
        for transaction in effect.completed {
            let stable = producers.complete(transaction)
            if transaction.isAborted { segment.noteAborted(transaction, lastStableOffset: stable) }
        }
        producers.endOffset = logEndOffset
        highWatermark = logEndOffset
    }
}

extension LogFile {
    /// Writes batches, each with its header as it is now.
    fileprivate func append(_ batches: [PendingBatch], at position: Int) throws(LogError) {
        var position = position
        // Coordinators append many small batches at once; a client's append is one batch.
        for index in batches.indices {
            let header = batches[index].header
            let failure: LogError? = batches[index].withRecords { records in
                withUnsafeTemporaryAllocation(byteCount: RecordBatchHeader.byteCount, alignment: 8) { bytes in
                    header.write(into: bytes)
                    do throws(LogError) {
                        try write(UnsafeRawBufferPointer(bytes), records, at: position)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            if let failure { throw failure }
            position += header.byteCount
        }
    }
}

extension LogSegment {
    func noteAborted(_ transaction: CompletedTransaction, lastStableOffset: Int64) {
        transactionIndex.append(
            AbortedTransaction(
                producerID: transaction.producerID, firstOffset: transaction.firstOffset,
                lastOffset: transaction.lastOffset, lastStableOffset: lastStableOffset))
    }
}
