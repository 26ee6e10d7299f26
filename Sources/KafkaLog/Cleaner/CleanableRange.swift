// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The part of a log that is worth cleaning now.
public struct CleanableRange: Sendable, Equatable {
    /// Below, the log was cleaned.
    public var firstDirtyOffset: Int64
    /// From here on nothing may be cleaned yet; where a segment begins.
    public var firstUncleanableOffset: Int64
    /// Bytes of the segments below the first dirty offset.
    public var cleanBytes: Int64
    /// Bytes of the segments between the two offsets.
    public var dirtyBytes: Int64
    /// Records have waited for max.compaction.lag.ms.
    public var isOverdue: Bool

    /// From 0 to 1; the dirtiest log is cleaned first.
    public var dirtyRatio: Double { Double(dirtyBytes) / Double(max(cleanBytes + dirtyBytes, 1)) }
}

extension PartitionState {
    /// What to clean, nil when nothing is due: by min.cleanable.dirty.ratio, min.compaction.lag.ms and
    /// max.compaction.lag.ms; never the active segment, nor anything from the first open transaction on.
    func cleanable(from checkpoint: Int64?, now: Int64) throws(LogError) -> CleanableRange? {
        try checkUsable()
        guard config.cleanupPolicy.contains(.compact), segments.count > 1 else { return nil }
        var firstDirty = checkpoint ?? logStartOffset
        // A checkpoint that the log has left behind, or that it lost records of, says nothing.
        if firstDirty < logStartOffset || firstDirty > logEndOffset { firstDirty = logStartOffset }
        let dirty = (segmentIndex(of: firstDirty) ?? 0)..<segments.count - 1
        var bound = min(lastStableOffset, active.baseOffset)
        if config.minCompactionLagMs > 0 {
            let newest = now.subtractingSaturating(config.minCompactionLagMs)
            for segment in segments[dirty] where try segment.largestTimestamp().timestamp > newest {
                bound = min(bound, segment.baseOffset)
                break
            }
        }
        let end = segmentIndex(of: max(bound, firstDirty)) ?? 0
        let range = CleanableRange(
            firstDirtyOffset: firstDirty, firstUncleanableOffset: segments[end].baseOffset,
            cleanBytes: Self.byteCount(segments.prefix { $0.baseOffset < firstDirty }),
            dirtyBytes: dirty.lowerBound < end ? Self.byteCount(segments[dirty.lowerBound..<end]) : 0,
            isOverdue: try isOverdue(segments[dirty], now: now))
        guard range.dirtyBytes > 0, range.isOverdue || range.dirtyRatio > config.minCleanableDirtyRatio else {
            return nil
        }
        return range
    }

    private func isOverdue(_ dirty: ArraySlice<LogSegment>, now: Int64) throws(LogError) -> Bool {
        // Without a limit no file needs to be opened.
        let oldest = now.subtractingSaturating(max(config.maxCompactionLagMs, 0))
        guard oldest > 0 else { return false }
        for segment in dirty {
            let first = try segment.timestampOfFirstBatch()
            if first > 0, first < oldest { return true }
        }
        return false
    }

    private static func byteCount(_ segments: ArraySlice<LogSegment>) -> Int64 {
        segments.reduce(0) { $0 + Int64($1.byteCount) }
    }
}
