// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Cuts a stream of bytes into frames: a length in 32 bits, then so many bytes.
///
/// A frame that came whole is a slice of what was read. One that comes in parts gets memory of its own, into which its
/// beginning is copied and, if whoever reads asks for it by `lend`, the rest read. A length is believed only as far as bytes arrive:
/// memory for a frame grows with it.
public struct FrameReader {
    /// Why nothing more can be read from a connection.
    public enum Failure: Error, Equatable {
        /// The length is too small, negative or beyond the limit.
        case absurdLength(Int32)
        /// A TLS record where a frame should be.
        case tls
        /// HTTP where a frame should be.
        case http
        /// The system had nothing to read after it had said so, and a frame's beginning went with it.
        case lost
    }

    /// Frames from this size on take turns in kept memory.
    private static let largeFrame = 128 << 10

    /// The largest frame that is taken, without its length field; for frames that begin from now on.
    public var maxFrameBytes: Int
    private let reservation: Int
    /// Large frames take turns in this many pieces of memory, used again once nobody holds the frame that was there.
    private let spareCount: Int
    private var hasSeenFrame = false
    /// Bytes as they were read, not looked at yet.
    private var input = ByteBuffer()
    /// The beginning of a frame that did not end with its read, length field included.
    private var partial = ByteBuffer()
    /// All bytes of that frame with its length, once that is known.
    private var partialEnd: Int?
    /// Whether `partial` is with who reads.
    private var isLent = false
    private var isLost = false
    private var spares: [ByteBuffer] = []
    private var nextSpare = 0

    /// - Parameters:
    ///   - maxFrameBytes: a longer frame is refused.
    ///   - reservation: the most that a frame reserves before its bytes are there.
    ///   - spareCount: pieces of memory that are kept for large frames, which fresh memory costs more than all that is
    ///     done with their bytes.
    public init(maxFrameBytes: Int, reservation: Int = 1 << 20, spareCount: Int = 0) {
        self.maxFrameBytes = maxFrameBytes
        self.reservation = reservation
        self.spareCount = spareCount
    }

    /// Bytes that were taken and may be whole frames.
    public var backlogBytes: Int { input.readableBytes }

    /// Bytes that are there of a frame that is not, its length field included.
    public var unfinishedBytes: Int { partial.readableBytes + input.readableBytes }

    /// Memory that the frame that has begun holds.
    public var frameMemory: Int { partialEnd == nil ? 0 : partial.capacity }

    /// Memory that it will hold when more of it is read.
    /// - Parameter byteCount: what is read at most, where it isn't read into what `lend` gives.
    public func nextFrameMemory(reading byteCount: Int = 1) -> Int {
        guard let partialEnd, partial.writableBytes < byteCount else { return frameMemory }
        return grown(partialEnd)
    }

    /// Takes bytes as they were read; those that were read into what `lend` gave come behind what was in it.
    public mutating func feed(_ bytes: ByteBuffer) {
        if isLent {
            isLent = false
            partial = bytes
        } else if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The next frame that is complete, without its length.
    public mutating func next() throws(Failure) -> ByteBuffer? {
        if isLost { throw .lost }
        if partial.readableBytes == 0 {
            if let whole = try wholeFrame() { return whole }
            guard input.readableBytes > 0 else { return nil }
        }
        try fillPartial()
        guard let partialEnd, partial.readableBytes == partialEnd else { return nil }
        var whole = partial
        if partialEnd >= Self.largeFrame, spareCount > 0 { keep(partial) }
        partial = ByteBuffer()
        self.partialEnd = nil
        whole.moveReaderIndex(forwardBy: 4)
        return whole
    }

    /// The frame that has begun, to read more of it into its memory, which ends where the frame does; the same buffer
    /// has to come back by `feed`. Nil when there is none.
    public mutating func lend() -> ByteBuffer? {
        // It never came back.
        if isLent { isLost = true }
        guard !isLost, input.readableBytes == 0, let partialEnd, partial.readableBytes < partialEnd else { return nil }
        if partial.writableBytes == 0 { grow(partialEnd) }
        isLent = true
        var lent = ByteBuffer()
        swap(&lent, &partial)
        return lent
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
        guard let partialEnd else { return }
        while partial.readableBytes < partialEnd, input.readableBytes > 0 {
            if partial.writableBytes == 0 { grow(partialEnd) }
            move(min(partialEnd - partial.readableBytes, partial.writableBytes))
        }
    }

    /// Makes room for a frame whose length field has been read.
    private mutating func reserve(_ end: Int) {
        var memory = ByteBuffer()
        if end >= Self.largeFrame, spareCount > 0, spares.count == spareCount { swap(&memory, &spares[nextSpare]) }
        var whole = Self.exactly(min(end, reservation), memory)
        whole.writeBuffer(&partial)
        partial = whole
    }

    private func grown(_ end: Int) -> Int { min(end, partial.capacity * 2) }

    private mutating func grow(_ end: Int) {
        var larger = Self.exactly(grown(end), ByteBuffer())
        larger.writeBuffer(&partial)
        partial = larger
    }

    /// An empty buffer that takes so many bytes and no more; in the memory of another one if that is nobody's any more.
    private static func exactly(_ count: Int, _ memory: consuming ByteBuffer) -> ByteBuffer {
        var memory = memory
        memory.clear(minimumCapacity: count)
        memory.moveWriterIndex(to: count)
        guard var exact = memory.readSlice(length: count) else { preconditionFailure("the bytes were made readable") }
        exact.moveWriterIndex(to: 0)
        return exact
    }

    private mutating func keep(_ buffer: ByteBuffer) {
        if spares.count < spareCount {
            spares.append(buffer)
        } else {
            spares[nextSpare] = buffer
            nextSpare = (nextSpare + 1) % spareCount
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
            case 0x1503_0000...0x1503_04ff, 0x1603_0000...0x1603_04ff: throw .tls
            // "HTTP" of an answer, "GET ", "HEAD", "POST" and "PUT " of a request.
            case 0x4854_5450, 0x4745_5420, 0x4845_4144, 0x504f_5354, 0x5055_5420: throw .http
            default: break
            }
        }
        guard length >= 4, Int(length) <= maxFrameBytes else { throw .absurdLength(length) }
        hasSeenFrame = true
        return Int(length)
    }
}
