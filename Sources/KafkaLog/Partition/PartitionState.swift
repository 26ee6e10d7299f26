// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Everything of a partition's log that its lock guards.
struct PartitionState {
    let topicPartition: TopicPartition
    let location: LogLocation
    var config: LogConfig
    let verifiesTransactions: Bool
    let syncsIndexes: Bool
    let reservedBytes: Int
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
    /// Segments were cut off, so that the active one may end below the log's end.
    var mayEndInGap = false
    /// Files that were taken out of the log, and when they may go.
    var doomed: [(path: String, due: Int64)] = []
    /// Segments of a cleaning that are part of the log already, while some files don't have their names yet.
    var replacement: Replacement?
    var availability = Availability.open
    /// What the operator should know since `takeNotes`, a sentence each.
    var notes: [String] = []

    /// Indexes and epochs are made from the batches at each start.
    var isAlwaysRecovered: Bool { !syncsIndexes }

    var directory: String { location.directory }

    var active: LogSegment { segments[segments.count - 1] }

    /// Where readers of committed records stop: at the first transaction that is still open; at the beginning while the
    /// producers aren't known.
    var lastStableOffset: Int64 {
        if producers.isUnknown { return logStartOffset }
        guard let open = producers.firstOngoingOffset else { return highWatermark }
        return min(max(open, logStartOffset), highWatermark)
    }

    /// Throws when the log can't be used any more.
    func checkUsable() throws(LogError) {
        if case .ended(let reason) = availability { throw reason }
    }

    /// Throws when nothing can be written any more.
    func checkWritable() throws(LogError) {
        switch availability {
        case .open: break
        case .readOnly(let reason), .ended(let reason): throw reason
        }
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

    /// After a deletion, which may be to make the room that this takes: what it can't do is done with the next append,
    /// and whoever opens the log drops what lies outside of it.
    mutating func writeEpochsIfPossible() { _ = try? writeEpochs() }

    /// Makes the files of a new segment. When that fails, those that were made go again: an empty log file would be the
    /// end of the log for who opens it next.
    mutating func createSegment(at offset: Int64, now: Int64) throws(LogError) -> LogSegment {
        let files = segmentFiles(offset)
        do throws(LogError) {
            let segment = try LogSegment.create(files: files, config: config, now: now)
            let paths = segment.paths
            doomed.removeAll { paths.contains($0.path) }
            return segment
        } catch {
            for kind in FileKind.ofSegment { removeSoon(files.path(kind), now: now) }
            throw error
        }
    }
}

/// What can be done with a log.
enum Availability {
    case open
    /// The disk failed to take what was written, and may have lost it: nothing comes behind it.
    case readOnly(LogError)
    /// The log was closed or deleted.
    case ended(LogError)
}

// Files that leave the log.
extension PartitionState {
    /// Takes a file out of the log: it gets another name at once, and goes when it is due. Where there is no room for
    /// a name, it goes at once; who reads it has it open.
    mutating func doom(_ path: String, now: Int64) throws(LogError) {
        let renamed = path + SegmentFiles.Suffix.deleted.rawValue
        do throws(LogError) {
            try FileSystem.rename(path, to: renamed)
        } catch  where error.isMissingFile {
            return
        } catch {
            guard (try? FileSystem.remove(path)) != nil else { throw error }
            return
        }
        doomed.append((renamed, now.addingSaturating(config.fileDeleteDelayMs)))
    }

    /// Takes a segment out of the log, with its snapshot of producers. Once its batches are out, the rest follows
    /// now or later: what belongs to no log file counts for nothing.
    mutating func doom(_ segment: LogSegment, now: Int64) throws(LogError) {
        segment.release()
        let paths = segment.paths
        try doom(paths[0], now: now)
        for path in paths.dropFirst() { doomSoon(path, now: now) }
        if let index = producers.snapshots.firstIndex(of: segment.baseOffset) {
            producers.snapshots.remove(at: index)
            doomSoon(ProducerSnapshot.path(directory, segment.baseOffset), now: now)
        }
    }

    /// Takes a file out of the log that nobody needs to go at once.
    private mutating func doomSoon(_ path: String, now: Int64) {
        do throws(LogError) { try doom(path, now: now) } catch { doomed.append((path, now)) }
    }

    /// Removes a file, now or when what is due is deleted.
    mutating func removeSoon(_ path: String, now: Int64) {
        if (try? FileSystem.remove(path)) == nil { doomed.append((path, now)) }
    }

    /// Deletes the files that are due. One that can't be deleted is tried again.
    mutating func deletePending(now: Int64) {
        doomed.removeAll { $0.due <= now && (try? FileSystem.remove($0.path)) != nil }
    }
}
