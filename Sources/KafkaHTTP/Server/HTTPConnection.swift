// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// One connection of a client: takes requests in, has them served one after the other, and sends the answers as fast as
/// they are taken.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that is being served.
    struct Exchange {
        var number: Int
        /// Nil where the header itself couldn't be read.
        var head: HTTPRequestHead?
        var isKeptAlive: Bool
        /// Bytes of the body that are counted as being in memory.
        var bodyBytes = 0
        var task: Task<Void, Never>?
        /// What is to be sent yet of a body that is there.
        var rest = ByteBuffer()
        var isStream = false
    }

    enum State {
        /// Nothing of the next request has been read, or a part of its header.
        case idle
        case receiving(IncomingRequest)
        case serving(Exchange)
        /// The header of the response is on its way.
        case sending(Exchange)
        /// Nothing more is read, or sent.
        case closing
    }

    /// Bytes that are handed to the socket at a time.
    static let pieceBytes = 64 << 10
    /// How long a client whose request was not read to its end may take to read why.
    private static let grace = TimeAmount.milliseconds(500)

    let service: HTTPService
    let eventLoop: any EventLoop
    private(set) var context: ChannelHandlerContext?
    var state = State.idle
    private var count = 0
    /// Of the phase that the connection is in.
    private var timer: Scheduled<Void>?
    private var hasBegunHeader = false
    private var isStopping = false
    /// Those who wait until more can be written.
    var waiting: [EventLoopPromise<Void>] = []
    /// Who sends, by its certificate.
    private var certified: Principal?
    private weak var watch: FirstBytes?

    init(_ service: HTTPService, _ watch: FirstBytes, _ eventLoop: any EventLoop) {
        self.service = service
        self.eventLoop = eventLoop
        self.watch = watch
        watch.connection = self
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        beginHeader()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let principal = Broker.principal(certifiedBy: event) { certified = principal }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            // A client that goes away in the midst is everyday business.
            if !(error is IOError) {
                service.warnings.log(
                    .info, "HTTP connections that failed",
                    "closing the HTTP connection of /\(clientAddress(context)): \("\(error)".printable)")
            }
            end()
            return context.close(promise: nil)
        }
        switch state {
        case .idle, .receiving:
            giveBody()
            let isLong = error == .headerOverflow
            refuse(
                HTTPProblem(
                    isLong ? 431 : 400,
                    isLong ? "the header is too long" : "the request can't be read: it is no HTTP/1.1"))
        case .serving, .sending, .closing: context.close(promise: nil)
        }
    }

    // MARK: Requests

    /// Bytes have come that may be the beginning of a request.
    func bytesCame() {
        if case .idle = state, !hasBegunHeader { beginHeader() }
    }

    private func beginHeader() {
        hasBegunHeader = true
        set(timer: service.limits.headerTime) { connection in connection.headerIsLate() }
    }

    private func headerIsLate() {
        guard case .idle = state, let context else { return }
        state = .closing
        // There is no request to answer: what is written stands for itself.
        if let watch, watch.hasHeard {
            watch.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): receive(head, context)
        case .body(let part): receive(part)
        case .end: finishRequest(context)
        }
    }

    private func receive(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        hasBegunHeader = false
        let incoming = IncomingRequest(head, service, now: context.eventLoop.now)
        state = .receiving(incoming)
        if incoming.hasBody, let problem = incoming.problem { return refuse(problem, incoming) }
        if incoming.hasBody, incoming.wantsContinue, !head.isOld {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        watchBody(service.limits.bodyTime)
    }

    private func watchBody(_ time: TimeAmount) {
        set(timer: time) { connection in
            guard case .receiving(let incoming) = connection.state, let context = connection.context else { return }
            let earned = TimeAmount.seconds(Int64(clamping: incoming.body.readableBytes) / (16 << 10))
            let left = connection.service.limits.bodyTime + earned - (context.eventLoop.now - incoming.began)
            guard left <= .zero else { return connection.watchBody(left) }
            connection.giveBody()
            connection.refuse(HTTPProblem(408, "the body did not come to its end in time"), incoming)
        }
    }

    private func receive(_ part: ByteBuffer) {
        guard case .receiving(var incoming) = state, let route = incoming.route else { return }
        // One owner at a time, so that the body grows where it is.
        state = .idle
        guard incoming.body.readableBytes + part.readableBytes <= route.maxBodyBytes else {
            state = .receiving(incoming)
            giveBody()
            return refuse(IncomingRequest.tooLarge(route), incoming)
        }
        guard service.take(part.readableBytes) else {
            state = .receiving(incoming)
            giveBody()
            return refuse(HTTPProblem(503, "too much is being sent here at the moment"), incoming)
        }
        incoming.body.writeImmutableBuffer(part)
        state = .receiving(incoming)
    }

    private func finishRequest(_ context: ChannelHandlerContext) {
        guard case .receiving(let incoming) = state else { return }
        set(timer: nil) { _ in }
        count += 1
        var exchange = Exchange(
            number: count, head: incoming.head,
            // What follows a request that wants another protocol may be that.
            isKeptAlive: incoming.head.isKeepAlive && !isStopping && !incoming.head.headers.contains(name: "upgrade"))
        exchange.bodyBytes = incoming.body.readableBytes
        let found = incoming.request(from: clientAddress(context), isEncrypted: service.isEncrypted)
        guard incoming.problem == nil, let route = incoming.route, var request = found else {
            state = .serving(exchange)
            let problem = incoming.problem ?? HTTPProblem(400, "the request can't be read")
            return respond(problem.response(to: found), count)
        }
        if let certified { request.principal = certified }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let (eventLoop, number) = (context.eventLoop, count)
        exchange.task = Task { [service, request] in
            let response = await service.answer(request, route)
            eventLoop.execute { bound.value.respond(response, number) }
        }
        state = .serving(exchange)
    }

    private func clientAddress(_ context: ChannelHandlerContext) -> String {
        context.remoteAddress?.ipAddress.map(HostName.unmapped) ?? "127.0.0.1"
    }

    /// Answers a request that is not read to its end.
    private func refuse(_ problem: HTTPProblem, _ incoming: IncomingRequest? = nil) {
        guard context != nil else { return }
        count += 1
        state = .serving(Exchange(number: count, head: incoming?.head, isKeptAlive: false))
        let request = incoming?.request(from: "", isEncrypted: service.isEncrypted)
        respond(problem.response(to: request), count)
    }

    private func giveBody() {
        guard case .receiving(let incoming) = state, incoming.body.readableBytes > 0 else { return }
        service.give(incoming.body.readableBytes)
    }

    // MARK: Time and ends

    func set(timer time: TimeAmount?, _ action: @escaping @Sendable (HTTPConnection) -> Void) {
        timer?.cancel()
        timer = nil
        guard let time, let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) { action(bound.value) }
    }

    /// A response is complete.
    func finished(_ exchange: Exchange) {
        guard let context else { return }
        service.give(exchange.bodyBytes)
        guard exchange.isKeptAlive, !isStopping else {
            state = .closing
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            return linger(context)
        }
        state = .idle
        hasBegunHeader = false
        set(timer: service.limits.idleTime) { connection in
            guard case .idle = connection.state, let context = connection.context else { return }
            connection.state = .closing
            context.close(promise: nil)
        }
        // The next request may come out of this call.
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Says that nothing more comes, and closes after a moment in which what still comes is read away: the system would
    /// drop the answer otherwise.
    private func linger(_ context: ChannelHandlerContext) {
        // What is written goes out first, if it is taken.
        set(timer: service.limits.stallTime) { $0.context?.close(promise: nil) }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let closed = eventLoop.makePromise(of: Void.self)
        closed.futureResult.whenComplete { _ in
            bound.value.set(timer: Self.grace) { $0.context?.close(promise: nil) }
        }
        context.close(mode: .output, promise: closed)
    }

    /// The response can't be sent to its end, and the client must see that.
    func breakOff() {
        end()
        context?.close(promise: nil)
    }

    /// The server stops: no more requests; what is being served comes to its end, but for what has none of its own.
    func stop() {
        isStopping = true
        switch state {
        case .idle, .receiving:
            end()
            context?.close(promise: nil)
        case .closing: break
        case .serving(var exchange):
            exchange.isKeptAlive = false
            state = .serving(exchange)
        case .sending(var exchange):
            exchange.isKeptAlive = false
            state = .sending(exchange)
            if exchange.isStream { exchange.task?.cancel() }
        }
    }

    private func end() {
        timer?.cancel()
        timer = nil
        switch state {
        case .receiving: giveBody()
        case .serving(let exchange), .sending(let exchange):
            exchange.task?.cancel()
            service.give(exchange.bodyBytes)
        case .idle, .closing: break
        }
        state = .closing
        let waiting = waiting
        self.waiting = []
        for promise in waiting { promise.fail(ChannelError.ioOnClosedChannel) }
    }
}

/// In front of the parser: tells that bytes have come, from which on a header must come to its end.
final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    weak var connection: HTTPConnection?
    private(set) var hasHeard = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasHeard = true
        connection?.bytesCame()
        context.fireChannelRead(data)
    }

    func send(_ text: String) {
        context?.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
