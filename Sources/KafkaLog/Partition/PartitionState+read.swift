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
            if let found = try segment.find(offset) {
                let end = try endPosition(in: index, below: bound)
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
