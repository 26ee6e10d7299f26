// SPDX-License-Identifier: Apache-2.0

extension RecordBatchReader {
    /// Walks every record of a batch before it is appended; keys and values are skipped.
    ///
    /// - Parameters:
    ///   - batch: its bytes, header included.
    ///   - header: what the batch begins with.
    ///   - requireKeys: Whether the topic is compacted, so that every record needs a key.
    ///   - timestamps: What the records' own timestamps may be, nil for any; -1, no timestamp, always may.
    /// - Throws: `RecordError` where the records do not have the format, or not the count of the header. Records that
    ///   only their topic refuses are listed in the result.
    public mutating func inspect(
        batch: UnsafeRawBufferPointer, header: RecordBatchHeader, requireKeys: Bool = false,
        timestamps: ClosedRange<Int64>? = nil
    ) throws(RecordError) -> BatchInspection {
        let payload = try decompress(batch, header: header)
        var bytes = try RecordBytes(payload, header: header)
        let logAppendTime = header.timestampType == .logAppendTime
        let allowed = logAppendTime ? Int64.min...Int64.max : timestamps ?? Int64.min...Int64.max
        var inspection = BatchInspection()
        inspection.uncompressedByteCount = payload.count
        var maxTimestamp: Int64 = -1
        var deltaOfMaxTimestamp: Int32 = -1
        var hasConsecutiveOffsets = header.lastOffsetDelta == header.recordCount &- 1
        for index in 0..<max(header.recordCount, 0) {
            let record = try RecordParts(&bytes)
            let timestamp = header.baseTimestamp &+ record.timestampDelta
            if timestamp > maxTimestamp {
                maxTimestamp = timestamp
                deltaOfMaxTimestamp = record.offsetDelta
            }
            if record.offsetDelta != index { hasConsecutiveOffsets = false }
            if requireKeys, record.key == nil {
                inspection.note(.missingKey, at: index)
            } else if !allowed.contains(timestamp), timestamp != -1 {
                inspection.note(.timestampOutOfRange(timestamp), at: index)
            }
            if header.isControl { _ = try ControlRecordType(key: record.key) }
        }
        try bytes.expectEnd()
        inspection.hasConsecutiveOffsets = hasConsecutiveOffsets
        if logAppendTime {
            inspection.maxTimestamp = header.maxTimestamp
            inspection.offsetOfMaxTimestamp = header.lastOffset
        } else {
            inspection.maxTimestamp = maxTimestamp
            if maxTimestamp > -1 {
                inspection.offsetOfMaxTimestamp = header.baseOffset &+ Int64(deltaOfMaxTimestamp)
            }
            // A batch that compaction emptied keeps the maximum it had.
            if header.recordCount > 0, maxTimestamp != header.maxTimestamp {
                inspection.correctedMaxTimestamp = maxTimestamp
            }
        }
        return inspection
    }
}
