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
    /// Why the connection is of no use any more.
    private(set) var failure: ClientError?
    /// Called once, when the connection has gone.
    var onClose: ((ClientError) -> Void)?

    init(address: BrokerAddress, maxResponseBytes: Int) {
        self.address = address
        reader = FrameReader(maxFrameBytes: maxResponseBytes, reservation: 8 << 20, spareCount: 4)
    }

    var inFlight: Int { pending.count }

    /// Sends a request; `encode` gets the correlation id and returns the frame's pieces in order.
    func submit(
        _ apiKey: APIKey, hasTaggedHeader: Bool, expectsResponse: Bool = true, deadline: NIODeadline,
        encode: (Int32) throws(ClientError) -> [ByteBuffer], _ completion: @escaping Completion
    ) {
        guard let context, failure == nil else {
            return completion(.failure(failure ?? ClientError(.connection, "connection to \(address) is not open")))
        }
        let correlationID = pending.makeCorrelationID()
        let pieces: [ByteBuffer]
        do throws(ClientError) { pieces = try encode(correlationID) } catch { return completion(.failure(error)) }
        if expectsResponse {
            pending.append(
                .init(
                    correlationID: correlationID, apiKey: apiKey, hasTaggedHeader: hasTaggedHeader,
                    deadline: deadline, completion: completion))
            watch(deadline, context)
        }
        for piece in pieces { context.write(wrapOutboundOut(piece), promise: nil) }
        context.flush()
        if !expectsResponse { completion(.success(ByteBuffer())) }
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
        fail(ClientError(.connection, "connection to \(address) failed: \(ConnectFailure.reason(of: error))"))
    }

    // MARK: Answers

    private func answer(_ frame: ByteBuffer) throws {
        guard failure == nil else { return }
        var frame = frame
        guard let correlationID = frame.readInteger(as: Int32.self) else { throw WireError.truncated }
        let entry = try pending.complete(correlationID)
        hasAnswered = true
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
        timer?.cancel()
        timer = nil
        for entry in pending.removeAll() { entry.completion(.failure(error)) }
        onClose?(error)
        onClose = nil
        context?.close(promise: nil)
    }

    // MARK: Deadlines

    private func watch(_ deadline: NIODeadline, _ context: ChannelHandlerContext) {
        // A timer that fires early looks again; requests come in about the order of their deadlines.
        guard timer == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: min(deadline, .now() + .seconds(1))) { bound.value.expire() }
    }

    private func expire() {
        timer = nil
        guard let context, let next = pending.earliestDeadline else { return }
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
