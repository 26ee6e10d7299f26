// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Cuts a connection's bytes into requests: four bytes of length, then as many bytes.
///
/// A request that came whole is a slice of what was read; one that came in parts is copied once, into a buffer of
/// its own size.
struct FrameAssembler {
    private var frames = CircularBuffer<ByteBuffer>()
    private var partial = ByteBuffer()
    /// Bytes of `partial` when it is complete, length included; 0 while the length itself is incomplete.
    private var wanted = 0
    private let maximumBytes: Int
    /// Bytes of requests that wait to be served.
    private(set) var backlogBytes = 0

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    mutating func append(_ bytes: ByteBuffer) throws(FrameError) {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            if partial.readableBytes == 0 {
                guard let size = bytes.getInteger(at: bytes.readerIndex, as: Int32.self) else {
                    partial = bytes
                    wanted = 0
                    return
                }
                let whole = try frameSize(size)
                if let frame = bytes.readSlice(length: whole) {
                    push(frame)
                } else {
                    begin(whole, &bytes)
                }
            } else if wanted == 0 {
                // Fewer than four bytes came before; take what is missing of the length.
                let missing = min(4 - partial.readableBytes, bytes.readableBytes)
                var length = ByteBuffer()
                length.writeBuffer(&partial)
                if var part = bytes.readSlice(length: missing) { length.writeBuffer(&part) }
                partial = length
                if let size = length.getInteger(at: length.readerIndex, as: Int32.self) {
                    let whole = try frameSize(size)
                    if whole == 4 {
                        push(length)
                        partial = ByteBuffer()
                    } else {
                        partial = ByteBuffer()
                        begin(whole, &length)
                    }
                }
            } else {
                if var part = bytes.readSlice(length: min(wanted - partial.readableBytes, bytes.readableBytes)) {
                    partial.writeBuffer(&part)
                }
                if partial.readableBytes == wanted {
                    push(partial)
                    partial = ByteBuffer()
                    wanted = 0
                }
            }
        }
    }

    /// The next request, without its length.
    mutating func next() -> ByteBuffer? {
        guard var frame = frames.popFirst() else { return nil }
        backlogBytes -= frame.readableBytes
        frame.moveReaderIndex(forwardBy: 4)
        return frame
    }

    private func frameSize(_ size: Int32) throws(FrameError) -> Int {
        guard size >= 0, Int(size) <= maximumBytes else { throw .invalidSize(size, maximum: maximumBytes) }
        return Int(size) + 4
    }

    private mutating func begin(_ whole: Int, _ bytes: inout ByteBuffer) {
        // A length is only a claim: memory beyond the first megabyte is taken as bytes come.
        partial = ByteBuffer()
        partial.reserveCapacity(min(whole, 1 << 20))
        partial.writeBuffer(&bytes)
        wanted = whole
    }

    private mutating func push(_ frame: ByteBuffer) {
        backlogBytes += frame.readableBytes
        frames.append(frame)
    }
}
