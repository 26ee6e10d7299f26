// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension LogSegment {
    /// Cuts the batches from the one that holds `offset` on.
    func truncate(to offset: Int64, now: Int64) throws(LogError) {
        let found = try find(offset)
        // What the time index will lack until the segment is complete.
        _ = try largestTimestamp()
        try offsetIndex.truncate(to: offset)
        try timeIndex.truncate(to: offset)
        try transactionIndex.truncate(to: offset)
        guard let found else { return }
        // The indexes may name the batch that goes as a whole, by its last offset below `offset`.
        try offsetIndex.truncate(to: found.header.baseOffset)
        try timeIndex.truncate(to: found.header.baseOffset)
        let largest = try largestTimestamp(below: found.position)
        try log().truncate(to: found.position)
        restart(at: found.position)
        if found.position == 0 { created = now }
        setLargestTimestamp(largest)
    }

    /// Looks at the batches behind the last entry of the time index as well.
    private func largestTimestamp(below end: Int) throws(LogError) -> (timestamp: Int64, offset: Int64) {
        let last = try timeIndex.last()
        var largest = last
        var scanner = BatchScanner(try log(), from: try offsetIndex.lookup(last.offset).position, to: end)
        while let (header, _) = try scanner.next() {
            if header.maxTimestamp > largest.timestamp { largest = (header.maxTimestamp, header.lastOffset) }
        }
        return largest
    }

    /// Gives the files another suffix. When that fails, each is known by the name that it has, and another call goes on.
    func rename(to suffix: SegmentFiles.Suffix, beforeEach: () -> Void = {}) throws(LogError) {
        for kind in FileKind.ofSegment {
            var files = files(kind)
            guard files.suffix != suffix else { continue }
            beforeEach()
            do throws(LogError) {
                try FileSystem.rename(files.path(kind), to: files.path(kind, suffix))
            } catch  where error.isMissingFile && kind != .log {
                // Nothing was ever written to it.
            }
            files.suffix = suffix
            use(files, kind)
        }
    }

    /// Makes the segment part of a log whose directory this is.
    func move(to location: LogLocation) {
        for kind in FileKind.ofSegment {
            use(SegmentFiles(location: location, baseOffset: baseOffset, suffix: files(kind).suffix), kind)
        }
    }

    private func files(_ kind: FileKind) -> SegmentFiles {
        switch kind {
        case .offsetIndex: offsetIndex.file.files
        case .timeIndex: timeIndex.file.files
        case .transactionIndex: transactionIndex.file.files
        default: files
        }
    }

    private func use(_ files: SegmentFiles, _ kind: FileKind) {
        switch kind {
        case .offsetIndex: offsetIndex.file.files = files
        case .timeIndex: timeIndex.file.files = files
        case .transactionIndex: transactionIndex.file.files = files
        default: self.files = files
        }
    }

    /// Deletes the files of a segment that never became part of a log; never those of one that did.
    /// - Returns: The paths of those that could not be deleted.
    func discard() -> [String] {
        release()
        let suffixes = [SegmentFiles.Suffix.swap, .cleaned]
        let paths = suffixes.flatMap { suffix in FileKind.ofSegment.map { files.path($0, suffix) } }
        return paths.filter { (try? FileSystem.remove($0)) == nil }
    }

    /// The paths of all files that the segment may have, that of its batches first.
    var paths: [String] { FileKind.ofSegment.map { files($0).path($0) } }
}
