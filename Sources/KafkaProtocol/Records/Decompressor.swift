// SPDX-License-Identifier: Apache-2.0

/// Decompresses the records of batches; keeps each codec's state for the next batch.
struct Decompressor: ~Copyable {
    private var gzip: GzipDecoder?
    private var lz4: LZ4Decoder?
    private var zstd: ZstdDecoder?

    init() {}

    /// The bytes lie in `buffer`; more than `limit` of them are an error, found before memory is taken for them.
    mutating func decompress(
        _ input: UnsafeRawBufferPointer, _ compression: Compression, into buffer: inout GrowingBuffer, limit: Int
    ) throws(RecordError) -> UnsafeRawBufferPointer {
        var output = DecompressedOutput(limit: limit)
        buffer.trim()
        switch compression {
        case .none: return input
        case .gzip: try made(&gzip, GzipDecoder.init).decode(input, into: &buffer, &output)
        case .snappy: try SnappyCodec.decode(input, into: &buffer, &output)
        case .lz4: try made(&lz4, LZ4Decoder.init).decode(input, into: &buffer, &output)
        case .zstd: try made(&zstd, ZstdDecoder.init).decode(input, into: &buffer, &output)
        }
        guard output.count <= limit else { throw .tooLarge(limit: limit) }
        buffer.reserve(1)
        return UnsafeRawBufferPointer(rebasing: buffer.bytes[..<output.count])
    }
}

/// The codec kept in `slot`, made when first needed.
func made<Codec>(_ slot: inout Codec?, _ make: () throws(RecordError) -> Codec) throws(RecordError) -> Codec {
    if let codec = slot { return codec }
    let codec = try make()
    slot = codec
    return codec
}
