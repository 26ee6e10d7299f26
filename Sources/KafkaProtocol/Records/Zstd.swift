// SPDX-License-Identifier: Apache-2.0

internal import CZstd

/// Compresses to one Zstandard frame that carries its content's size.
final class ZstdEncoder {
    private let context: OpaquePointer

    init() throws(RecordError) {
        guard let context = ZSTD_createCCtx() else { throw .compressionFailed(.zstd, "out of memory") }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    static func maxByteCount(_ byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

    /// `output` holds at least `maxByteCount`.
    func encode(
        _ input: UnsafeRawBufferPointer, level: Int32, into output: UnsafeMutableRawBufferPointer
    ) throws(RecordError) -> Int {
        let count = ZSTD_compressCCtx(
            context, output.baseAddress, output.count, input.baseAddress, input.count, level)
        guard ZSTD_isError(count) == 0 else { throw .compressionFailed(.zstd, zstdMessage(count)) }
        return count
    }
}

/// Decompresses Zstandard frames, with and without a content size, several after one another too.
final class ZstdDecoder {
    private let context: OpaquePointer

    init() throws(RecordError) {
        guard let context = ZSTD_createDCtx() else { throw .decompressionFailed(.zstd, "out of memory") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    func decode(
        _ input: UnsafeRawBufferPointer, into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) {
        var rest = input
        while !rest.isEmpty {
            let read =
                if let size = credibleContentSize(rest, output) {
                    try decodeFrame(rest, size: size, into: &buffer, &output)
                } else {
                    try streamFrame(rest, into: &buffer, &output)
                }
            rest = UnsafeRawBufferPointer(rebasing: rest[read...])
        }
    }

    /// The size that the frame promises, if taking the memory for it at once is no risk.
    private func credibleContentSize(_ input: UnsafeRawBufferPointer, _ output: DecompressedOutput) -> Int? {
        let size = ZSTD_getFrameContentSize(input.baseAddress, input.count)
        // The greatest two values say that the size is unknown or the frame invalid.
        guard size <= UInt64(max(1 << 20, 256 * input.count)), size <= UInt64(output.limit - output.count) else {
            return nil
        }
        return Int(size)
    }

    /// In one go, which needs no window beside the output.
    private func decodeFrame(
        _ input: UnsafeRawBufferPointer, size: Int, into buffer: inout GrowingBuffer,
        _ output: inout DecompressedOutput
    ) throws(RecordError) -> Int {
        let read = try checked(ZSTD_findFrameCompressedSize(input.baseAddress, input.count))
        let room = try output.room(max(size, 1), in: &buffer)
        output.advance(try checked(ZSTD_decompressDCtx(context, room.baseAddress, size, input.baseAddress, read)))
        return read
    }

    private func streamFrame(
        _ input: UnsafeRawBufferPointer, into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) -> Int {
        _ = try checked(ZSTD_DCtx_reset(context, ZSTD_reset_session_only))
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        while true {
            let room = try output.room(in: &buffer)
            var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            let hint = try checked(ZSTD_decompressStream(context, &target, &source))
            output.advance(target.pos)
            if hint == 0 { return source.pos }
            guard source.pos < source.size || target.pos == target.size else {
                throw .decompressionFailed(.zstd, "the data ends too early")
            }
        }
    }

    private func checked(_ result: Int) throws(RecordError) -> Int {
        guard ZSTD_isError(result) == 0 else { throw .decompressionFailed(.zstd, zstdMessage(result)) }
        return result
    }
}

private func zstdMessage(_ status: Int) -> String {
    String(cString: ZSTD_getErrorName(status))
}
