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
    var truncations: Int? {
        locked {
            if case .open = $0.availability { $0.truncations } else { nil }
        }
    }

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

    /// Files of a cleaning that came to nothing, and could not be removed; they go with what is due.
    func discard(_ paths: [String], now: Int64) {
        if !paths.isEmpty { locked { $0.doomed += paths.map { ($0, now) } } }
    }

    /// Completes the cleaning before, and removes what is left of those that came to nothing: beside files of another
    /// one, it would count as theirs, and go with them.
    func removeDiscarded(now: Int64) throws(LogError) {
        try changing { (state) throws(LogError) in
            try state.completeReplacement(now: now)
            for file in state.doomed where file.path.hasSuffix(".cleaned") || file.path.hasSuffix(".swap") {
                try FileSystem.remove(file.path)
                state.doomed.removeAll { $0.path == file.path }
            }
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
        try completeReplacement(now: now, beforeRename: beforeRename)
        let first: Int
        do throws(LogError) {
            try checkWritable()
            guard let found = segmentIndex(of: old.first?.baseOffset ?? -1),
                zip(old, found...).allSatisfy({ isUnchanged($0, at: $1) })
            else { return false }
            first = found
            // The last one first: as long as the first has .cleaned files, opening the log undoes the change.
            for segment in new.reversed() {
                segment.move(to: location)
                try segment.rename(to: .swap, beforeEach: beforeRename)
            }
        } catch {
            for segment in new.reversed() { for path in segment.discard() { doomed.append((path, now)) } }
            throw error
        }
        let gone = segments[first..<first + old.count]
        let bases = Set(new.map(\.baseOffset))
        replacement = Replacement(
            gone: gone, new: new, snapshots: gone.map(\.baseOffset).filter { !bases.contains($0) })
        segments.replaceSubrange(first..<first + old.count, with: new)
        try completeReplacement(now: now, beforeRename: beforeRename)
        return true
    }
}
