// SPDX-License-Identifier: Apache-2.0

/// Walks the records of batches; owns the memory and the codecs that decompressing needs, used again for each batch.
///
/// That memory grows to the largest batch met, `maxDecompressedBytes` at most; more than 16 MiB are given back at the
/// next batch.
public struct RecordBatchReader: ~Copyable {
    /// What a batch may grow to by default: far more than honest batches, far less than a machine's memory.
    public static let defaultMaxDecompressedBytes = 256 << 20

    /// Batches whose records take more when decompressed are refused.
    public var maxDecompressedBytes: Int
    private var decompressor = Decompressor()
    private var buffer = GrowingBuffer()

    /// Memory is taken with the first compressed batch.
    public init(maxDecompressedBytes: Int = defaultMaxDecompressedBytes) {
        self.maxDecompressedBytes = maxDecompressedBytes
    }

    /// Gives back memory that only a rare, very large batch needed.
    public mutating func releaseMemory() { buffer.trim() }

    /// Checks length, format and checksum of the first batch in `bytes`.
    public static func validate(_ bytes: UnsafeRawBufferPointer) throws(RecordError) -> RecordBatchHeader {
        try RecordBatchHeader.validated(bytes)
    }

    /// A batch's records as they are when not compressed; the bytes live until the reader is used again.
    public mutating func decompress(
        _ batch: UnsafeRawBufferPointer, header: RecordBatchHeader
    ) throws(RecordError) -> UnsafeRawBufferPointer {
        guard header.byteCount >= RecordBatchHeader.byteCount else { throw .corruptLength(Int(header.batchLength)) }
        guard batch.count >= header.byteCount else {
            throw .truncated(needed: header.byteCount, available: batch.count)
        }
        guard let compression = header.compression else {
            throw .unsupportedCompression(Int8(header.attributes & RecordBatchHeader.Attribute.compression))
        }
        let payload = UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.byteCount..<header.byteCount])
        // A batch that compaction emptied has no payload at all, not even a codec's frame.
        guard compression != .none, !payload.isEmpty else { return payload }
        return try decompressor.decompress(payload, compression, into: &buffer, limit: maxDecompressedBytes)
    }

    /// Starts a walk; the records live until the reader is used again.
    public mutating func records(
        in batch: UnsafeRawBufferPointer, header: RecordBatchHeader
    ) throws(RecordError) -> RecordCursor {
        try RecordCursor(try decompress(batch, header: header), header: header)
    }

    /// Hands out each record of a batch; throws `RecordError` or what `body` throws.
    public mutating func forEachRecord(
        in batch: UnsafeRawBufferPointer, header: RecordBatchHeader, _ body: (RecordView) throws -> Void
    ) throws {
        var records = try records(in: batch, header: header)
        while let record = try records.next() { try body(record) }
    }
}

// The codecs and the buffer belong to this value alone, and it cannot be copied.
extension RecordBatchReader: @unchecked Sendable {}
