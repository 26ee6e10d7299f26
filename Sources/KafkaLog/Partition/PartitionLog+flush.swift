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
            // What the system failed to write may be gone from its memory too: nothing here can be trusted now.
            locked { $0.failure = error }
            throw error
        }
        locked { $0.finishFlush(work, now: now) }
    }

    /// Brings everything to disk, writes down the producers, and lets go of the files. Later calls fail.
    public func close() throws(LogError) {
        try changing { (state) throws(LogError) in
            if state.failure == nil { try state.prepareClose() }
        }
        if locked({ $0.failure == nil }) { try flush() }
        try closeWithoutFlush()
    }

    /// As `close`, but leaves it to the caller to bring the files to disk, with `LogDirectory.synchronize`. Only then
    /// may the recovery point, which is the log's end now, be written to the checkpoint.
    public func closeWithoutFlush() throws(LogError) {
        try changing { (state) throws(LogError) in
            guard state.failure == nil else { return }
            try state.prepareClose()
            try state.writeSnapshot()
            state.deletePending(now: .max)
            state.recoveryPoint = state.logEndOffset
            state.end(LogError(.kafkaStorageError, "The log of \(topicPartition) is closed"))
        }
    }
}

extension PartitionState {
    fileprivate mutating func prepareClose() throws(LogError) {
        if config.preallocate { try active.becameInactive() } else { try active.trim() }
        try active.completeTimeIndex()
        for segment in segments { try segment.writeIndexes() }
        try writeEpochs()
    }

    mutating func end(_ reason: LogError) {
        for segment in segments { segment.release() }
        failure = reason
    }
}
