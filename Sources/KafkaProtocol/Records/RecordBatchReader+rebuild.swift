// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension RecordBatchReader {
    /// The batch with its records compressed otherwise, all else as it was (for a topic's `compression.type`).
    public mutating func recompressed(
        _ batch: UnsafeRawBufferPointer, header: RecordBatchHeader, _ compression: CompressionSettings,
        with compressor: inout Compressor
    ) throws(RecordError) -> ByteBuffer {
        let records = try decompress(batch, header: header)
        return try header.batch(of: records, compression, with: &compressor)
    }

    /// The batch with offsets that count up by one from the base offset, for clients that do not number records.
    public mutating func renumbered(
        _ batch: UnsafeRawBufferPointer, header: RecordBatchHeader, _ compression: CompressionSettings,
        with compressor: inout Compressor
    ) throws(RecordError) -> ByteBuffer {
        let payload = try decompress(batch, header: header)
        var records = try RecordCursor(payload, header: header)
        var builder = RecordBatchBuilder(
            rebuilding: header, payloadByteCount: payload.count, deleteHorizon: header.deleteHorizon)
        while let record = try records.next() {
            let fits = builder.append(
                timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers)
            guard fits else { throw .tooLarge(limit: builder.capacity) }
        }
        var properties = RecordBatchProperties(of: header)
        properties.lastOffsetDelta = nil
        return try builder.finish(properties, compression: compression, with: &compressor)
    }

    /// The batch with only some of its records, for compaction: offsets, the range of offsets and
    /// sequence numbers, and what the header says of the producer stay. A batch that loses all its records is a
    /// header alone, so that the producer's state is not lost.
    ///
    /// - Parameters:
    ///   - batch: its bytes, header included.
    ///   - header: what the batch begins with.
    ///   - deleteHorizon: When tombstones and markers in the batch may go (KIP-534), nil for a batch that has none.
    ///   - compression: of the new batch.
    ///   - compressor: to be used again for the next.
    ///   - keep: whether a record stays.
    public mutating func filtered(
        _ batch: UnsafeRawBufferPointer, header: RecordBatchHeader, deleteHorizon: Int64?,
        _ compression: CompressionSettings, with compressor: inout Compressor, keep: (RecordView) -> Bool
    ) throws(RecordError) -> ByteBuffer {
        let payload = try decompress(batch, header: header)
        var records = try RecordCursor(payload, header: header)
        var builder = RecordBatchBuilder(
            rebuilding: header, payloadByteCount: payload.count, deleteHorizon: deleteHorizon)
        while let record = try records.next() {
            guard keep(record) else { continue }
            guard try builder.append(record) else { throw .tooLarge(limit: builder.capacity) }
        }
        guard !builder.isEmpty else {
            return try header.emptied.batch(
                of: UnsafeRawBufferPointer(start: nil, count: 0), .none, with: &compressor)
        }
        return try builder.finish(RecordBatchProperties(of: header), compression: compression, with: &compressor)
    }
}

extension RecordBatchBuilder {
    /// With room for the records of another batch, whatever their deltas become.
    fileprivate init(rebuilding header: RecordBatchHeader, payloadByteCount: Int, deleteHorizon: Int64?) {
        // Timestamp and offset delta grow by nine and four bytes at most, the length before them by one or two.
        let growth = 16 * Int(header.recordCount)  // bounded: a number of 32 bits
        self.init(
            capacity: RecordBatchHeader.byteCount + payloadByteCount + growth, baseOffset: header.baseOffset,
            deleteHorizon: deleteHorizon)
    }
}

extension RecordBatchHeader {
    /// Of the batch without its records; the maximum timestamp stays, as Kafka keeps it.
    fileprivate var emptied: RecordBatchHeader {
        var header = self
        header.recordCount = 0
        header.baseTimestamp = -1
        header.hasDeleteHorizon = false
        return header
    }
}
