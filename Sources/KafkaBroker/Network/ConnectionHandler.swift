// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore

/// One connection: cuts requests out of its bytes, has them served one at a time, and writes the answers in order.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How a request ended.
    enum Completion: Sendable {
        /// The pieces of the response's frame; none for no answer.
        case pieces([IOData])
        case close(String)
    }

    /// Bytes of waiting requests beyond which the connection is not read from.
    private static let backlogLimit = 1 << 20

    private let dispatch: DispatchTable
    private let connection: ConnectionInfo
    private let maximumRequestBytes: Int
    private let logger: Logger
    let receiver: FrameReceiver
    private var context: ChannelHandlerContext?
    /// A request is being served.
    private var isBusy = false
    /// The serving loop is on the stack, so a reply must not start another.
    private var isServing = false
    private var wantsRead = false
    private var needsFlush = false

    init(dispatch: DispatchTable, connection: ConnectionInfo, maximumRequestBytes: Int, logger: Logger) {
        self.dispatch = dispatch
        self.connection = connection
        self.logger = logger
        self.maximumRequestBytes = maximumRequestBytes
        receiver = FrameReceiver(
            FrameReader(maxFrameBytes: maximumRequestBytes),
            sizes: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 256 << 10))
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receiver.reader.feed(unwrapInboundIn(data))
        serve()
    }

    func channelReadComplete(context: ChannelHandlerContext) { flushIfNeeded() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        serve()
        flushIfNeeded()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.disconnected()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A client that goes away in the middle of an answer is everyday business.
        logger.debug("connection of \(connection.clientHost): \(error)")
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if receiver.reader.backlogBytes > Self.backlogLimit { wantsRead = true } else { context.read() }
    }

    /// Serves waiting requests until one has to wait, or the client does not take its answers.
    private func serve() {
        guard !isServing else { return }
        isServing = true
        defer {
            isServing = false
            if wantsRead, receiver.reader.backlogBytes <= Self.backlogLimit {
                wantsRead = false
                context?.read()
            }
        }
        while !isBusy, let context, context.channel.isWritable, let frame = nextFrame() {
            isBusy = true
            do throws(WireError) {
                try dispatch(frame, context)
            } catch {
                close("a request could not be read: \(error)")
            }
        }
    }

    private func nextFrame() -> ByteBuffer? {
        do throws(FrameReader.Failure) {
            return try receiver.reader.next()
        } catch {
            close(reason(error))
            return nil
        }
    }

    private func reason(_ failure: FrameReader.Failure) -> String {
        switch failure {
        case .absurdLength(let length):
            "a request of \(length) bytes is outside of 4 to \(maximumRequestBytes) (socket.request.max.bytes)"
        case .tls: "the client speaks TLS, this listener does not"
        case .http: "the client speaks HTTP"
        case .lost: "a part of a request was lost"
        }
    }

    private func dispatch(_ frame: ByteBuffer, _ context: ChannelHandlerContext) throws(WireError) {
        var body = frame
        var header = try RequestHeader(decoding: &body)
        guard let endpoint = dispatch[header.apiKey] else {
            return close("a request has the unknown API key \(header.apiKey.rawValue)")
        }
        let isSupported = endpoint.versions.contains(header.apiVersion)
        if isSupported {
            try header.finish(&body, isFlexible: endpoint.isFlexible(header.apiVersion))
        } else if header.apiKey != .apiVersions {
            return close("a request has the unsupported version \(header.apiVersion) of \(header.apiKey)")
        }
        // A client of the future asks for an ApiVersions that we lack: it is answered in version 0 (KIP-511).
        let sender = ResponseSender(
            connection: NIOLoopBound(self, eventLoop: context.eventLoop), eventLoop: context.eventLoop, header: header,
            hasTaggedHeader: ResponseHeader.hasTaggedFields(
                header.apiKey, isFlexible: endpoint.isFlexible(header.apiVersion)),
            version: isSupported ? header.apiVersion : 0)
        guard isSupported else {
            return sender.send(Reply<ApiVersionsResponse>.Outcome.response(.unsupportedVersion(endpoint), records: []))
        }
        try endpoint.serve(
            body,
            RequestContext(
                apiVersion: header.apiVersion, clientID: header.clientID, connection: connection,
                eventLoop: context.eventLoop),
            sender)
    }

    /// The reply to the request being served. Called on the event loop.
    func complete(_ completion: Completion) {
        isBusy = false
        guard let context, context.channel.isActive else { return discard(completion) }
        switch completion {
        case .pieces(let pieces): write(pieces, context)
        case .close(let reason): return close(reason)
        }
        if !isServing {
            // An answer that had to wait; what follows it may be served at once.
            serve()
            flushIfNeeded()
        }
    }

    private func write(_ pieces: [IOData], _ context: ChannelHandlerContext) {
        for piece in pieces {
            needsFlush = true
            if case .fileRegion(let region) = piece {
                let written = context.eventLoop.makePromise(of: Void.self)
                let handle = region.fileHandle
                written.futureResult.whenComplete { _ in try? handle.close() }
                context.write(wrapOutboundOut(piece), promise: written)
            } else {
                context.write(wrapOutboundOut(piece), promise: nil)
            }
        }
    }

    private func discard(_ completion: Completion) {
        guard case .pieces(let pieces) = completion else { return }
        for case .fileRegion(let region) in pieces { try? region.fileHandle.close() }
    }

    private func flushIfNeeded() {
        guard needsFlush else { return }
        needsFlush = false
        context?.flush()
    }

    private func close(_ reason: String) {
        logger.warning("closing the connection of \(connection.clientHost): \(reason)")
        flushIfNeeded()
        context?.close(promise: nil)
    }
}
