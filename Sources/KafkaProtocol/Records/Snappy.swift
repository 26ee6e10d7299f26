// SPDX-License-Identifier: Apache-2.0

internal import CSnappy

/// Snappy as Java's clients frame it (snappy-java's SnappyOutputStream): a header, then blocks, each after its
/// length. Some clients send one bare block instead; that is read too.
enum SnappyCodec {
    /// What SnappyOutputStream cuts its input into.
    private static let blockByteCount = 32 << 10
    /// 0x82 "SNAPPY" 0, version 1, readable by version 1.
    private static let header: [UInt8] = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    private static let magicByteCount = 8

    static func maxByteCount(_ byteCount: Int) -> Int {
        let blocks = (byteCount + blockByteCount - 1) / blockByteCount
        return header.count + blocks * (4 + snappy_max_compressed_length(blockByteCount))
    }

    /// `output` holds at least `maxByteCount`.
    static func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(RecordError) -> Int {
        output.copyBytes(from: header)
        var written = header.count
        for start in stride(from: 0, to: input.count, by: blockByteCount) {
            let block = UnsafeRawBufferPointer(rebasing: input[start..<min(start + blockByteCount, input.count)])
            let target = UnsafeMutableRawBufferPointer(rebasing: output[(written + 4)...])
            var count = target.count
            let status = snappy_compress(
                block.baseAddress, block.count, target.baseAddress?.assumingMemoryBound(to: CChar.self), &count)
            guard status == SNAPPY_OK else { throw .compressionFailed(.snappy, "status \(status.rawValue)") }
            output.setBigEndian(Int32(count), at: written)
            written += 4 + count
        }
        return written
    }

    static func decode(
        _ input: UnsafeRawBufferPointer, into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) {
        guard startsWithMagic(input) else { return try decodeBlock(input, into: &buffer, &output) }
        var rest = input
        while !rest.isEmpty {
            // Streams may follow one another; a magic cannot be a length, as it would be negative.
            if startsWithMagic(rest) {
                guard rest.count >= header.count, (rest.bigEndian(at: 12) as Int32) <= 1 else {
                    throw .decompressionFailed(.snappy, "the stream's header is incomplete or of a later version")
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[header.count...])
                continue
            }
            guard rest.count >= 4 else { throw .decompressionFailed(.snappy, "the data ends too early") }
            let count: Int32 = rest.bigEndian(at: 0)
            guard count >= 0, Int(count) <= rest.count - 4 else {
                throw .decompressionFailed(.snappy, "a block of \(count) bytes has only \(rest.count - 4)")
            }
            let end = 4 + Int(count)
            try decodeBlock(UnsafeRawBufferPointer(rebasing: rest[4..<end]), into: &buffer, &output)
            rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        }
    }

    private static func decodeBlock(
        _ block: UnsafeRawBufferPointer, into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) {
        let source = block.baseAddress?.assumingMemoryBound(to: CChar.self)
        var count = 0
        guard snappy_uncompressed_length(source, block.count, &count) == SNAPPY_OK,
            // Three bytes stand for 64 at most, so that a false length cannot make us take memory.
            count <= 22 * block.count
        else { throw .decompressionFailed(.snappy, "a block has an invalid length") }
        guard count > 0 else { return }
        guard count <= output.limit - output.count else { throw .tooLarge(limit: output.limit) }
        let room = try output.room(count, in: &buffer)
        let target = room.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard snappy_uncompress(source, block.count, target, &count) == SNAPPY_OK else {
            throw .decompressionFailed(.snappy, "a block is corrupt")
        }
        output.advance(count)
    }

    private static func startsWithMagic(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= magicByteCount && bytes[..<magicByteCount].elementsEqual(header[..<magicByteCount])
    }
}
