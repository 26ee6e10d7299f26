// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// How large a log is.
public struct LogSize: Sendable, Equatable {
    /// Bytes of all segments.
    public var byteCount: Int64
    /// Segments, of which there always is one.
    public var segmentCount: Int
}

extension PartitionLog {
    /// How large the log is now.
    public var size: LogSize {
        locked { LogSize(byteCount: $0.byteCount, segmentCount: $0.segments.count) }
    }

    /// The time, in milliseconds since 1970, of the batch that holds the first record of a reader at an offset: under
    /// CreateTime that of the batch's first record, else when it was appended. Nil where the reader is at the end, but for
    /// markers of transactions, or the batch has no time. No record is read or decompressed.
    public func batchTimestamp(at offset: Int64) throws(LogError) -> Int64? {
        try reading { (state) throws(LogError) in try state.batchTimestamp(at: offset) }
    }
}

extension PartitionState {
    /// Batches that are looked at: behind so many markers it doesn't matter any more.
    private static var batchLimit: Int { 1000 }

    fileprivate func batchTimestamp(at offset: Int64) throws(LogError) -> Int64? {
        try checkUsable()
        let offset = max(offset, logStartOffset)
        guard offset < highWatermark, let first = segments.lastIndex(where: { $0.baseOffset <= offset }) else {
            return nil
        }
        var left = Self.batchLimit
        for segment in segments[first...] {
            var scanner = BatchScanner(
                try segment.log(), from: try segment.offsetIndex.lookup(offset).position, to: segment.byteCount)
            while left > 0, let (header, _) = try scanner.next() {
                left -= 1
                guard header.lastOffset >= offset, !header.isControl else { continue }
                let hasBase = header.timestampType == .createTime && !header.hasDeleteHorizon
                let time = hasBase ? header.baseTimestamp : header.maxTimestamp
                return time >= 0 ? time : nil
            }
        }
        return nil
    }
}
