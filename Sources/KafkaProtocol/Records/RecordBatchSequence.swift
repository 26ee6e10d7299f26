// SPDX-License-Identifier: Apache-2.0

/// The complete batches of a fetched or produced buffer, one after the other.
public struct RecordBatchSequence {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next batch starts; at the end of the walk, the number of bytes that were complete batches.
    public private(set) var position = 0

    /// The batches that `bytes` hold, one after the other; the last may be cut off.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next batch, its checksum unchecked; nil at the end, where an incomplete batch may stand (brokers cut
    /// fetched bytes anywhere). After an error the walk cannot go on.
    public mutating func next() throws(RecordError) -> (header: RecordBatchHeader, bytes: UnsafeRawBufferPointer)? {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        guard let header = try RecordBatchHeader.framed(rest) else { return nil }
        position += header.byteCount
        return (header, UnsafeRawBufferPointer(rebasing: rest[..<header.byteCount]))
    }
}
