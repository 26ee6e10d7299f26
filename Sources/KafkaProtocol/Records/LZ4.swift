// SPDX-License-Identifier: Apache-2.0

internal import CLZ4

/// Compresses to one LZ4 frame as Kafka's Lz4BlockOutputStream: independent blocks of 64 KiB, no checksum, no size.
final class LZ4Encoder {
    private let context: OpaquePointer

    init() throws(RecordError) {
        var context: OpaquePointer?
        let status = LZ4F_createCompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let context else { throw .compressionFailed(.lz4, lz4Message(status)) }
        self.context = context
    }

    deinit { LZ4F_freeCompressionContext(context) }

    static func maxByteCount(_ byteCount: Int) -> Int {
        var preferences = preferences(level: 0)
        return LZ4F_compressBound(byteCount, &preferences) + Int(LZ4F_HEADER_SIZE_MAX)
    }

    /// `output` holds at least `maxByteCount`.
    func encode(
        _ input: UnsafeRawBufferPointer, level: Int32, into output: UnsafeMutableRawBufferPointer
    ) throws(RecordError) -> Int {
        var preferences = Self.preferences(level: level)
        var written = 0
        func take(_ result: Int) throws(RecordError) {
            guard LZ4F_isError(result) == 0 else { throw .compressionFailed(.lz4, lz4Message(result)) }
            written += result
        }
        let start = output.baseAddress!
        try take(LZ4F_compressBegin(context, start, output.count, &preferences))
        try take(
            LZ4F_compressUpdate(context, start + written, output.count - written, input.baseAddress, input.count, nil))
        try take(LZ4F_compressEnd(context, start + written, output.count - written, nil))
        return written
    }

    /// Kafka's default level, 9, is the fast compressor, all others the high compressor, whose levels are 3 to 12
    /// in this library.
    private static func preferences(level: Int32) -> LZ4F_preferences_t {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockSizeID = LZ4F_max64KB
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.compressionLevel = level == 9 ? 0 : min(max(level, 3), 12)
        preferences.autoFlush = 1
        return preferences
    }
}

/// Decompresses LZ4 frames, linked blocks and checksums included, several frames after one another too.
final class LZ4Decoder {
    private let context: OpaquePointer

    init() throws(RecordError) {
        var context: OpaquePointer?
        let status = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let context else { throw .decompressionFailed(.lz4, lz4Message(status)) }
        self.context = context
    }

    deinit { LZ4F_freeDecompressionContext(context) }

    func decode(
        _ input: UnsafeRawBufferPointer, into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) {
        LZ4F_resetDecompressionContext(context)
        var rest = input
        var isFrameComplete = true
        while !rest.isEmpty {
            let room = try output.room(in: &buffer)
            var read = rest.count
            var written = room.count
            let hint = LZ4F_decompress(context, room.baseAddress, &written, rest.baseAddress, &read, nil)
            guard LZ4F_isError(hint) == 0 else { throw .decompressionFailed(.lz4, lz4Message(hint)) }
            output.advance(written)
            rest = UnsafeRawBufferPointer(rebasing: rest[read...])
            isFrameComplete = hint == 0
        }
        // With all input read, the library may still hold a part of a block that did not fit the room.
        while !isFrameComplete {
            let room = try output.room(in: &buffer)
            var read = 0
            var written = room.count
            let hint = LZ4F_decompress(context, room.baseAddress, &written, rest.baseAddress, &read, nil)
            guard LZ4F_isError(hint) == 0 else { throw .decompressionFailed(.lz4, lz4Message(hint)) }
            guard written > 0 else { throw .decompressionFailed(.lz4, "the data ends too early") }
            output.advance(written)
            isFrameComplete = hint == 0
        }
    }
}

private func lz4Message(_ status: Int) -> String {
    String(cString: LZ4F_getErrorName(status))
}
