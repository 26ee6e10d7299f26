// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

/// A batch that has been checked and waits for its offset. Its first 61 bytes are written from the header.
struct PendingBatch {
    var header: RecordBatchHeader
    /// The whole batch as it came; not valid once `rebuilt` is there.
    var bytes: UnsafeRawBufferPointer
    /// The batch where its records had to be written anew.
    var rebuilt: ByteBuffer?
    /// Bytes that decompressing the records made; 0 for those that were not compressed.
    var inflatedByteCount = 0
    /// What the records say where a control batch ends a transaction.
    var marker: (marker: EndTransactionMarker, timestamp: Int64)?

    init(header: RecordBatchHeader, bytes: UnsafeRawBufferPointer) {
        self.header = header
        self.bytes = bytes
    }

    /// Hands out what follows the header.
    func withRecords<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let rebuilt else { return body(UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.byteCount...])) }
        return rebuilt.withUnsafeReadableBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[RecordBatchHeader.byteCount...]))
        }
    }

    mutating func rebuild(_ batch: ByteBuffer) {
        rebuilt = batch
        header = RecordBatchHeader(batch, at: batch.readerIndex)
    }

    /// Sets type and maximum of the timestamps, and the checksum if that changes something.
    mutating func setMaxTimestamp(_ timestamp: Int64, type: TimestampType) {
        guard header.maxTimestamp != timestamp || header.timestampType != type else { return }
        header.maxTimestamp = timestamp
        header.timestampType = type
        let checkedFrom = 21  // the attributes, which follow the checksum
        let headerChecksum = withUnsafeTemporaryAllocation(byteCount: RecordBatchHeader.byteCount, alignment: 8) {
            header.write(into: $0)
            return CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[checkedFrom...]))
        }
        header.crc = withRecords { CRC32C.checksum($0, seed: headerChecksum) }
    }
}
