// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Libc
import NIOCore

/// Turns the response to one request into bytes and hands them to its connection.
struct ResponseSender: Sendable {
    let connection: NIOLoopBound<ConnectionHandler>
    let eventLoop: any EventLoop
    let header: RequestHeader
    let hasTaggedHeader: Bool
    /// The version of the response, which is the request's but for an unsupported ApiVersions.
    let version: Int16

    func send<Response>(_ outcome: Reply<Response>.Outcome) {
        switch outcome {
        case .response(let response, let records):
            do {
                complete(.pieces(try pieces(of: response, records: records)))
            } catch {
                complete(.close("the response to \(header.apiKey) could not be written: \(error)"))
            }
        case .none: complete(.pieces([]))
        case .close(let reason): complete(.close(reason))
        }
    }

    private func complete(_ completion: ConnectionHandler.Completion) {
        if eventLoop.inEventLoop {
            connection.value.complete(completion)
        } else {
            eventLoop.execute { connection.value.complete(completion) }
        }
    }

    /// The frame: one buffer, or buffers with file regions between them.
    private func pieces<Response: ResponseMessage>(of response: Response, records: [LogSlice]) throws -> [IOData] {
        var head = ByteBuffer()
        head.writeInteger(Int32(0))
        ResponseHeader.encode(correlationID: header.correlationID, hasTaggedFields: hasTaggedHeader, into: &head)
        let gaps = try response.encode(into: &head, version: version)
        let deferred = gaps.reduce(0) { $0 + $1.byteCount }
        guard let size = Int32(exactly: head.readableBytes - 4 + deferred) else {
            throw WireError.tooLong(head.readableBytes - 4 + deferred)
        }
        head.setInteger(size, at: 0)
        if deferred == 0 { return [.byteBuffer(head)] }
        guard gaps.count == records.count else { throw GapsDoNotMatch() }
        var pieces: [IOData] = []
        var start = head.readerIndex
        for (gap, slice) in zip(gaps, records) where gap.byteCount > 0 {
            guard slice.byteCount == gap.byteCount else { throw GapsDoNotMatch() }
            if gap.index > start, let part = head.getSlice(at: start, length: gap.index - start) {
                pieces.append(.byteBuffer(part))
            }
            start = gap.index
            pieces.append(try Self.piece(slice))
        }
        if head.writerIndex > start, let part = head.getSlice(at: start, length: head.writerIndex - start) {
            pieces.append(.byteBuffer(part))
        }
        return pieces
    }

    /// Below this, one read is cheaper than duplicating a file handle, sendfile and closing it.
    private static let sendfileMinimum = 32 * 1024

    private static func piece(_ slice: LogSlice) throws -> IOData {
        guard let file = slice.file, slice.byteCount >= sendfileMinimum else { return .byteBuffer(try slice.read()) }
        // A handle of its own for each response: NIO refuses one that two event loops use at a time.
        let descriptor = dup(file.descriptor)
        guard descriptor >= 0 else { return .byteBuffer(try slice.read()) }
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
        return .fileRegion(
            FileRegion(
                fileHandle: handle, readerIndex: Int(slice.position),
                endIndex: Int(slice.position) + slice.byteCount))
    }
}

struct GapsDoNotMatch: Error, CustomStringConvertible {
    var description: String { "the records do not match the response's places for them" }
}
