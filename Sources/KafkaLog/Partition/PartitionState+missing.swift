// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// What a clean stop left, and is not there any more.
extension PartitionState {
    /// Tells which records are missing at the log's beginning and end, and which logs only have their indexes. New
    /// records go on where those would that are lost: who had read them would take others with their offsets for them.
    mutating func reportMissing(
        _ listing: PartitionListing, now: Int64, report: inout RecoveryReport
    ) throws(LogError) {
        var missing: [Range<Int64>] = []
        // The first epoch begins where the log does.
        if let first = epochs.entries.first?.startOffset, first < segments[0].baseOffset {
            missing.append(first..<segments[0].baseOffset)
        }
        if recoveryPoint > logEndOffset {
            missing.append(logEndOffset..<recoveryPoint)
            try begin(at: recoveryPoint, now: now)
        }
        var sentences: [String] = []
        if !missing.isEmpty {
            sentences.append(
                "the records at offsets \(missing.map(\.bothEnds).joined(separator: " and ")) are missing, which were "
                    + "there at the last clean stop; the next record gets offset \(logEndOffset)")
        }
        if !listing.orphans.isEmpty {
            let names = listing.orphans.sorted().map { SegmentFiles.name($0) + FileKind.log.rawValue }
            sentences.append("\(names.joined(separator: ", ")) is missing, of which there was an index")
        }
        if !sentences.isEmpty { report.messages.append("\(directory): " + sentences.joined(separator: "; ")) }
    }

    /// Goes on at the log's end with a new segment if the active one ends below: within a segment, a gap would be taken
    /// for damage.
    mutating func closeGap(now: Int64) throws(LogError) {
        guard mayEndInGap else { return }
        if try active.lastEnd() < logEndOffset { try begin(at: logEndOffset, now: now) }
        mayEndInGap = false
    }

    /// Goes on at an offset beyond the end of the active segment.
    private mutating func begin(at offset: Int64, now: Int64) throws(LogError) {
        let old = active
        try old.becameInactive()
        segments.append(try createSegment(at: offset, now: now))
        if old.byteCount == 0 {
            try doom(old, now: now)
            segments.remove(at: segments.count - 2)
            if segments.count == 1 { logStartOffset = max(logStartOffset, offset) }
        }
        logEndOffset = offset
    }
}

extension PartitionLog {
    /// The offsets that are missing between the segments: those of files that are gone or were cut. None in a log that
    /// is compacted, where it can't be told. Reads a piece of each segment, until the closure says that it is enough.
    public func missingOffsets(until isEnough: () -> Bool = { false }) throws(LogError) -> [Range<Int64>] {
        guard config.isContiguous else { return [] }
        var missing: [Range<Int64>] = []
        var next = Int64.min
        while !isEnough() {
            // One segment at a time, as others wait for the lock.
            let found = try reading { (state) throws(LogError) -> (range: Range<Int64>?, next: Int64)? in
                try state.checkUsable()
                guard let index = state.segments.firstIndex(where: { $0.baseOffset >= next }),
                    index + 1 < state.segments.count
                else { return nil }
                let following = state.segments[index + 1].baseOffset
                let segment = state.segments[index]
                let wasUsed = segment.wasUsed
                // There may be more of them than files may be open.
                defer { if !wasUsed { segment.release() } }
                let end = try segment.lastEnd()
                return (end < following ? end..<following : nil, following)
            }
            guard let found else { return missing }
            if let range = found.range { missing.append(range) }
            next = found.next
        }
        return missing
    }
}

extension LogSegment {
    /// The offset behind the last whole batch, whatever follows it.
    fileprivate func lastEnd() throws(LogError) -> Int64 {
        if let tail = try scanTail(isContiguous: false) { return tail.endOffset }
        var end = baseOffset
        var scanner = BatchScanner(try log(), from: 0, to: byteCount)
        do throws(LogError) {
            while let (header, _) = try scanner.next(), header.hasOffsets { end = header.nextOffset }
        } catch  where error.code == .corruptMessage {}
        return end
    }
}

extension Range<Int64> {
    /// As an operator reads it: the first and the last.
    package var bothEnds: String { count == 1 ? "\(lowerBound)" : "\(lowerBound) to \(upperBound - 1)" }
}
