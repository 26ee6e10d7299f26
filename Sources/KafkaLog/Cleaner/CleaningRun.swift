// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// One cleaning of one log.
struct CleaningRun: ~Copyable {
    let cleaner: LogCleaner
    let log: PartitionLog
    let range: CleanableRange
    let now: Int64
    let config: LogConfig
    var map: OffsetMap
    var filter: BatchFilter
    var report: CleanReport
    /// Someone wanted the end of it, or the log has changed.
    private(set) var isStopped = false
    private var unreportedBytes = 0
    private let truncations: Int?

    init(_ cleaner: LogCleaner, _ log: PartitionLog, _ range: CleanableRange, now: Int64) throws(LogError) {
        self.cleaner = cleaner
        self.log = log
        self.range = range
        self.now = now
        truncations = log.truncations
        config = log.config
        map = OffsetMap(maxBytes: cleaner.bufferBytes, loadFactor: cleaner.loadFactor)
        filter = BatchFilter(
            config: config, now: now, logStartOffset: log.logStartOffset, lastBatches: log.lastBatches,
            endOffset: range.firstUncleanableOffset)
        report = CleanReport(nextDirtyOffset: range.firstDirtyOffset)
    }

    mutating func perform() throws(LogError) -> CleanReport {
        let segments = try log.cleanableSegments(below: range.firstUncleanableOffset)
        try readKeys(segments)
        let end = map.latestOffset + 1
        let cleaned = segments.prefix { $0.baseOffset < end }
        // The last segment is copied whole, though the map may end in its middle.
        let aborted = try log.abortedTransactions(from: 0, to: cleaned.last?.endOffset ?? end)
        filter.transactions = CleanedTransactions(aborted)
        var rest = cleaned
        while let group = Self.firstGroup(of: rest, maxBytes: config.segmentBytes) {
            rest = rest.dropFirst(group.count)
            try copy(group)
        }
        report.nextDirtyOffset = end
        report.mapUtilization = map.utilization
        return report
    }

    /// The segments that become one: as many as fit together by their bytes and offsets.
    static func firstGroup(
        of segments: ArraySlice<CleanableSegment>, maxBytes: Int
    ) -> ArraySlice<CleanableSegment>? {
        guard let first = segments.first else { return nil }
        var byteCount = 0
        let group = segments.prefix { segment in
            byteCount += segment.byteCount
            return byteCount <= maxBytes
                && (segment.byteCount == 0
                    || segment.endOffset.subtractingSaturating(first.baseOffset) <= Int64(Int32.max))
        }
        return group.isEmpty ? segments.prefix(1) : group
    }

    /// Opens a segment; ends the cleaning when it has gone.
    mutating func open(_ segment: CleanableSegment, at offset: Int64 = 0) throws(LogError) -> CleanableFile {
        guard let file = try log.open(segment, at: offset) else { throw stop() }
        return file
    }

    /// Counts bytes that were read or written, and lets the caller of the cleaner breathe.
    mutating func advance(_ byteCount: Int) throws(LogError) {
        unreportedBytes += byteCount
        guard unreportedBytes >= 1 << 20 else { return }
        guard cleaner.progress(unreportedBytes), !hasLogChanged else { throw stop() }
        unreportedBytes = 0
    }

    /// The log was truncated, closed or deleted.
    var hasLogChanged: Bool { log.truncations != truncations }

    mutating func stop() -> LogError {
        isStopped = true
        return LogError(.operationNotAttempted, "The cleaning of \(log.topicPartition) was stopped")
    }
}
