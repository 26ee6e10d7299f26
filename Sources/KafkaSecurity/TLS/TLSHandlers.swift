// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// In front of a client's TLS: notes what the other side says first.
final class TLSFirstBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let peer: TLSPeer
    private var hasHeard = false

    init(_ peer: TLSPeer) { self.peer = peer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !hasHeard {
            hasHeard = true
            peer.note(start: Array(unwrapInboundIn(data).readableBytesView.prefix(8)))
        }
        context.fireChannelRead(data)
    }
}

/// In front of a listener's TLS: tells those who don't speak it, and lets whoever is refused hear why.
final class TLSGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A fatal alert, unexpected_message, which every client tells from an answer in plaintext.
    private static let alert: [UInt8] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0A]
    /// How long a refused client may take to read why: what it has sent meanwhile would have the system drop that.
    private static let grace = TimeAmount.milliseconds(200)

    private enum State { case new, open, closing }

    private let peer: TLSPeer
    private var state = State.new

    init(_ peer: TLSPeer) { self.peer = peer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .open: context.fireChannelRead(data)
        case .closing: break
        case .new:
            let start = Array(unwrapInboundIn(data).readableBytesView.prefix(8))
            guard let first = start.first else { return }
            peer.note(start: start)
            // A handshake record.
            if first == 0x16 {
                state = .open
                return context.fireChannelRead(data)
            }
            let failure = TLSFailure(ChannelError.eof, peer, isServer: true, isReady: false)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: Self.alert)), promise: nil)
            state = .closing
            context.fireErrorCaught(failure)
            linger(context)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, !peer.isReady, state != .new else { return context.close(mode: mode, promise: promise) }
        if let promise { context.channel.closeFuture.cascade(to: promise) }
        guard state == .open else { return }
        state = .closing
        linger(context)
    }

    /// Says that nothing more comes, and closes after a moment in which what still comes is read away.
    private func linger(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        context.read()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.grace) { bound.value.close(promise: nil) }
    }
}

/// Behind TLS: turns what goes wrong into one `TLSFailure`, and watches over a listener's handshakes.
final class TLSWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: TLSPeer
    private let isServer: Bool
    private let timeLimit: TimeAmount?
    private var timer: Scheduled<Void>?
    /// Whether the handshake is over.
    private var isReady = false
    private var hasHeard = false
    private var hasFailed = false

    init(_ peer: TLSPeer, isServer: Bool, timeLimit: TimeAmount?) {
        self.peer = peer
        self.isServer = isServer
        self.timeLimit = timeLimit
    }

    func channelActive(context: ChannelHandlerContext) {
        if let timeLimit {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            timer = context.eventLoop.scheduleTask(in: timeLimit) {
                let (watch, context) = bound.value
                watch.fail(TLSFailure(.lost, "didn't end the TLS handshake in time"), context)
                context.close(promise: nil)
            }
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasHeard = true
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isReady = true
        peer.ready()
        timer?.cancel()
        timer = nil
        if isServer {
            let subject = peer.chain.first.flatMap { try? CertificateFacts(der: $0).subject }
            context.fireUserInboundEventTriggered(TLSPeerIdentity(subject: subject))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Peers that close without a word end their frames all the same.
        if isReady, hasHeard || isServer, case NIOSSLError.uncleanShutdown = error { return }
        if error is TLSFailure { return fail(error, context) }
        if isReady, hasHeard, !(error is BoringSSLError) { return context.fireErrorCaught(error) }
        fail(TLSFailure(error, peer, isServer: isServer, isReady: isReady), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        if !isServer, !hasHeard { fail(TLSFailure(ChannelError.eof, peer, isServer: false, isReady: isReady), context) }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    private func fail(_ failure: any Error, _ context: ChannelHandlerContext) {
        guard !hasFailed else { return }
        hasFailed = true
        context.fireErrorCaught(failure)
    }
}
