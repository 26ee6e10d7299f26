// SPDX-License-Identifier: Apache-2.0

/// Compresses the records of batches; keeps each codec's state and its memory for the next batch.
public struct Compressor: ~Copyable {
    private var gzip: GzipEncoder?
    private var lz4: LZ4Encoder?
    private var zstd: ZstdEncoder?
    private var buffer = GrowingBuffer()

    public init() {}

    /// The compressed bytes live until the compressor is used again.
    public mutating func compress(
        _ input: UnsafeRawBufferPointer, _ settings: CompressionSettings
    ) throws(RecordError) -> UnsafeRawBufferPointer {
        buffer.trim()
        let level = Int32(settings.effectiveLevel ?? 0)
        let count: Int
        switch settings.type {
        case .none:
            return input
        case .gzip:
            buffer.reserve(GzipEncoder.maxByteCount(input.count))
            count = try made(&gzip, GzipEncoder.init).encode(input, level: level, into: buffer.bytes)
        case .snappy:
            buffer.reserve(SnappyCodec.maxByteCount(input.count))
            count = try SnappyCodec.encode(input, into: buffer.bytes)
        case .lz4:
            buffer.reserve(LZ4Encoder.maxByteCount(input.count))
            count = try made(&lz4, LZ4Encoder.init).encode(input, level: level, into: buffer.bytes)
        case .zstd:
            buffer.reserve(ZstdEncoder.maxByteCount(input.count))
            count = try made(&zstd, ZstdEncoder.init).encode(input, level: level, into: buffer.bytes)
        }
        return UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
    }
}

// The codecs and the buffer belong to this value alone, and it cannot be copied.
extension Compressor: @unchecked Sendable {}
