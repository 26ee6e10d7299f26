// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

/// The end of a connection's pipeline: tells the state machine what happens and does what it says.
///
/// Lives on the channel's event loop; all methods are called there.
final class ConnectionDriver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    /// Gets the answer behind its header, or why there is none.
    typealias Completion = (Result<ByteBuffer, ClientError>) -> Void
    private typealias Machine = ConnectionStateMachine<Completion>

    private let address: BrokerAddress
    private var machine: ConnectionStateMachine<Completion>
    private var reader: FrameReader
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    /// Until the client logs in again.
    private var loginTimer: Scheduled<Void>?
    private let troubles: Troubles?
    private let debug: ClientDebug?
    /// Shut as soon as the connection has failed, for those who ask from elsewhere.
    let gate = Gate()

    /// Whether a connection can be used.
    final class Gate: Sendable {
        private let isShut = Atomic(false)
        private let first = Mutex<Breakdown?>(nil)

        var isOpen: Bool { !isShut.load(ordering: .acquiring) }
        /// Nil while it is open, and of one that was closed here: what becomes of that says nothing.
        var breakdown: Breakdown? { first.withLock { $0 } }

        func shut(_ breakdown: Breakdown? = nil) {
            if isOpen { first.withLock { $0 = breakdown } }
            isShut.store(true, ordering: .releasing)
        }
    }

    init(address: BrokerAddress, maxResponseBytes: Int, troubles: Troubles? = nil, debug: ClientDebug? = nil) {
        self.address = address
        self.troubles = troubles
        self.debug = debug
        machine = .connecting(address)
        reader = FrameReader(maxFrameBytes: maxResponseBytes, reservation: 8 << 20, spareCount: 4)
    }

    var inFlight: Int { machine.inFlight }

    // MARK: Requests

    /// Sends a request; `encode` gets the correlation id and returns the frame's pieces in order.
    /// - Parameter patience: how long silence means nothing; nil for ever.
    func submit(
        _ apiKey: APIKey, version: Int16, hasTaggedHeader: Bool, expectsResponse: Bool = true, deadline: NIODeadline,
        patience: Duration? = nil, encode: (Int32) throws(ClientError) -> [ByteBuffer],
        _ completion: @escaping Completion
    ) {
        let correlationID: Int32
        let pieces: [ByteBuffer]
        do throws(ClientError) {
            correlationID = try machine.admit()
            pieces = try encode(correlationID)
        } catch {
            return completion(.failure(error))
        }
        debug?.request(
            apiKey,
            "sent \(apiKey) v\(version) #\(correlationID) to \(address), "
                + "\(pieces.reduce(0) { $0 + $1.readableBytes }) bytes")
        let now = NIODeadline.now()
        let request = Machine.Request(
            correlationID: correlationID, apiKey: apiKey, hasTaggedHeader: hasTaggedHeader, deadline: deadline,
            version: version, sentAt: now, patience: troubles == nil ? nil : patience?.timeAmount,
            completion: completion)
        switch machine.sent(request, pieces, expectsAnswer: expectsResponse, at: now) {
        case .refuse(let cause): return completion(.failure(cause))
        case .hold: return
        case .watch(let deadline): watch(deadline)
        case .none: break
        }
        write(pieces, expectsResponse)
    }

    private func write(_ pieces: [ByteBuffer], _ expectsResponse: Bool) {
        guard let context, let last = pieces.last else { return }
        for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
        var written: EventLoopPromise<Void>?
        if !expectsResponse {
            // Nobody answers, so that the request is complete once the system has taken it: a broker that reads nothing
            // must not be sent more and more.
            written = context.eventLoop.makePromise()
            written?.futureResult.assumeIsolated().whenComplete { [address] result in
                self.machine.taken()?.completion(
                    result.map { ByteBuffer() }.mapError { ClientError.lost(address, $0) })
            }
        } else if troubles != nil {
            written = context.eventLoop.makePromise()
            written?.futureResult.assumeIsolated().whenSuccess { self.machine.wrote(at: .now()) }
        }
        context.writeAndFlush(wrapOutboundOut(last), promise: written)
    }

    func close(_ reason: ClientError) {
        end(machine.fail(reason))
    }

    // MARK: Logging in again

    func schedule(in delay: TimeAmount, _ action: @escaping @Sendable () -> Void) {
        guard let context, context.channel.isActive else { return }
        loginTimer?.cancel()
        loginTimer = context.eventLoop.scheduleTask(in: delay, action)
    }

    func hold() { machine.hold() }

    func release() {
        let (held, alarm) = machine.release(at: .now())
        if let alarm { watch(alarm) }
        for request in held { write(request.pieces, request.expectsAnswer) }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(machine.gone())
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        machine.connected()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        machine.heard(at: .now())
        do {
            reader.feed(unwrapInboundIn(data))
            // An answer may lead to requests, and those back here, so nothing is held meanwhile.
            while let frame = try reader.next() { try answer(frame) }
        } catch {
            end(machine.fail(.unreadable(address, error)))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(machine.gone())
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(machine.fail(.lost(address, error)))
    }

    // MARK: Answers

    private func answer(_ frame: ByteBuffer) throws {
        var frame = frame
        guard let correlationID = frame.readInteger(as: Int32.self) else { throw WireError.truncated }
        switch machine.answered(correlationID) {
        case .ignore: break
        case .end(let ending): end(ending)
        case .complete(let request, let provesHealth):
            if provesHealth { troubles?.answered(address) }
            debug?.request(
                request.apiKey,
                "received \(request.apiKey) v\(request.version) #\(correlationID) from \(address), "
                    + "\(frame.readableBytes + 4) bytes, \((NIODeadline.now() - request.sentAt).inMilliseconds)")
            do throws(WireError) {
                if request.hasTaggedHeader { try ResponseHeader.skipTaggedFields(&frame) }
            } catch {
                // It waits no more, so the connection's end would not reach it.
                request.completion(.failure(.unreadable(address, error)))
                throw error
            }
            request.completion(.success(frame))
        }
    }

    // MARK: Time and the end

    private func watch(_ deadline: NIODeadline) {
        guard let context else { return }
        timer?.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.ring() }
    }

    private func ring() {
        timer = nil
        let action = machine.timerFired(at: .now())
        if let key = action.silence {
            troubles?.silent(
                address,
                "connected, but \(key) is not answered; the broker may be stopped, overloaded or just starting")
        }
        switch action.next {
        case .watch(let deadline): watch(deadline)
        case .end(let ending): end(ending)
        case .none: break
        }
    }

    private func end(_ ending: Machine.Ending?) {
        guard let ending else { return }
        debug?(.broker, "connection to \(address) is closed: \(ending.cause.message)")
        // Who opens the connection tells of what happens before.
        if ending.cause.kind == .connection, let first = ending.requests.first, first.apiKey != .apiVersions {
            troubles?.lost(address, "\(ending.cause.message), before it answered \(first.apiKey)")
        }
        timer?.cancel()
        loginTimer?.cancel()
        (timer, loginTimer) = (nil, nil)
        // First, so that nobody who hears of a lost request sends another here.
        let rest = ending.restsSince.map { Duration.nanoseconds((NIODeadline.now() - $0).nanoseconds) }
        gate.shut(Breakdown(cause: ending.cause, time: .now, rest: rest ?? .zero))
        for request in ending.requests { request.completion(.failure(ending.cause)) }
        context?.close(promise: nil)
    }
}

extension TimeAmount {
    /// `1.25 ms`
    fileprivate var inMilliseconds: String {
        let hundredths = nanoseconds / 10_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) ms"
    }
}
