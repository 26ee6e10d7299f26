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
    /// Frames from this size on take turns in memory that is used again once nobody holds the frame that was there:
    /// fresh memory costs the kernel more than all that is done with the bytes.
    private static let largeFrame = 128 << 10
    private static let spareCount = 4

    private let maxFrameBytes: Int
    private var hasSeenFrame = false
    /// Bytes as they were read, not looked at yet.
    private var input = ByteBuffer()
    /// The beginning of a frame that did not end with its read, length field included.
    private var partial = ByteBuffer()
    /// All bytes of that frame with its length, once that is known.
    private var partialEnd: Int?
    private var spares: [ByteBuffer] = []
    private var nextSpare = 0

    init(maxFrameBytes: Int) { self.maxFrameBytes = maxFrameBytes }

    /// Takes bytes as they were read.
    mutating func feed(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The next frame that is complete, without its length.
    mutating func next() throws(Failure) -> ByteBuffer? {
        if partial.readableBytes == 0 {
            if let whole = try wholeFrame() { return whole }
            guard input.readableBytes > 0 else { return nil }
        }
        try fillPartial()
        guard let partialEnd, partial.readableBytes == partialEnd else { return nil }
        var whole = partial
        if partialEnd >= Self.largeFrame { keep(partial) }
        partial = ByteBuffer()
        self.partialEnd = nil
        whole.moveReaderIndex(forwardBy: 4)
        return whole
    }

    /// A frame that lies in one read is a slice of it.
    private mutating func wholeFrame() throws(Failure) -> ByteBuffer? {
        guard let length = input.getInteger(at: input.readerIndex, as: Int32.self) else { return nil }
        let count = try check(length)
        guard input.readableBytes >= 4 + count else { return nil }
        input.moveReaderIndex(forwardBy: 4)
        return input.readSlice(length: count)
    }

    /// Moves bytes of the current frame, and none of the next, to `partial`.
    private mutating func fillPartial() throws(Failure) {
        if partialEnd == nil {
            move(4 - partial.readableBytes)
            guard let length = partial.getInteger(at: partial.readerIndex, as: Int32.self) else { return }
            let end = try check(length) + 4
            partialEnd = end
            reserve(end)
        }
        if let partialEnd { move(partialEnd - partial.readableBytes) }
    }

    /// Makes room for a frame whose length field has been read.
    private mutating func reserve(_ end: Int) {
        let capacity = min(end, Self.reservation)
        guard end >= Self.largeFrame, spares.count == Self.spareCount else { return partial.reserveCapacity(capacity) }
        var spare = ByteBuffer()
        swap(&spare, &spares[nextSpare])
        // Takes the memory if the frame in it is gone, and new memory if not.
        spare.clear(minimumCapacity: capacity)
        spare.writeBuffer(&partial)
        partial = spare
    }

    private mutating func keep(_ buffer: ByteBuffer) {
        if spares.count < Self.spareCount {
            spares.append(buffer)
        } else {
            spares[nextSpare] = buffer
            nextSpare = (nextSpare + 1) % Self.spareCount
        }
    }

    private mutating func move(_ count: Int) {
        let available = min(count, input.readableBytes)
        guard available > 0, var part = input.readSlice(length: available) else { return }
        partial.writeBuffer(&part)
        // Lets the reading side use its buffer again.
        if input.readableBytes == 0 { input = ByteBuffer() }
    }

    private mutating func check(_ length: Int32) throws(Failure) -> Int {
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
