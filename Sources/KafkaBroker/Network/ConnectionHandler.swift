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

    /// Bytes of waiting requests beyond which the connection is not read from; they are not counted.
    private static let backlogLimit = RequestMemory.free

    private let dispatch: DispatchTable
    private let connection: ConnectionInfo
    private let shared: SocketServer.Shared
    private let logger: Logger
    let receiver: FrameReceiver
    private var context: ChannelHandlerContext?
    /// A request is being served.
    private var isBusy = false
    /// The serving loop is on the stack, so a reply must not start another.
    private var isServing = false
    private var wantsRead = false
    private var needsFlush = false
    /// Bytes of the request that is being served, if it is large.
    private var servedBytes = 0
    /// What the connection has of the memory that all share.
    private var heldBytes = 0
    /// That request waits for other members of its group.
    private var isMemberWaiting = false
    /// Who sends; as the last request said.
    private var clientID: String?
    private var watch: ConnectionWatch

    init(dispatch: DispatchTable, connection: ConnectionInfo, shared: SocketServer.Shared) {
        self.dispatch = dispatch
        self.connection = connection
        self.shared = shared
        logger = shared.logger
        watch = ConnectionWatch(maxIdleMs: shared.maxIdleMs)
        receiver = FrameReceiver(
            FrameReader(maxFrameBytes: shared.maximumRequestBytes),
            sizes: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 256 << 10))
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        watch.stop()
    }

    func channelActive(context: ChannelHandlerContext) {
        logger.debug("connection of \(connection.clientHost) to \(connection.listenerName), number \(connection.id)")
        watchIdleness()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receiver.reader.feed(unwrapInboundIn(data))
        serve()
        watch.note(unfinishedBytes: receiver.reader.unfinishedBytes)
        if watch.needsFrameTimer { watchFrame() }
    }

    func channelReadComplete(context: ChannelHandlerContext) { flushIfNeeded() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        serve()
        flushIfNeeded()
    }

    func channelInactive(context: ChannelHandlerContext) {
        logger.debug("connection \(connection.id) of \(connection.clientHost) is closed")
        connection.disconnected()
        watch.stop()
        shared.memory.forget(connection.id, holding: heldBytes)
        heldBytes = 0
        wantsRead = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A client that goes away in the middle of an answer is everyday business.
        logger.debug("connection of \(connection.clientHost): \(error)")
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        guard receiver.reader.backlogBytes <= Self.backlogLimit, mayTakeMemory(context) else {
            wantsRead = true
            return
        }
        context.read()
    }

    /// Whether there is memory for what is read next. None is asked for while a request is served or answers are not
    /// taken, which may be for ever: the next frame begins afterwards, and `serve` goes on with the read.
    private func mayTakeMemory(_ context: ChannelHandlerContext) -> Bool {
        let frameBytes = receiver.reader.nextFrameMemory
        if isBusy || !context.channel.isWritable { return frameBytes <= RequestMemory.free }
        return hasMemory(frameBytes, context)
    }

    /// Goes on with a read that had to wait.
    private func readIfWanted() {
        guard wantsRead, let context, context.channel.isActive else { return }
        wantsRead = false
        // The broker's own pause is not the client's.
        watch.restart(unfinishedBytes: receiver.reader.unfinishedBytes)
        read(context: context)
    }

    /// Whether the frame that has begun may take so much memory; if not, the connection hears when to ask again.
    private func hasMemory(_ frameBytes: Int, _ context: ChannelHandlerContext) -> Bool {
        let wanted = RequestMemory.counted(servedBytes + frameBytes)
        guard wanted != heldBytes else { return true }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let isGranted = shared.memory.change(
            of: connection.id, from: heldBytes, to: wanted,
            resume: { eventLoop.execute { bound.value.readIfWanted() } })
        if isGranted { heldBytes = wanted }
        return isGranted
    }

    /// Gives back what is held no more, and the turn to go beyond what there is, which ends with its frame.
    private func giveBackMemory() {
        guard heldBytes > 0 else { return }
        let wanted = min(RequestMemory.counted(servedBytes + receiver.reader.frameMemory), heldBytes)
        _ = shared.memory.change(of: connection.id, from: heldBytes, to: wanted, resume: {})
        heldBytes = wanted
    }

    /// A large request is not answered at once: it has to hurry when others wait for its memory.
    private func noteSlowRequest(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        shared.memory.serves(connection.id) { eventLoop.execute { bound.value.hurry() } }
    }

    private func hurry() {
        guard isBusy, servedBytes > 0, !connection.hurry(), isMemberWaiting, watch.giveUpTimer == nil, let context
        else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch.giveUpTimer = context.eventLoop.scheduleTask(in: UnfinishedFrame.patienceWhenShort) {
            bound.value.giveUp()
        }
    }

    /// Closes a connection that waits for other members of its group while others wait for its memory.
    private func giveUp() {
        watch.giveUpTimer = nil
        guard isBusy, servedBytes > 0, isMemberWaiting, shared.memory.isShort else { return }
        close("its request of \(servedBytes) bytes waits for other members of the group, and others for its memory")
    }

    /// Serves waiting requests until one has to wait, or the client does not take its answers.
    private func serve() {
        guard !isServing else { return }
        isServing = true
        defer {
            isServing = false
            if wantsRead, receiver.reader.backlogBytes <= Self.backlogLimit { readIfWanted() }
        }
        while !isBusy, let context, context.channel.isWritable, let frame = nextFrame() {
            isBusy = true
            // The memory goes with the frame, to be given back when it is served.
            servedBytes = frame.readableBytes > RequestMemory.free ? frame.readableBytes : 0
            giveBackMemory()
            do throws(WireError) {
                try dispatch(frame, context)
            } catch {
                close("a request could not be read: \(error)")
            }
            if isBusy, servedBytes > 0, context.channel.isActive { noteSlowRequest(context) }
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
            "a request of \(length) bytes is outside of 4 to \(shared.maximumRequestBytes) (socket.request.max.bytes)"
        case .tls: "the client speaks TLS, this listener does not"
        case .http: "the client speaks HTTP"
        case .lost: "a part of a request was lost"
        }
    }

    private func dispatch(_ frame: ByteBuffer, _ context: ChannelHandlerContext) throws(WireError) {
        var body = frame
        var header = try RequestHeader(decoding: &body)
        clientID = header.clientID
        logger.trace(
            "request \(header.correlationID) of connection \(connection.id): \(header.apiKey) \(header.apiVersion), \(frame.readableBytes) bytes"
        )
        isMemberWaiting = header.apiKey == .joinGroup || header.apiKey == .syncGroup
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
        if servedBytes > 0 {
            servedBytes = 0
            isMemberWaiting = false
            watch.giveUpTimer?.cancel()
            watch.giveUpTimer = nil
            shared.memory.served(connection.id)
            giveBackMemory()
        }
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
        let client = clientID.map { ", client \($0.printable)" } ?? ""
        shared.warnings.log(
            .warning, "connections that were closed",
            "closing the connection of \(connection.clientHost)\(client): \(reason)")
        flushIfNeeded()
        context?.close(promise: nil)
    }
}

// MARK: Time

extension ConnectionHandler {
    /// Looks again and again whether the rest of a frame has come.
    private func watchFrame() {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch.frameTimer = context.eventLoop.scheduleTask(in: ConnectionWatch.frameInterval) {
            bound.value.checkFrame()
        }
    }

    private func checkFrame() {
        watch.frameTimer = nil
        guard receiver.reader.unfinishedBytes > 0, let context else { return watch.forgetFrame() }
        // Requests that wait for one that is being served, or for answers to be taken, are there; and while the broker
        // itself doesn't read, no client can finish.
        if isBusy || wantsRead || !context.channel.isWritable {
            watch.restart(unfinishedBytes: receiver.reader.unfinishedBytes)
        } else if watch.isFrameOverdue(isShort: heldBytes > 0 && shared.memory.isShort) {
            return close(
                "a request of which \(receiver.reader.unfinishedBytes) bytes came did not come to its end in time")
        }
        watchFrame()
    }

    private func watchIdleness() {
        guard let context, let deadline = watch.idleDeadline else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch.idleTimer = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.checkIdleness() }
    }

    private func checkIdleness() {
        if isBusy { watch.touch() }
        if let deadline = watch.idleDeadline, deadline <= .now() {
            logger.debug("connection \(connection.id) of \(connection.clientHost) was idle for too long")
            context?.close(promise: nil)
        } else {
            watchIdleness()
        }
    }
}
