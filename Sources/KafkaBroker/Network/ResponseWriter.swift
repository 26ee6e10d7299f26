// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import Libc
import NIOCore

/// Writes a connection's frames as its transport can take them: records as ranges of their file; else read, a part at a
/// time as the client takes them, so that slow clients hold no memory. Used on the connection's event loop alone.
final class ResponseWriter {
    /// A part of a frame.
    enum Piece: Sendable {
        case bytes(ByteBuffer)
        case records(LogSlice)
    }

    /// Below this, one read is cheaper than duplicating a file handle, sendfile and closing it.
    private static let sendfileMinimum = 32 << 10
    private static let readSize = 128 << 10

    private let transport: Transport
    /// What the client does not take yet, the next last; at most one frame.
    private var waiting: [Piece] = []
    private var isWriting = false
    private var needsFlush = false

    init(_ transport: Transport) { self.transport = transport }

    /// Whether the last frame is written.
    var isIdle: Bool { waiting.isEmpty }

    /// - Throws: `LogError` where records can't be read; the connection is of no use then.
    func write(_ frame: [Piece], _ context: ChannelHandlerContext) throws {
        guard transport.sendsFileRegions else {
            waiting = frame.reversed()
            return try resume(context)
        }
        for piece in frame {
            switch piece {
            case .bytes(let bytes): write(.byteBuffer(bytes), context)
            case .records(let slice): try write(slice, context)
            }
        }
    }

    /// Goes on with a frame that the client did not take.
    func resume(_ context: ChannelHandlerContext) throws {
        // A flush that makes room comes here again.
        guard !isWriting else { return }
        isWriting = true
        defer { isWriting = false }
        while context.channel.isWritable, let piece = waiting.popLast() {
            switch piece {
            case .bytes(let bytes): write(.byteBuffer(bytes), context)
            case .records(let slice):
                let (part, rest) = slice.split(at: Self.readSize)
                if !rest.isEmpty { waiting.append(.records(rest)) }
                write(.byteBuffer(try part.bytes()), context)
                // What is on the way to the socket counts when it is flushed.
                flush(context)
            }
        }
    }

    func flush(_ context: ChannelHandlerContext) {
        guard needsFlush else { return }
        needsFlush = false
        context.flush()
    }

    /// The connection is closed.
    func stop() { waiting = [] }

    private func write(_ slice: LogSlice, _ context: ChannelHandlerContext) throws {
        guard let file = slice.file, slice.byteCount >= Self.sendfileMinimum else {
            return write(.byteBuffer(try slice.bytes()), context)
        }
        // A handle of its own for each response: NIO refuses one that two event loops use at a time.
        let descriptor = dup(file.descriptor)
        guard descriptor >= 0 else { return write(.byteBuffer(try slice.bytes()), context) }
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
        let region = FileRegion(
            fileHandle: handle, readerIndex: Int(slice.position), endIndex: Int(slice.position) + slice.byteCount)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in try? handle.close() }
        write(.fileRegion(region), context, written)
    }

    private func write(_ data: IOData, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil) {
        needsFlush = true
        context.write(NIOAny(data), promise: promise)
    }
}

extension LogSlice {
    /// All of them: a frame has said how many there are.
    func bytes() throws -> ByteBuffer {
        let bytes = try read()
        guard bytes.readableBytes == byteCount else { throw GapsDoNotMatch() }
        return bytes
    }

    /// The first bytes, and those behind them.
    fileprivate func split(at count: Int) -> (LogSlice, LogSlice) {
        var (first, rest) = (self, self)
        first.byteCount = min(count, byteCount)
        rest.position += Int64(first.byteCount)
        rest.byteCount -= first.byteCount
        return (first, rest)
    }
}
