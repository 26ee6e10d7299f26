// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// 15 bits of window, and 16 for the gzip wrapper.
private let gzipWindowBits: Int32 = 15 + 16

/// Compresses to gzip, as Java's GZIPOutputStream.
final class GzipEncoder {
    // zlib's state points back to the stream, so that the stream must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var level = Z_DEFAULT_COMPRESSION

    init() throws(RecordError) {
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, level, Z_DEFLATED, gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .compressionFailed(.gzip, zlibMessage(stream, status)) }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    static func maxByteCount(_ byteCount: Int) -> Int {
        // Without a stream the bound is one for the zlib wrapper, which is smaller by 12 bytes.
        Int(deflateBound(nil, UInt(byteCount))) + 12
    }

    /// `output` holds at least `maxByteCount`.
    func encode(
        _ input: UnsafeRawBufferPointer, level: Int32, into output: UnsafeMutableRawBufferPointer
    ) throws(RecordError) -> Int {
        var status = deflateReset(stream)
        // Set first, because some versions of zlib write the header when the level changes.
        stream.setOutput(output)
        if status == Z_OK, level != self.level {
            status = deflateParams(stream, level, Z_DEFAULT_STRATEGY)
            self.level = level
        }
        guard status == Z_OK else { throw .compressionFailed(.gzip, zlibMessage(stream, status)) }
        stream.setInput(input)
        status = deflate(stream, Z_FINISH)
        guard status == Z_STREAM_END else { throw .compressionFailed(.gzip, zlibMessage(stream, status)) }
        return output.count - Int(stream.pointee.avail_out)
    }
}

/// Decompresses gzip, several members after one another too. As Java, ignores what follows the last.
final class GzipDecoder {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() throws(RecordError) {
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .decompressionFailed(.gzip, zlibMessage(stream, status)) }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decode(
        _ input: UnsafeRawBufferPointer, into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) {
        stream.setInput(input)
        repeat {
            inflateReset(stream)
            try decodeMember(into: &buffer, &output)
        } while startsMember
    }

    private func decodeMember(
        into buffer: inout GrowingBuffer, _ output: inout DecompressedOutput
    ) throws(RecordError) {
        while true {
            let room = try output.room(in: &buffer)
            stream.setOutput(room)
            let offered = stream.pointee.avail_out
            let status = inflate(stream, Z_NO_FLUSH)
            output.advance(Int(offered - stream.pointee.avail_out))
            switch status {
            case Z_STREAM_END: return
            case Z_OK, Z_BUF_ERROR:
                if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 {
                    throw .decompressionFailed(.gzip, "the data ends too early")
                }
            default: throw .decompressionFailed(.gzip, zlibMessage(stream, status))
            }
        }
    }

    private var startsMember: Bool {
        guard stream.pointee.avail_in >= 2, let next = stream.pointee.next_in else { return false }
        return next[0] == 0x1f && next[1] == 0x8b
    }
}

private func zlibMessage(_ stream: UnsafePointer<z_stream>, _ status: Int32) -> String {
    if let message = stream.pointee.msg { return String(cString: message) }
    return String(cString: zError(status))
}

extension UnsafeMutablePointer<z_stream> {
    // A batch is smaller than 4 GiB; of more room, so much is offered at once.
    fileprivate func setInput(_ bytes: UnsafeRawBufferPointer) {
        pointee.next_in = UnsafeMutablePointer<UInt8>(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        pointee.avail_in = UInt32(bytes.count)
    }

    fileprivate func setOutput(_ bytes: UnsafeMutableRawBufferPointer) {
        pointee.next_out = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        pointee.avail_out = UInt32(clamping: bytes.count)
    }
}
