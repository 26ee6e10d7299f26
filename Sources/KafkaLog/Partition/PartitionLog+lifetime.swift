// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What is known of a segment without reading it.
public struct SegmentInfo: Sendable, Equatable {
    /// The offset that the segment's files are named after.
    public var baseOffset: Int64
    /// Bytes of its records.
    public var byteCount: Int
}

extension PartitionLog {
    /// Bytes of all segments.
    public var byteCount: Int64 { locked { $0.byteCount } }

    /// The segments, the oldest first; the last one is appended to.
    public var segments: [SegmentInfo] {
        locked { $0.segments.map { SegmentInfo(baseOffset: $0.baseOffset, byteCount: $0.byteCount) } }
    }

    /// Removes the records below an offset (DeleteRecords); their segments go with the next `enforceRetention`.
    /// `.offsetOutOfRange` above the high watermark.
    public func advanceLogStart(to offset: Int64) throws(LogError) {
        try changing { (state) throws(LogError) in try state.advanceLogStart(to: offset) }
    }

    /// Removes the segments that cleanup.policy no longer keeps. Their files are deleted file.delete.delay.ms later,
    /// by `deletePendingFiles`.
    @discardableResult
    public func enforceRetention(now: Int64) throws(LogError) -> [SegmentInfo] {
        try changing { (state) throws(LogError) in
            try state.enforceRetention(now: now).map {
                SegmentInfo(baseOffset: $0.baseOffset, byteCount: $0.byteCount)
            }
        }
    }

    /// Deletes the files of removed segments that are due.
    public func deletePendingFiles(now: Int64) { locked { $0.deletePending(now: now) } }

    /// Begins a new segment; nothing happens while the active one is empty.
    public func roll(now: Int64) throws(LogError) {
        try changing { (state) throws(LogError) in
            try state.roll(to: state.logEndOffset, now: now)
        }
    }

    /// Removes the records from an offset on, and those of its batch; false when there are none. The next record gets
    /// the offset of the first that went, but none below the log start.
    @discardableResult
    public func truncate(to offset: Int64, now: Int64) throws(LogError) -> Bool {
        try changing { (state) throws(LogError) in try state.truncate(to: offset, now: now) }
    }

    /// Removes all records; the next one gets this offset.
    public func truncateFully(startingAt offset: Int64, now: Int64) throws(LogError) {
        try changing { (state) throws(LogError) in try state.truncateFully(startingAt: offset, now: now) }
    }

    /// The periodic step, for a thread that may block: deletion of what is due, flush.ms, and closing of files that
    /// nobody has used since the last step.
    public func maintain(now: Int64) throws(LogError) {
        deletePendingFiles(now: now)
        let flushIsDue = locked { state in
            guard case .open = state.availability else { return false }
            return state.recoveryPoint < state.logEndOffset
                && now.subtractingSaturating(state.lastFlush) >= state.config.flushMs
        }
        if flushIsDue { try flush(upTo: .max, now: now) }
        try changing { (state) throws(LogError) in try state.releaseIdleFiles() }
    }
}

extension PartitionState {
    fileprivate mutating func releaseIdleFiles() throws(LogError) {
        if case .ended = availability { return }
        for segment in segments {
            if segment.wasUsed {
                segment.markUnused()
            } else {
                try segment.trim()
                segment.release()
            }
        }
    }
}
