// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A connection's frames, and the memory that the connection is read into: where a large frame has begun, the frame's
/// own, so that its bytes are not copied again; if the transport allows it.
///
/// Both the channel, which asks for memory, and the handler, which takes the frames, use it on the channel's event loop
/// alone; hence unchecked. The channel must read once for each turn of the loop (`maxMessagesPerRead` 1).
final class FrameReceiver: RecvByteBufferAllocator, @unchecked Sendable {
    var reader: FrameReader
    private let lendsMemory: Bool
    private var sizes: AdaptiveRecvByteBufferAllocator
    private var hasAdaptiveSize = false
    /// Whether the last frame that came in parts was large: the next read should take little more than its beginning.
    private var expectsLargeFrame = false
    private static let largeFrame = 128 << 10
    private static let beginning = 16 << 10
    private static let largestRead = 256 << 10

    init(_ reader: FrameReader, lendsMemory: Bool) {
        self.reader = reader
        self.lendsMemory = lendsMemory
        sizes = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: Self.largestRead)
    }

    /// Memory that the frame that has begun will hold after the next read.
    var nextFrameMemory: Int { reader.nextFrameMemory(reading: lendsMemory ? 1 : Self.largestRead) }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        hasAdaptiveSize = false
        if lendsMemory, let begun = reader.lend() {
            expectsLargeFrame = begun.capacity >= Self.largeFrame
            return begun
        }
        if expectsLargeFrame {
            expectsLargeFrame = false
            return allocator.buffer(capacity: Self.beginning)
        }
        hasAdaptiveSize = true
        return sizes.buffer(allocator: allocator)
    }

    /// - Returns: always true, so that the channel asks for memory before each read.
    func record(actualReadBytes: Int) -> Bool {
        if hasAdaptiveSize { _ = sizes.record(actualReadBytes: actualReadBytes) }
        return true
    }
}
