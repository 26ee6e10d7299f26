// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionLog {
    /// Everything below is on disk; for the checkpoint file.
    public var recoveryPoint: Int64 { locked { $0.recoveryPoint } }

    /// Brings everything to disk that has been appended.
    public func flush() throws(LogError) { try flush(upTo: .max) }

    /// Brings the segments to disk to which nothing is added any more.
    public func flushRolledSegments() throws(LogError) {
        try flush(upTo: locked { $0.active.baseOffset })
    }

    /// Brings everything below an offset to disk. May take as long as the disk does; appends go on meanwhile.
    public func flush(upTo offset: Int64) throws(LogError) { try flush(upTo: offset, now: nil) }

    func flush(upTo offset: Int64, now: Int64?) throws(LogError) {
        guard let work = try changing({ (state) throws(LogError) in try state.prepareFlush(upTo: offset) }) else {
            return
        }
        do throws(LogError) {
            try work.run()
        } catch {
            throw locked { $0.lostWrites(error) }
        }
        locked { $0.finishFlush(work, now: now) }
    }

    /// Why nothing is appended any more until the log is opened anew, though it can be read: the disk may have lost what
    /// was written. Nil while all is well.
    public var failure: LogError? {
        locked { state in
            if case .readOnly(let reason) = state.availability { return reason }
            return nil
        }
    }

    /// What was put right since the last call, a sentence each.
    public func takeNotes() -> [String] {
        locked { state in
            defer { state.notes = [] }
            return state.notes
        }
    }

    /// Brings everything to disk, writes down the producers, and lets go of the files. Later calls fail.
    /// - Throws: When the next `open` must not be told of a clean shutdown; the log is closed all the same.
    public func close() throws(LogError) {
        do throws(LogError) {
            let isEnded = try changing { (state) throws(LogError) in
                if state.isEnded { return true }
                try state.prepareClose()
                return false
            }
            if isEnded { return }
            try flush()
        } catch {
            locked { $0.end(closed) }
            throw error
        }
        try closeWithoutFlush()
    }

    /// As `close`, but leaves it to the caller to bring the files to disk, with `LogDirectory.synchronize`. Only then
    /// may the recovery point, which is the log's end now, be written to the checkpoint.
    public func closeWithoutFlush() throws(LogError) {
        try changing { (state) throws(LogError) in
            if state.isEnded { return }
            defer { state.end(closed) }
            try state.prepareClose()
            if state.isAlwaysRecovered { try state.writeSnapshotIfRoom() } else { try state.writeSnapshot() }
            state.deletePending(now: .max)
            state.recoveryPoint = state.logEndOffset
        }
    }

    private var closed: LogError { LogError(.kafkaStorageError, "The log of \(topicPartition) is closed") }
}

extension PartitionState {
    fileprivate var isEnded: Bool {
        if case .ended = availability { return true }
        return false
    }

    /// The system failed to bring to disk what was written, and may have dropped it from its memory: what comes behind
    /// could not be trusted. Returns why nothing is appended from now on.
    fileprivate mutating func lostWrites(_ error: LogError) -> LogError {
        guard case .open = availability else { return error }
        var reason = error
        reason.message +=
            "; nothing is appended to \(topicPartition) any more, as the disk may have lost records from offset "
            + "\(recoveryPoint) on: mend the disk, then restart the broker, which checks them"
        reason.endsAppends = true
        availability = .readOnly(reason)
        return reason
    }

    fileprivate mutating func prepareClose() throws(LogError) {
        try checkWritable()
        try completeReplacement(now: .max)
        try learnProducers(now: 0)
        try active.cutRemains()
        if config.preallocate {
            try active.becameInactive()
        } else if reservedBytes == 0 {
            try active.trim()
        }
        try active.completeTimeIndex()
        do throws(LogError) {
            for segment in segments { try segment.writeIndexes() }
            try writeEpochs()
        } catch  where isAlwaysRecovered && error.isOutOfSpace {
            // The next start makes them from the batches.
        }
    }

    mutating func end(_ reason: LogError) {
        for segment in segments { segment.release() }
        availability = .ended(reason)
    }
}
