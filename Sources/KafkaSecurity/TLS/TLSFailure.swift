// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore
internal import NIOSSL

/// Why a connection can't be encrypted; in words that follow the other side's name.
package struct TLSFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// A certificate, of either side, or that there is no common version or suite.
        case refused
        /// The other side doesn't speak TLS.
        case noTLS
        /// The other side is gone, perhaps for a reason of the network.
        case lost
    }

    package var kind: Kind
    package var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// A client whose certificate is fine, but names nobody by the listener's rules.
    package static func noPrincipal(_ subject: String) -> TLSFailure {
        TLSFailure(
            .refused, "has a certificate of \(subject.printable), for which ssl.principal.mapping.rules has no rule")
    }

    /// What the TLS library says, without its numbers and places in its code.
    static func words(of error: any Error) -> String {
        switch error {
        case NIOSSLError.handshakeFailed(let error): words(of: error)
        case BoringSSLError.sslError(let stack), BoringSSLError.unknownError(let stack):
            stack.first.map { words("\($0)") } ?? "\(error)"
        default: "\(error)"
        }
    }

    /// `Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at /…/handshake.cc:1` …
    private static func words(_ text: String) -> String {
        let marker = Array("OPENSSL_internal:".utf8)
        let bytes = Array(text.utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: marker) }) else { return text }
        let name = String(decoding: bytes[(start + marker.count)...].prefix { $0 != 0x20 }, as: UTF8.self)
        return name.lowercased().map { $0 == "_" ? " " : String($0) }.joined()
    }

    /// - Parameters:
    ///   - isServer: whether the listener is on this side.
    ///   - isReady: whether the handshake was over, on this side.
    init(_ error: any Error, _ peer: TLSPeer, isServer: Bool, isReady: Bool) {
        if let problem = peer.problem {
            self.init(.refused, problem.words(isServer: !isServer))
            return
        }
        if !isReady, peer.start.count > 0, peer.start[0] != 0x16, peer.start[0] != 0x15 {
            self.init(.noTLS, Self.withoutTLS(peer.start, isServer: isServer))
            return
        }
        let words = Self.words(of: error)
        let lowercased = words.lowercased()
        func says(_ parts: String...) -> Bool { parts.contains { lowercased.contains($0) } }
        if says("eof during handshake") || Self.isLoss(error) {
            self.init(.lost, Self.lost(isServer: isServer, isReady: isReady, hasHeard: !peer.start.isEmpty))
        } else if says("certificate required", "peer did not return a certificate")
            // Before TLS 1.3 that is all there is to say of a certificate that lacks.
            || !isServer && !peer.hasCertificate
                && says("alert bad certificate", "alert unknown ca", "alert certificate unknown")
        {
            self.init(
                .refused,
                isServer
                    ? "shows no certificate, and ssl.client.auth is required"
                    : "asks for a certificate of the client; set ssl.keystore.location (or ssl.certificate.location and "
                        + "ssl.key.location)")
        } else if says("alert unknown ca", "alert bad certificate", "alert certificate unknown", "certificate expired")
        {
            self.init(
                .refused,
                isServer
                    ? "doesn't accept this listener's certificate (\(words)): does it trust the authority, and is the "
                        + "certificate for the name that it uses?"
                    : "doesn't accept this client's certificate (\(words)); its ssl.truststore has to have the authority "
                        + "that issued it, and ssl.keystore.location here a certificate that is valid")
        } else if says("protocol version", "unsupported protocol", "version too low", "inappropriate fallback") {
            self.init(
                .refused,
                "has no version of TLS in common with this side; see ssl.enabled.protocols and ssl.protocol on both")
        } else if says("no shared cipher", "handshake failure", "no cipher match", "no common signature") {
            self.init(
                .refused,
                isServer
                    ? "has no cipher suite or kind of key in common with this side (\(words)); see ssl.cipher.suites"
                    : "ends the handshake (\(words)): no cipher suite in common (ssl.cipher.suites), or it asks for a "
                        + "certificate of the client (ssl.keystore.location)")
        } else {
            self.init(.refused, "can't agree on TLS (\(words))")
        }
    }

    private static func isLoss(_ error: any Error) -> Bool {
        if error is IOError || error is ChannelError { return true }
        return error as? NIOSSLError == .uncleanShutdown
    }

    private static func withoutTLS(_ start: [UInt8], isServer: Bool) -> String {
        let text = String(decoding: start, as: UTF8.self)
        if ["HTTP", "GET ", "POST", "PUT ", "HEAD", "OPTI"].contains(where: text.hasPrefix) {
            return isServer ? "speaks HTTP" : "is a web server (it answers in HTTP), not a Kafka broker"
        }
        return isServer
            ? "speaks plaintext, and this listener TLS; its client needs security.protocol=SSL or SASL_SSL"
            : "doesn't speak TLS; set security.protocol=PLAINTEXT (or SASL_PLAINTEXT), or use the port that does"
    }

    private static func lost(isServer: Bool, isReady: Bool, hasHeard: Bool) -> String {
        switch (isServer, isReady, hasHeard) {
        case (true, _, _): "closed the connection during the TLS handshake"
        case (false, true, _):
            "closed the connection right after the TLS handshake; it may ask for a certificate of the client "
                + "(ssl.keystore.location), or not accept this one"
        case (false, false, true):
            "closed the connection during the TLS handshake; its own log should say why"
        case (false, false, false):
            "closed the connection when it was greeted in TLS: the listener seems to speak plaintext; set "
                + "security.protocol=PLAINTEXT (or SASL_PLAINTEXT), or use the port that speaks TLS"
        }
    }
}
