// SPDX-License-Identifier: Apache-2.0

/// A complete batch whose header fields the broker writes over in place.
public struct MutableRecordBatch {
    private let bytes: UnsafeMutableRawBufferPointer
    private typealias Layout = RecordBatchHeader.Layout

    /// `bytes` is exactly one batch, checked before.
    public init(_ bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= RecordBatchHeader.byteCount)
        self.bytes = bytes
    }

    /// The header as it is now; nothing is checked.
    public var header: RecordBatchHeader { RecordBatchHeader(UnsafeRawBufferPointer(bytes)) }

    /// Sets type and maximum of the timestamps; computes the checksum anew only if that changes something.
    public func setMaxTimestamp(_ timestamp: Int64, type: TimestampType) {
        var header = header
        guard header.maxTimestamp != timestamp || header.timestampType != type else { return }
        header.timestampType = type
        bytes.setBigEndian(header.attributes, at: Layout.attributes)
        bytes.setBigEndian(timestamp, at: Layout.maxTimestamp)
        updateChecksum()
    }

    /// Computes the checksum of the bytes as they are now.
    public func updateChecksum() {
        let checked = UnsafeRawBufferPointer(rebasing: bytes[Layout.attributes...])
        bytes.setBigEndian(CRC32C.checksum(checked), at: Layout.crc)
    }
}
