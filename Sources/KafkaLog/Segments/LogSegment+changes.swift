// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension LogSegment {
    /// Cuts the batches from the one that holds `offset` on.
    func truncate(to offset: Int64, now: Int64) throws(LogError) {
        let found = try find(offset)
        try offsetIndex.truncate(to: offset)
        try timeIndex.truncate(to: offset)
        try transactionIndex.truncate(to: offset)
        guard let found else { return }
        // The indexes may name the batch that goes as a whole, by its last offset below `offset`.
        try offsetIndex.truncate(to: found.header.baseOffset)
        try timeIndex.truncate(to: found.header.baseOffset)
        try log().truncate(to: found.position)
        restart(at: found.position)
        if found.position == 0 { created = now }
        try findLargestTimestamp()
    }

    /// Looks at the batches behind the last entry of the time index as well.
    private func findLargestTimestamp() throws(LogError) {
        let last = try timeIndex.last()
        var largest = last
        var scanner = BatchScanner(try log(), from: try offsetIndex.lookup(last.offset).position, to: byteCount)
        while let (header, _) = try scanner.next() {
            if header.maxTimestamp > largest.timestamp { largest = (header.maxTimestamp, header.lastOffset) }
        }
        setLargestTimestamp(largest)
    }

    /// Gives the files another suffix; nothing has them open by name.
    func rename(to suffix: SegmentFiles.Suffix, beforeEach: () -> Void = {}) throws(LogError) {
        for kind in FileKind.ofSegment {
            beforeEach()
            do throws(LogError) {
                try FileSystem.rename(files.path(kind), to: files.path(kind, suffix))
            } catch  where error.isMissingFile && kind != .log {
                continue
            }
        }
        var renamed = files
        renamed.suffix = suffix
        use(renamed)
    }

    /// Makes the segment part of a log whose directory this is.
    func move(to location: LogLocation) {
        use(SegmentFiles(location: location, baseOffset: baseOffset, suffix: files.suffix))
    }

    private func use(_ files: SegmentFiles) {
        self.files = files
        offsetIndex.file.files = files
        timeIndex.file.files = files
        transactionIndex.file.files = files
    }

    /// Deletes the files of a segment that never became part of a log; never those of one that did.
    func discard() {
        release()
        for suffix in [SegmentFiles.Suffix.swap, .cleaned] {
            for kind in FileKind.ofSegment { _ = try? FileSystem.remove(files.path(kind, suffix)) }
        }
    }

    /// The paths of all files that the segment may have.
    var paths: [String] { FileKind.ofSegment.map { files.path($0) } }
}
