// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    func bound(_ isolation: Isolation) -> Int64 {
        switch isolation {
        case .logEnd: logEndOffset
        case .readUncommitted: highWatermark
        case .readCommitted: lastStableOffset
        }
    }

    mutating func read(
        from offset: Int64, maxBytes: Int, minOneBatch: Bool, isolation: Isolation
    ) throws(LogError) -> LogReadResult {
        try checkUsable()
        guard offset >= logStartOffset, offset <= logEndOffset else {
            throw LogError(
                .offsetOutOfRange,
                "Received request for offset \(offset) for partition \(topicPartition), "
                    + "but we only have log segments in the range \(logStartOffset) to \(logEndOffset).")
        }
        var result = LogReadResult(
            slice: .empty, logStartOffset: logStartOffset, highWatermark: highWatermark,
            lastStableOffset: lastStableOffset, logEndOffset: logEndOffset,
            abortedTransactions: isolation == .readCommitted ? [] : nil)
        let bound = bound(isolation)
        guard offset < bound, maxBytes > 0 || minOneBatch, var index = segmentIndex(of: offset) else { return result }
        while index < segments.count, segments[index].baseOffset < bound {
            let segment = segments[index]
            var found = try segment.find(offset)
            if try checkOffsets(from: offset, found, in: index, maxBytes: maxBytes) { found = try segment.find(offset) }
            if let found {
                var end = try endPosition(in: index, below: bound)
                if let wrong = segment.wrongFrom, found.position < wrong { end = min(end, wrong) }
                let first = found.header.byteCount
                // A first batch that doesn't fit comes whole or not at all (KIP-74).
                guard found.position < end, minOneBatch || first <= maxBytes else { return result }
                let byteCount = min(end - found.position, max(maxBytes, minOneBatch ? first : 0))
                result.slice = LogSlice(
                    file: try segment.log(), position: Int64(found.position), byteCount: byteCount)
                if isolation == .readCommitted {
                    result.abortedTransactions = try abortedTransactions(
                        from: offset, to: offsetBehind(found.position + byteCount, in: index))
                }
                return result
            }
            // Compaction may have taken the end of a segment.
            index += 1
        }
        return result
    }

    /// Checks the offsets of what a reader is about to get, once for each part of a segment that another process wrote;
    /// true when some were mended.
    private mutating func checkOffsets(
        from offset: Int64, _ found: (header: RecordBatchHeader, position: Int)?, in index: Int, maxBytes: Int
    ) throws(LogError) -> Bool {
        let segment = segments[index]
        // Without a batch to begin with, any of them may be the one.
        let first = found.map { $0.position + $0.header.byteCount } ?? segment.byteCount
        let end = found.map { max($0.position.addingSaturating(maxBytes), first) } ?? first
        if let found, segment.isChecked(found.position..<min(end, segment.byteCount)) { return false }
        let mended = try segment.checkOffsets(
            from: offset, to: end, bound: index + 1 < segments.count ? segments[index + 1].baseOffset : logEndOffset,
            isContiguous: config.isContiguous)
        notes += mended
        return !mended.isEmpty
    }

    /// Where the batches below an offset end in a segment.
    private func endPosition(in index: Int, below bound: Int64) throws(LogError) -> Int {
        let segment = segments[index]
        let isWhole = index + 1 < segments.count ? bound >= segments[index + 1].baseOffset : bound >= logEndOffset
        if isWhole { return segment.byteCount }
        return try segment.find(bound)?.position ?? segment.byteCount
    }

    /// An offset beyond all records before a position, as near as the index knows.
    private func offsetBehind(_ position: Int, in index: Int) throws(LogError) -> Int64 {
        if let offset = try segments[index].offsetIndex.offset(atOrAfter: position) { return offset }
        return index + 1 < segments.count ? segments[index + 1].baseOffset : logEndOffset
    }

    /// The aborted transactions that touch `from..<to`.
    func abortedTransactions(from: Int64, to: Int64) throws(LogError) -> [AbortedTransaction] {
        var found: [AbortedTransaction] = []
        for segment in segments[(segmentIndex(of: from) ?? 0)...] {
            if try segment.transactionIndex.collect(from: from, to: to, into: &found) { break }
        }
        return found
    }
}
