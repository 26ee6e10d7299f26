// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A segment as a cleaning found it.
struct CleanableSegment: Sendable {
    fileprivate var identity: ObjectIdentifier
    /// Changes whenever records are cut off the log.
    fileprivate var truncations: Int
    var baseOffset: Int64
    /// Where the segment behind it begins.
    var endOffset: Int64
    var byteCount: Int
}

/// A segment's file, and what a copy of it needs to know.
struct CleanableFile: Sendable {
    var file: LogFile
    /// Where the batch with the offset asked for begins.
    var position: Int
    /// When it was last written, in milliseconds since 1970.
    var modified: Int64
}

/// The last batch of a producer, whose header must stay for its sequence and epoch.
enum LastBatch: Sendable {
    case records(lastOffset: Int64)
    case marker(epoch: Int16)

    func matches(_ header: RecordBatchHeader) -> Bool {
        switch self {
        case .records(let lastOffset): header.lastOffset == lastOffset
        case .marker(let epoch): header.isControl && header.producerEpoch == epoch
        }
    }
}

extension PartitionLog {
    /// How often records were cut off; nil once the log was closed or deleted, or its disk failed.
    var truncations: Int? { locked { $0.failure == nil ? $0.truncations : nil } }

    /// The segments that begin below an offset; never the active one.
    func cleanableSegments(below offset: Int64) throws(LogError) -> [CleanableSegment] {
        try reading { (state) throws(LogError) in
            try state.checkUsable()
            return zip(state.segments, state.segments.dropFirst()).prefix { $0.0.baseOffset < offset }.map {
                CleanableSegment(
                    identity: ObjectIdentifier($0.0), truncations: state.truncations, baseOffset: $0.0.baseOffset,
                    endOffset: $0.1.baseOffset, byteCount: $0.0.byteCount)
            }
        }
    }

    var lastBatches: [Int64: LastBatch] {
        locked { state in
            state.producers.entries.mapValues { entry in
                entry.batches.last.map { .records(lastOffset: $0.lastOffset) } ?? .marker(epoch: entry.epoch)
            }
        }
    }

    /// Opens a segment's file; nil when the segment isn't in the log any more.
    func open(_ segment: CleanableSegment, at offset: Int64) throws(LogError) -> CleanableFile? {
        try reading { (state) throws(LogError) in
            try state.checkUsable()
            guard let index = state.segmentIndex(of: segment.baseOffset), state.isUnchanged(segment, at: index) else {
                return nil
            }
            let found = state.segments[index]
            let position =
                offset <= segment.baseOffset ? 0 : try found.find(offset)?.position ?? found.byteCount
            let modified = try FileSystem.status(found.files.path(.log))?.modified ?? found.created
            return CleanableFile(file: try found.log(), position: position, modified: modified)
        }
    }

    /// Puts finished `.cleaned` segments into the place of others; false, and nothing happens, when those have changed.
    /// The files of the new ones belong to the log from here on, whatever is thrown.
    func replace(
        _ old: ArraySlice<CleanableSegment>, with new: [LogSegment], now: Int64, beforeRename: () -> Void
    ) throws(LogError) -> Bool {
        let directory: String? = try changing { (state) throws(LogError) in
            try state.replace(old, with: new, now: now, beforeRename: beforeRename) ? state.directory : nil
        }
        guard let directory else { return false }
        try FileSystem.syncDirectory(directory)
        return true
    }
}

extension PartitionState {
    /// Whether the segment at this place is the one that was found, with all its records.
    fileprivate func isUnchanged(_ segment: CleanableSegment, at index: Int) -> Bool {
        index < segments.count - 1 && segments[index].baseOffset == segment.baseOffset
            && ObjectIdentifier(segments[index]) == segment.identity && truncations == segment.truncations
    }

    /// The steps that a crash may stop anywhere: new files become `.swap`, from which moment on opening the log
    /// completes the change; old files go; new ones get their names.
    fileprivate mutating func replace(
        _ old: ArraySlice<CleanableSegment>, with new: [LogSegment], now: Int64, beforeRename: () -> Void
    ) throws(LogError) -> Bool {
        try checkUsable()
        guard let first = segmentIndex(of: old.first?.baseOffset ?? -1),
            zip(old, first...).allSatisfy({ isUnchanged($0, at: $1) })
        else { return false }
        // The last one first: as long as the first has .cleaned files, opening the log undoes the change.
        do throws(LogError) {
            for segment in new.reversed() {
                segment.move(to: location)
                try segment.rename(to: .swap, beforeEach: beforeRename)
            }
        } catch {
            for segment in new.reversed() { segment.discard() }
            throw error
        }
        do throws(LogError) {
            let gone = segments[first..<first + old.count]
            for segment in gone {
                segment.release()
                for path in segment.paths {
                    beforeRename()
                    try doom([path], now: now)
                }
            }
            for segment in new { try segment.rename(to: .none, beforeEach: beforeRename) }
            let bases = Set(new.map(\.baseOffset))
            for segment in gone where !bases.contains(segment.baseOffset) {
                beforeRename()
                try doomSnapshot(segment.baseOffset, now: now)
            }
        } catch {
            // Some files have their names and some don't: opening the log puts that right.
            failure = error
            throw error
        }
        segments.replaceSubrange(first..<first + old.count, with: new)
        return true
    }
}
