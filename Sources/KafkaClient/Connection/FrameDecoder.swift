// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Cuts a stream of bytes into frames: a length in 32 bits, then so many bytes.
///
/// A length is believed only as far as bytes arrive: memory for a frame grows with it.
struct FrameDecoder {
    enum Failure: Error, Equatable {
        /// The length is negative or beyond the limit.
        case absurdLength(Int32)
        /// A TLS record where a frame should be: the listener speaks TLS.
        case tls
        /// An answer in HTTP.
        case http
    }

    /// The most that a frame reserves before its bytes are there.
    private static let reservation = 8 << 20

    private let maxFrameBytes: Int
    private var hasSeenFrame = false
    /// Bytes that are no complete frame yet; its reader index is at the frame's length field.
    private var pending = ByteBuffer()
    /// All bytes of the pending frame with its length, once that is known.
    private var frameEnd: Int?

    init(maxFrameBytes: Int) { self.maxFrameBytes = maxFrameBytes }

    /// Takes bytes as they were read and hands out each frame that they complete.
    mutating func append(_ bytes: ByteBuffer, _ frame: (ByteBuffer) throws -> Void) throws {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            if pending.readableBytes == 0, let whole = try wholeFrame(&bytes) {
                try frame(whole)
                continue
            }
            try fill(&bytes)
            if let end = frameEnd, pending.readableBytes == end {
                var whole = pending
                pending = ByteBuffer()
                frameEnd = nil
                whole.moveReaderIndex(forwardBy: 4)
                try frame(whole)
            }
        }
    }

    /// A frame that lies in one read is a slice of it.
    private mutating func wholeFrame(_ bytes: inout ByteBuffer) throws -> ByteBuffer? {
        guard let length = bytes.getInteger(at: bytes.readerIndex, as: Int32.self) else { return nil }
        let count = try check(length)
        guard bytes.readableBytes >= 4 + count else { return nil }
        bytes.moveReaderIndex(forwardBy: 4)
        return bytes.readSlice(length: count)
    }

    /// Moves bytes of the current frame, and none of the next, to `pending`.
    private mutating func fill(_ bytes: inout ByteBuffer) throws {
        if frameEnd == nil {
            let missing = min(4 - pending.readableBytes, bytes.readableBytes)
            if missing > 0, var part = bytes.readSlice(length: missing) { pending.writeBuffer(&part) }
            guard let length = pending.getInteger(at: pending.readerIndex, as: Int32.self) else { return }
            let end = try check(length) + 4
            frameEnd = end
            pending.reserveCapacity(min(end, Self.reservation))
        }
        guard let frameEnd else { return }
        let wanted = min(frameEnd - pending.readableBytes, bytes.readableBytes)
        if var part = bytes.readSlice(length: wanted) { pending.writeBuffer(&part) }
    }

    private mutating func check(_ length: Int32) throws -> Int {
        if !hasSeenFrame {
            switch UInt32(bitPattern: length) {
            // An alert (21) or handshake (22) record of TLS 1.x.
            case 0x1503_0000...0x1503_04ff, 0x1603_0000...0x1603_04ff: throw Failure.tls
            case 0x4854_5450: throw Failure.http
            default: break
            }
        }
        guard length >= 4, Int(length) <= maxFrameBytes else { throw Failure.absurdLength(length) }
        hasSeenFrame = true
        return Int(length)
    }
}
