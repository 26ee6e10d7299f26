// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

extension CleaningRun {
    /// Copies segments without what is to go, and puts the copy in their place.
    mutating func copy(_ group: ArraySlice<CleanableSegment>) throws(LogError) {
        guard let first = group.first else { return }
        try log.removeDiscarded(now: now)
        var cleaned = CleanedSegments(log.directory, config: config, now: now)
        var isOurs = true
        defer { if isOurs { log.discard(cleaned.discard(), now: now) } }
        try cleaned.begin(first.baseOffset)
        let before = report
        var isChanged = group.count > 1
        var modified: Int64 = 0
        for segment in group {
            let opened = try open(segment)
            modified = max(modified, opened.modified)
            if try copy(segment, opened.file, into: &cleaned) { isChanged = true }
        }
        report.segmentsBefore += group.count
        report.bytesBefore += group.reduce(0) { $0 + Int64($1.byteCount) }
        guard isChanged else {
            // Nothing to gain from a copy that is the same.
            report.segmentsAfter += 1
            report.bytesAfter = before.bytesAfter + Int64(first.byteCount)
            return
        }
        try cleaned.finish(modified: modified)
        report.segmentsAfter += cleaned.segments.count
        report.bytesAfter += cleaned.byteCount
        isOurs = false
        let hook = cleaner.beforeRename
        guard try log.replace(group, with: cleaned.segments, now: now, beforeRename: { hook?() }) else {
            isOurs = true
            throw stop()
        }
    }

    /// Copies the batches of one segment; true when the copy differs.
    private mutating func copy(
        _ segment: CleanableSegment, _ file: LogFile, into cleaned: inout CleanedSegments
    ) throws(LogError) -> Bool {
        var isChanged = false
        var batches = SegmentBatches(segment, file, from: 0)
        while let (header, bytes) = try batches.next() {
            try advance(bytes.count)
            let kept: BatchFilter.Kept
            do throws(RecordError) {
                kept = try filter.filter(header, bytes, map, &report)
            } catch {
                throw LogError(.corruptMessage, "\(file.path), batch at \(header.baseOffset): \(error)")
            }
            switch kept {
            case .nothing: isChanged = true
            case .all:
                try cleaned.append(header, bytes)
                try advance(bytes.count)
            case .rebuilt(let batch):
                isChanged = true
                try batch.withBytes { (bytes) throws(LogError) in try cleaned.append(RecordBatchHeader(bytes), bytes) }
                try advance(batch.readableBytes)
            }
            if let aborted = filter.takeAborted() { cleaned.note(aborted) }
        }
        return isChanged
    }
}
