// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Everything of a partition's log that its lock guards.
struct PartitionState {
    let topicPartition: TopicPartition
    let location: LogLocation
    var config: LogConfig
    let verifiesTransactions: Bool
    let syncsIndexes: Bool
    var topicID: KafkaUUID?
    /// In order of their base offsets; the last one is active, and there always is one.
    var segments: [LogSegment] = []
    var epochs = LeaderEpochs()
    var producers: ProducerState
    var logStartOffset: Int64
    var logEndOffset: Int64 = 0
    /// Readers see records below; on a single node, all of them.
    var highWatermark: Int64 = 0
    /// Everything below is on disk.
    var recoveryPoint: Int64
    var lastFlush: Int64
    /// How often records were cut off, for those who read without the lock.
    var truncations = 0
    /// Files that were taken out of the log, and when they may go.
    var doomed: [(path: String, due: Int64)] = []
    /// Why nothing works any more: the log was closed, or the disk failed it halfway through a change.
    var failure: LogError?

    var directory: String { location.directory }

    var active: LogSegment { segments[segments.count - 1] }

    /// Where readers of committed records stop: at the first transaction that is still open.
    var lastStableOffset: Int64 {
        guard let open = producers.firstOngoingOffset else { return highWatermark }
        return min(max(open, logStartOffset), highWatermark)
    }

    /// Throws when the log can't be used any more.
    func checkUsable() throws(LogError) {
        if let failure { throw failure }
    }

    /// The segment that holds an offset, or would.
    func segmentIndex(of offset: Int64) -> Int? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = low + (high - low) / 2
            if segments[middle].baseOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    func segmentFiles(_ baseOffset: Int64) -> SegmentFiles {
        SegmentFiles(location: location, baseOffset: baseOffset)
    }

    mutating func writeEpochs() throws(LogError) { try epochs.write(directory, logEndOffset: logEndOffset) }

    /// Takes files out of the log: they get another name at once, and go when they are due.
    mutating func doom(_ paths: [String], now: Int64) throws(LogError) {
        for path in paths {
            let renamed = path + SegmentFiles.Suffix.deleted.rawValue
            do throws(LogError) {
                try FileSystem.rename(path, to: renamed)
            } catch  where error.isMissingFile {
                continue
            }
            doomed.append((renamed, now + config.fileDeleteDelayMs))
        }
    }

    /// Takes segments that have left `segments` out of the log, with their snapshots of producers.
    mutating func doom(_ gone: [LogSegment], now: Int64) throws(LogError) {
        for segment in gone {
            segment.release()
            try doom(segment.paths, now: now)
            try doomSnapshot(segment.baseOffset, now: now)
        }
    }

    mutating func doomSnapshot(_ offset: Int64, now: Int64) throws(LogError) {
        guard let index = producers.snapshots.firstIndex(of: offset) else { return }
        producers.snapshots.remove(at: index)
        try doom([ProducerSnapshot.path(directory, offset)], now: now)
    }
}
