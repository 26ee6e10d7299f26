// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import Logging
import NIOCore
import Synchronization

/// One connection: cuts requests out of its bytes, has them served one at a time, and writes the answers in order.
///
/// The way of a request through this folder: `SocketServer` accepts its connection, with the `Transport` of the listener;
/// the socket reads into what `FrameReceiver` gives, within `RequestMemory`; the frame that comes whole is looked up in
/// the `DispatchTable`, whose `Endpoint` decodes it and calls the `RequestHandler` with a `RequestContext` and a `Reply`;
/// that goes to the `ResponseSender`, which encodes, and back here, to the `ResponseWriter`. `InProcessServer` calls the
/// same handlers without bytes.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How a request ended.
    enum Completion: Sendable {
        /// The response's frame, empty for none; and for how long nothing more is taken from the client.
        case answer([ResponseWriter.Piece], throttleTimeMs: Int32)
        case close(String)
    }

    /// Whose turn it is.
    private enum Turn {
        /// The next request's.
        case free
        /// A request is being served.
        case taken
        /// Nobody's before that time: the client used more than its share.
        case muted(Scheduled<Void>)
        /// Nobody's any more: the connection is closing, for which its transport may take time.
        case closed
    }

    /// Bytes of waiting requests beyond which the connection is not read from; they are not counted.
    private static let backlogLimit = RequestMemory.free

    private let dispatch: DispatchTable
    private let connection: ConnectionInfo
    private let shared: SocketServer.Shared
    private let logger: Logger
    let receiver: FrameReceiver
    private let writer: ResponseWriter
    /// Who sends, where no login says so: the certificate's subject, or nobody in particular.
    private var principal = Principal.anonymous
    private var context: ChannelHandlerContext?
    private var turn = Turn.free
    /// The serving loop is on the stack, so a reply must not start another.
    private var isServing = false
    private var wantsRead = false
    private var memory: ConnectionMemory
    /// The request that is being served waits for other members of its group.
    private var isMemberWaiting = false
    /// Its login isn't complete: little is taken from it, and not for long.
    private var isLoggingIn = false
    /// Who sends; as the last request said.
    private var clientID: String?
    private var watch: ConnectionWatch
    /// Of the event loop; nil where nothing is counted.
    private let counters: LoopCounters?
    private var timing = RequestTiming()

    init(
        dispatch: DispatchTable, connection: ConnectionInfo, transport: Transport, shared: SocketServer.Shared,
        counters: LoopCounters? = nil
    ) {
        self.counters = counters
        self.dispatch = dispatch
        self.connection = connection
        self.shared = shared
        logger = shared.logger
        memory = ConnectionMemory(shared.memory, connection: connection.id)
        watch = ConnectionWatch(maxIdleMs: shared.maxIdleMs)
        receiver = FrameReceiver(
            FrameReader(maxFrameBytes: shared.maximumRequestBytes), lendsMemory: transport.lendsMemory)
        writer = ResponseWriter(transport)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        watch.stop()
    }

    func channelActive(context: ChannelHandlerContext) {
        logger.debug("connection of \(connection.clientHost) to \(connection.listenerName), number \(connection.id)")
        watchIdleness()
        if connection.login != nil { expectLogin() }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receiver.reader.feed(unwrapInboundIn(data))
        serve()
        watch.note(unfinishedBytes: receiver.reader.unfinishedBytes)
        connection.lastUse.store(watch.lastRead.uptimeNanoseconds, ordering: .relaxed)
        if watch.needsFrameTimer { watchFrame() }
    }

    func channelReadComplete(context: ChannelHandlerContext) { writer.flush(context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let certified = event as? CertifiedPrincipal { principal = certified.principal }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        write([])
        serve()
        writer.flush(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        logger.debug("connection \(connection.id) of \(connection.clientHost) is closed")
        connection.disconnected()
        if case .muted(let timer) = turn { timer.cancel() }
        writer.stop()
        watch.stop()
        memory.forget()
        wantsRead = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? TLSFailure { return close("the client \(failure)", failure.level, failure.logKind) }
        // A client that goes away in the middle of an answer is everyday business.
        logger.debug("connection of \(connection.clientHost): \(error)")
        close(context: context, mode: .all, promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        guard receiver.reader.backlogBytes <= Self.backlogLimit, isOpen, mayTakeMemory(context) else {
            wantsRead = true
            return
        }
        context.read()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        turn = .closed
        context.close(mode: mode, promise: promise)
    }

    /// Whether there is memory for what is read next. None is asked for while a request is served or answers are not
    /// taken, which may be for ever: the next frame begins afterwards, and `serve` goes on with the read.
    private func mayTakeMemory(_ context: ChannelHandlerContext) -> Bool {
        let frameBytes = receiver.nextFrameMemory
        if !mayServe(context) { return frameBytes <= RequestMemory.free }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        return memory.take(frameBytes, resume: { eventLoop.execute { bound.value.readIfWanted() } })
    }

    /// Goes on with a read that had to wait.
    private func readIfWanted() {
        guard wantsRead, let context, context.channel.isActive else { return }
        wantsRead = false
        // The broker's own pause is not the client's.
        watch.restart(unfinishedBytes: receiver.reader.unfinishedBytes)
        read(context: context)
    }

    /// Whether the next request may be served: the one before is, and the client takes its answer.
    private func mayServe(_ context: ChannelHandlerContext) -> Bool {
        guard case .free = turn else { return false }
        return writer.isIdle && context.channel.isWritable
    }

    /// Whether anything is taken from the client, to be served now or later.
    private var isOpen: Bool {
        switch turn {
        case .free, .taken: true
        case .muted, .closed: false
        }
    }

    /// A large request is being served.
    private var isServingSlowly: Bool {
        guard case .taken = turn else { return false }
        return memory.servedBytes > 0
    }

    /// A large request is not answered at once: it has to hurry when others wait for its memory.
    private func noteSlowRequest(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        memory.askToHurry { eventLoop.execute { bound.value.hurry() } }
    }

    private func hurry() {
        guard isServingSlowly, !connection.hurry(), isMemberWaiting, watch.giveUpTimer == nil, let context
        else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch.giveUpTimer = context.eventLoop.scheduleTask(in: UnfinishedFrame.patienceWhenShort) {
            bound.value.giveUp()
        }
    }

    /// Closes a connection that waits for other members of its group while others wait for its memory.
    private func giveUp() {
        watch.giveUpTimer = nil
        guard isServingSlowly, isMemberWaiting, memory.isWanted else { return }
        close(
            "its request of \(memory.servedBytes) bytes waits for other members of the group, and others for its memory"
        )
    }

    /// Serves waiting requests until one has to wait, or the client does not take its answers.
    private func serve() {
        guard !isServing else { return }
        isServing = true
        defer {
            isServing = false
            if wantsRead, receiver.reader.backlogBytes <= Self.backlogLimit { readIfWanted() }
        }
        while let context, mayServe(context), let frame = nextFrame() {
            turn = .taken
            memory.serve(frame.readableBytes, frameBytes: receiver.reader.frameMemory)
            do throws(WireError) {
                try dispatch(frame, context)
            } catch {
                close("a request could not be read: \(error)")
            }
            if isServingSlowly, context.channel.isActive { noteSlowRequest(context) }
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
            "a request of \(length) bytes is outside of 4 to \(receiver.reader.maxFrameBytes) ("
                + (isLoggingIn ? "sasl.server.max.receive.size, before login)" : "socket.request.max.bytes)")
        case .tls: "the client speaks TLS, and listener \(connection.listenerName) doesn't; see security.protocol there"
        case .http: "the client speaks HTTP"
        case .lost: "a part of a request was lost"
        }
    }

    private func dispatch(_ frame: ByteBuffer, _ context: ChannelHandlerContext) throws(WireError) {
        if let login = connection.login, login.takesRawTokens { return receiveToken(frame, login, context) }
        var body = frame
        var header = try RequestHeader(decoding: &body)
        clientID = header.clientID
        shared.requestLogger.trace(
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
        if isSupported, let refusal = connection.login?.refusal(of: header.apiKey) { return close(refusal) }
        if counters != nil { timing = RequestTiming(header) }
        defer { if counters != nil { timing.mayWait() } }
        let identity = connection.login?.identity
        let began = connection.policy.quotas.countsTime ? NIODeadline.now().uptimeNanoseconds : 0
        // A client of the future asks for an ApiVersions that we lack: it is answered in version 0 (KIP-511).
        let requestContext = RequestContext(
            apiKey: header.apiKey, apiVersion: header.apiVersion, clientID: header.clientID,
            principal: identity?.principal ?? principal, isTokenAuthenticated: identity?.isToken ?? false,
            connection: connection, eventLoop: context.eventLoop, began: began)
        let sender = ResponseSender(
            handler: NIOLoopBound(self, eventLoop: context.eventLoop), context: requestContext, apiKey: header.apiKey,
            correlationID: header.correlationID, requestBytes: frame.readableBytes,
            hasTaggedHeader: ResponseHeader.hasTaggedFields(
                header.apiKey, isFlexible: endpoint.isFlexible(header.apiVersion)),
            version: isSupported ? header.apiVersion : 0)
        guard isSupported else {
            return sender.send(Reply<ApiVersionsResponse>.Outcome.response(.unsupportedVersion(endpoint), records: []))
        }
        guard began > 0 else { return try endpoint.serve(body, requestContext, sender) }
        connection.servedNanoseconds.store(0, ordering: .relaxed)
        try endpoint.serve(body, requestContext, sender)
        let taken = Int64(clamping: NIODeadline.now().uptimeNanoseconds - began)
        connection.servedNanoseconds.add(max(taken, 1), ordering: .relaxed)
    }

    /// The reply to the request being served. Called on the event loop.
    func complete(_ completion: Completion) {
        if case .taken = turn { turn = .free }
        if let counters { timing.end(counters) }
        isMemberWaiting = false
        watch.giveUpTimer?.cancel()
        watch.giveUpTimer = nil
        memory.served(frameBytes: receiver.reader.frameMemory)
        guard let context, context.channel.isActive, isOpen else { return }
        switch completion {
        case .answer(let frame, let throttleTimeMs):
            if throttleTimeMs > 0 { mute(throttleTimeMs, context) }
            write(frame)
            guard noteLogin(context) else { return }
        case .close(let reason): return close(reason)
        }
        if !isServing {
            // An answer that had to wait; what follows it may be served at once.
            serve()
            writer.flush(context)
        }
    }

    /// A token without a request around it, as clients of before Kafka 1.0 send them; they can't be told of a failure.
    private func receiveToken(_ token: ByteBuffer, _ login: ConnectionLogin, _ context: ChannelHandlerContext) {
        switch login.authenticate(Array(token.readableBytesView), clientID: clientID) {
        case .token(let answer, _):
            var frame = ByteBuffer()
            frame.writeInteger(Int32(clamping: answer.count))
            frame.writeBytes(answer)
            complete(.answer([.bytes(frame)], throttleTimeMs: 0))
        case .failed:
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(login.failureDelayMs)) { bound.value.endFailedLogin() }
        }
    }

    /// Takes note of what an answer made of the login.
    /// - Returns: false if the connection has come to its end thereby.
    private func noteLogin(_ context: ChannelHandlerContext) -> Bool {
        guard let login = connection.login else { return true }
        if isLoggingIn, login.isOpen { loggedIn() }
        guard login.hasFailed else { return true }
        endFailedLogin()
        return false
    }

    private func endFailedLogin() {
        guard let context, context.channel.isActive, isOpen else { return }
        writer.flush(context)
        close(context: context, mode: .all, promise: nil)
    }

    /// Writes a frame, or goes on with the last.
    private func write(_ frame: [ResponseWriter.Piece]) {
        guard let context else { return }
        do {
            if frame.isEmpty { try writer.resume(context) } else { try writer.write(frame, context) }
        } catch {
            close("records could not be read: \(error)")
        }
    }

    /// Takes nothing from the client for a while; its answer is on the way to it.
    private func mute(_ milliseconds: Int32, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        turn = .muted(
            context.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) { bound.value.unmute() })
    }

    private func unmute() {
        guard case .muted = turn else { return }
        turn = .free
        // The broker's own pause is not the client's.
        watch.restart(unfinishedBytes: receiver.reader.unfinishedBytes)
        serve()
        if let context { writer.flush(context) }
    }

    private func close(
        _ reason: String, _ level: Logger.Level = .warning, _ kind: String = "connections that were closed"
    ) {
        shared.warnings.log(
            level, kind,
            "closing the connection of \(connection.clientHost)\(RequestContext.clause(of: clientID)): \(reason)")
        guard let context else { return }
        writer.flush(context)
        close(context: context, mode: .all, promise: nil)
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
        if wantsRead || !mayServe(context) {
            watch.restart(unfinishedBytes: receiver.reader.unfinishedBytes)
        } else if watch.isFrameOverdue(isShort: memory.isWanted) {
            return close(
                "a request of which \(receiver.reader.unfinishedBytes) bytes came did not come to its end in time")
        }
        watchFrame()
    }

    /// The client has to log in: until `loggedIn` the limits for strangers hold. To be called when the connection begins.
    func expectLogin() {
        guard let context, !isLoggingIn else { return }
        isLoggingIn = true
        receiver.reader.maxFrameBytes = min(shared.login.frameBytes, shared.maximumRequestBytes)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch.loginTimer = context.eventLoop.scheduleTask(in: shared.login.time) {
            bound.value.close("it did not log in within \(bound.value.shared.login.time.nanoseconds / 1_000_000) ms")
        }
    }

    /// The client has logged in.
    func loggedIn() {
        isLoggingIn = false
        receiver.reader.maxFrameBytes = shared.maximumRequestBytes
        watch.loginTimer?.cancel()
        watch.loginTimer = nil
    }

    private func watchIdleness() {
        guard let context, let deadline = watch.idleDeadline else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch.idleTimer = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.checkIdleness() }
    }

    private func checkIdleness() {
        if case .free = turn {} else { watch.touch() }
        if let deadline = watch.idleDeadline, deadline <= .now() {
            logger.debug("connection \(connection.id) of \(connection.clientHost) was idle for too long")
            if let context { close(context: context, mode: .all, promise: nil) }
        } else {
            watchIdleness()
        }
    }
}
