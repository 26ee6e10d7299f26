// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import Logging
import NIOCore

/// Who a client is by its certificate; an event for the connection's handler.
struct CertifiedPrincipal: Sendable {
    var principal: Principal
}

/// Behind TLS, on a listener without other logins: makes a user of a client's certificate by the rules for that.
final class CertificateLogin: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let mapping: PrincipalMapping

    init(_ mapping: PrincipalMapping) { self.mapping = mapping }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let identity = event as? TLSPeerIdentity, let subject = identity.subject else {
            return context.fireUserInboundEventTriggered(event)
        }
        guard let name = mapping.name(subject) else {
            return context.fireErrorCaught(TLSFailure.noPrincipal(subject))
        }
        context.fireUserInboundEventTriggered(CertifiedPrincipal(principal: Principal(name: name)))
    }
}

extension TLSFailure {
    /// Port scans and health checks are everyday business.
    var level: Logger.Level { kind == .lost ? .info : .warning }

    /// What several of them have in common.
    var logKind: String {
        kind == .lost ? "TLS handshakes that were broken off" : "connections that could not be encrypted"
    }
}
