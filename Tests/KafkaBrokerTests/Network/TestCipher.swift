// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

/// Stands in for encryption: every byte is changed by its place in the stream, so that one which takes another way, or
/// comes twice, spoils all behind it.
struct TestCipher: Sendable {
    private var sent = 0
    private var received = 0

    mutating func send(_ bytes: inout [UInt8]) { Self.change(&bytes, from: &sent) }

    mutating func receive(_ bytes: inout [UInt8]) { Self.change(&bytes, from: &received) }

    private static func change(_ bytes: inout [UInt8], from position: inout Int) {
        bytes.withUnsafeMutableBufferPointer { [position] bytes in
            var index = 0
            while index < bytes.count {
                bytes[index] ^= UInt8(truncatingIfNeeded: (position &+ index) &* 31 &+ 0x5a)
                index &+= 1
            }
        }
        position += bytes.count
    }
}

/// The broker's side of it, with the habits of a TLS handler: what is written waits for a flush, goes out in records of
/// 16 KiB, and is bytes, never a file's range.
final class TestCipherHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    private var cipher = TestCipher()
    private var pending = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Array(buffer: unwrapInboundIn(data))
        cipher.receive(&bytes)
        context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: bytes)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(let bytes) = unwrapOutboundIn(data) else {
            Issue.record("a range of a file can't be encrypted")
            return context.close(promise: promise)
        }
        pending.writeImmutableBuffer(bytes)
        promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
        while var record = pending.readSlice(length: min(16 << 10, pending.readableBytes)), record.readableBytes > 0 {
            var bytes = record.readBytes(length: record.readableBytes)!
            cipher.send(&bytes)
            context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
        context.flush()
    }
}
