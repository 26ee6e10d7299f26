// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// The end of a connection's pipeline: sends frames, matches answers to requests, and watches their deadlines.
///
/// Lives on the channel's event loop; all methods are called there.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    /// Gets the answer behind its header, or why there is none.
    typealias Completion = (Result<ByteBuffer, ClientError>) -> Void

    private let address: BrokerAddress
    private var reader: FrameReader
    private var pending = PendingRequests<Completion>()
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var hasAnswered = false
    private let troubles: Troubles?
    private let debug: ClientDebug?
    /// When something last came from the broker.
    private var heardAt = NIODeadline.distantPast
    private var isSilent = false
    /// When the system last took a request whole: a slow line is no silence of the broker's.
    private var wroteAt = NIODeadline.distantPast
    /// Doubles with each silence that ended: who is slow is told of more and more seldom.
    private var patienceFactor = 1
    /// Why the connection is of no use any more.
    private(set) var failure: ClientError?
    /// Called once, when the connection has gone.
    var onClose: (() -> Void)?

    init(address: BrokerAddress, maxResponseBytes: Int, troubles: Troubles? = nil, debug: ClientDebug? = nil) {
        self.address = address
        self.troubles = troubles
        self.debug = debug
        reader = FrameReader(maxFrameBytes: maxResponseBytes, reservation: 8 << 20, spareCount: 4)
    }

    var inFlight: Int { pending.count }

    /// Sends a request; `encode` gets the correlation id and returns the frame's pieces in order.
    /// - Parameter patience: how long silence means nothing; nil for ever.
    func submit(
        _ apiKey: APIKey, version: Int16, hasTaggedHeader: Bool, expectsResponse: Bool = true, deadline: NIODeadline,
        patience: Duration? = nil, encode: (Int32) throws(ClientError) -> [ByteBuffer],
        _ completion: @escaping Completion
    ) {
        guard let context, failure == nil else {
            return completion(.failure(failure ?? ClientError(.connection, "connection to \(address) is not open")))
        }
        let correlationID = pending.makeCorrelationID()
        let pieces: [ByteBuffer]
        do throws(ClientError) { pieces = try encode(correlationID) } catch { return completion(.failure(error)) }
        debug?.request(
            apiKey,
            "sent \(apiKey) v\(version) #\(correlationID) to \(address), "
                + "\(pieces.reduce(0) { $0 + $1.readableBytes }) bytes")
        guard expectsResponse else { return writeUnanswered(pieces, apiKey, deadline, context, completion) }
        pending.append(
            .init(
                correlationID: correlationID, apiKey: apiKey, hasTaggedHeader: hasTaggedHeader,
                deadline: deadline, version: version, sentAt: .now(), patience: patience?.timeAmount,
                completion: completion))
        watch(deadline, context)
        guard troubles != nil, let last = pieces.last else {
            for piece in pieces { context.write(wrapOutboundOut(piece), promise: nil) }
            return context.flush()
        }
        for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { self.wroteAt = .now() }
        context.write(wrapOutboundOut(last), promise: written)
        context.flush()
    }

    /// Nobody answers, so that the request is complete once the system has taken it: a broker that reads nothing must
    /// not be sent more and more.
    private func writeUnanswered(
        _ pieces: [ByteBuffer], _ apiKey: APIKey, _ deadline: NIODeadline, _ context: ChannelHandlerContext,
        _ completion: @escaping Completion
    ) {
        let written = context.eventLoop.makePromise(of: Void.self)
        for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let timer = context.eventLoop.scheduleTask(deadline: deadline) { [address] in
            bound.value.fail(ClientError(.timedOut, "broker \(address) did not take \(apiKey) in time"))
        }
        written.futureResult.assumeIsolated().whenComplete { result in
            timer.cancel()
            switch result {
            case .success: completion(.success(ByteBuffer()))
            case .failure(let error):
                let failure = bound.value.failure
                completion(.failure(failure ?? bound.value.describe(lost: error)))
            }
        }
        if let last = pieces.last { context.writeAndFlush(wrapOutboundOut(last), promise: written) }
    }

    private func describe(lost error: any Error) -> ClientError {
        ClientError(.connection, "connection to \(address) failed: \(ConnectFailure.reason(of: error))")
    }

    func close(_ reason: ClientError) {
        fail(reason)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(closedByPeer)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if troubles != nil { heardAt = .now() }
        do {
            reader.feed(unwrapInboundIn(data))
            // An answer may lead to requests, and those back here, so nothing is held meanwhile.
            while let frame = try reader.next() { try answer(frame) }
        } catch {
            fail(describe(error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(closedByPeer)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(describe(lost: error))
    }

    // MARK: Answers

    private func answer(_ frame: ByteBuffer) throws {
        guard failure == nil else { return }
        var frame = frame
        guard let correlationID = frame.readInteger(as: Int32.self) else { throw WireError.truncated }
        let entry = try pending.complete(correlationID)
        hasAnswered = true
        if isSilent { patienceFactor = min(patienceFactor * 2, 64) }
        isSilent = false
        // Which versions it has, a broker tells that can do nothing else at the moment.
        if let troubles, entry.apiKey != .apiVersions { troubles.answered(address) }
        debug?.request(
            entry.apiKey,
            "received \(entry.apiKey) v\(entry.version) #\(correlationID) from \(address), "
                + "\(frame.readableBytes + 4) bytes, \((NIODeadline.now() - entry.sentAt).inMilliseconds)")
        do throws(WireError) {
            if entry.hasTaggedHeader { try ResponseHeader.skipTaggedFields(&frame) }
        } catch {
            // It waits no more, so `fail` would not reach it.
            entry.completion(.failure(describe(error)))
            throw error
        }
        entry.completion(.success(frame))
    }

    private func fail(_ error: ClientError) {
        guard failure == nil else { return }
        failure = error
        debug?(.broker, "connection to \(address) is closed: \(error.message)")
        // Who opens the connection tells of what happens before.
        if error.kind == .connection, let first = pending.first, first.apiKey != .apiVersions {
            troubles?.lost(address, "\(error.message), before it answered \(first.apiKey)")
        }
        timer?.cancel()
        timer = nil
        // First, so that nobody who hears of a lost request sends another here.
        onClose?()
        onClose = nil
        for entry in pending.removeAll() { entry.completion(.failure(error)) }
        context?.close(promise: nil)
    }

    // MARK: Deadlines

    private func watch(_ deadline: NIODeadline, _ context: ChannelHandlerContext) {
        // A timer that fires early looks again; requests come in about the order of their deadlines.
        guard timer == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let soon = NIODeadline.now() + .seconds(1)
        let next = min(deadline, isSilent ? soon : min(soon, silenceBegins ?? soon))
        timer = context.eventLoop.scheduleTask(deadline: next) { bound.value.expire() }
    }

    /// When the broker's silence becomes worth a word.
    private var silenceBegins: NIODeadline? {
        guard troubles != nil, let first = pending.first, let patience = first.patience else { return nil }
        return max(first.sentAt, heardAt, wroteAt) + patience * patienceFactor
    }

    private func noteSilence() {
        guard !isSilent, let begins = silenceBegins, begins <= .now(), let first = pending.first else { return }
        isSilent = true
        troubles?.silent(
            address,
            "connected, but \(first.apiKey) is not answered; the broker may be stopped, overloaded or just starting")
    }

    private func expire() {
        timer = nil
        guard let context, let next = pending.earliestDeadline else { return }
        noteSilence()
        if let late = pending.expired(at: .now()) {
            return fail(ClientError(.timedOut, "broker \(address) did not answer \(late.apiKey) in time"))
        }
        watch(next, context)
    }

    // MARK: Words

    private var closedByPeer: ClientError {
        guard hasAnswered else {
            return ClientError(
                .connection,
                "\(address) closed the connection without an answer; if the listener expects TLS or a login, set "
                    + "security.protocol")
        }
        return ClientError(.connection, "broker \(address) closed the connection")
    }

    private func describe(_ error: any Error) -> ClientError {
        switch error {
        case FrameReader.Failure.tls:
            ClientError(.tlsExpected, "the listener at \(address) speaks TLS; set security.protocol=SSL or SASL_SSL")
        case FrameReader.Failure.http:
            ClientError(.invalidResponse, "\(address) is a web server (it answers in HTTP), not a Kafka broker")
        case FrameReader.Failure.absurdLength(let length):
            ClientError(
                .invalidResponse,
                "\(address) does not speak Kafka's protocol (it announces an answer of \(length) bytes)"
            )
        case PendingRequests<Completion>.Failure.mismatch(let expected, let got, let key):
            ClientError(
                .invalidResponse,
                "\(address) does not speak Kafka's protocol (\(key) \(expected) was answered as request \(got))")
        case PendingRequests<Completion>.Failure.unexpected:
            ClientError(.invalidResponse, "\(address) does not speak Kafka's protocol (it talks unasked)")
        default:
            ClientError(.invalidResponse, "\(address) sent an answer that can't be read: \(error)")
        }
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
