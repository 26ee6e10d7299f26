// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// What a listener shows of itself in TLS, whether that is accepted or not.
public struct TLSReport: Sendable {
    /// The certificates that it sent, its own first; empty if it came to none.
    public var chain: [CertificateFacts] = []
    /// What is wrong with them; nil if they are accepted.
    public var problem: CertificateProblem?
    /// Why there was no handshake, in words that follow the listener's name; nil if there was one.
    public var failure: String?
    /// `TLSv1.3`; nil if there was no handshake.
    public var version: String?
}

/// The end of a pipeline that is there for the handshake alone.
final class TLSReporter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: TLSPeer
    private let promise: EventLoopPromise<TLSReport>
    private var isDone = false

    init(_ peer: TLSPeer, _ promise: EventLoopPromise<TLSReport>) {
        self.peer = peer
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted = event as? TLSUserEvent else { return }
        let version = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).tlsVersion
        finish(context, nil, version.flatMap { $0 }.map { $0 == .tlsv13 ? "TLSv1.3" : "TLSv1.2" })
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(context, "\(error)", nil) }

    func channelInactive(context: ChannelHandlerContext) { finish(context, "closed the connection", nil) }

    func handlerRemoved(context: ChannelHandlerContext) { finish(context, "closed the connection", nil) }

    private func finish(_ context: ChannelHandlerContext, _ failure: String?, _ version: String?) {
        guard !isDone else { return }
        isDone = true
        var report = TLSReport(failure: failure, version: version)
        report.chain = peer.chain.compactMap { try? CertificateFacts(der: $0) }
        report.problem = peer.problem
        promise.succeed(report)
        context.close(promise: nil)
    }
}
