// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a batch of records that can be taken.
public enum RecordError: Error, Hashable, Sendable {
    /// The batch's end is missing: it needs so many bytes, and fewer are there.
    case truncated(needed: Int, available: Int)
    /// The length field is smaller than a batch can be.
    case corruptLength(Int)
    /// The batch is not as it was written.
    case corruptChecksum(stored: UInt32, computed: UInt32)
    /// The formats before version 2, which Kafka 4 no longer takes either (KIP-724), and unknown ones.
    case unsupportedMagic(Int8)
    /// A codec that the attributes name and nobody knows.
    case unsupportedCompression(Int8)
    /// The header or a record contradicts itself or the format.
    case invalidRecord(String)
    /// The codec does not know its own bytes, or they become more than is allowed.
    case decompressionFailed(Compression, String)
    /// The codec failed, as for want of memory.
    case compressionFailed(Compression, String)
    /// The records, decompressed, take more than the given number of bytes.
    case tooLarge(limit: Int)
}

extension RecordError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let needed, let available):
            "Record batch is incomplete: \(needed) bytes expected, \(available) found"
        case .corruptLength(let length):
            "Record batch is corrupt: a length of \(length) bytes is less than any batch has"
        case .corruptChecksum(let stored, let computed):
            "Record batch is corrupt (stored crc = \(stored), computed crc = \(computed))"
        case .unsupportedMagic(let magic) where magic == 0 || magic == 1:
            "Record batch has the old message format \(magic); only version 2 is supported"
        case .unsupportedMagic(let magic):
            "Record batch has the unknown message format \(magic)"
        case .unsupportedCompression(let id):
            "Record batch has the unknown compression type \(id)"
        case .invalidRecord(let reason):
            reason
        case .decompressionFailed(let codec, let reason):
            "Records cannot be decompressed with \(codec): \(reason)"
        case .compressionFailed(let codec, let reason):
            "Records cannot be compressed with \(codec): \(reason)"
        case .tooLarge(let limit):
            "Records take more than \(limit) bytes when decompressed"
        }
    }
}
