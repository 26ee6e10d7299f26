// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import NIOSSL
internal import Synchronization

/// What a client's connections, or those of a listener, are encrypted with. Making one reads files; it is made once and
/// used by all.
package final class TLSContext: Sendable {
    private let settings: TLSSettings
    private let context: NIOSSLContext
    /// Nil where whoever it is is trusted, and nothing looked at.
    private let verifier: CertificateVerifier?
    /// One's own certificate; nil for a client that shows none.
    package let certificate: CertificateFacts?

    /// - Throws: for a file that can't be read, a wrong password, a key that is not the certificate's and the like: which,
    ///   and by which property.
    package init(_ settings: TLSSettings) throws(SecurityError) {
        self.settings = settings
        let identity = try settings.identity.map { (identity) throws(SecurityError) in try TLSIdentity(identity) }
        if settings.side == .server, identity == nil {
            throw SecurityError(
                "a listener with TLS needs a certificate: set ssl.keystore.location, or ssl.keystore.key and "
                    + "ssl.keystore.certificate.chain")
        }
        certificate = try identity.map { (identity) throws(SecurityError) in
            try CertificateFacts(der: identity.chain[0])
        }
        let looks = settings.side == .client || settings.clientCertificates != .none
        let anchors = looks ? try settings.trust.certificates() : nil
        verifier = anchors.map { CertificateVerifier(anchors: $0, isServer: settings.side == .client) }
        if let verifier, verifier.isEmpty {
            throw SecurityError("none of the trusted certificates can be read")
        }
        do {
            context = try NIOSSLContext(configuration: try Self.configuration(settings, identity, anchors))
        } catch {
            throw SecurityError("TLS can't be set up: \(TLSFailure.words(of: error))")
        }
    }

    private static func configuration(
        _ settings: TLSSettings, _ identity: TLSIdentity?, _ anchors: [[UInt8]]?
    ) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let identity {
            configuration.certificateChain = try identity.chain.map {
                .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
            }
            configuration.privateKey = .privateKey(identity.key)
        }
        configuration.minimumTLSVersion = settings.versions.lowerBound.ofLibrary
        configuration.maximumTLSVersion = settings.versions.upperBound.ofLibrary
        if let suites = settings.cipherSuites { configuration.cipherSuites = suites.joined(separator: ":") }
        configuration.curves = settings.curves
        configuration.renegotiationSupport = .none
        // Chains are verified by our own.
        configuration.trustRoots = .certificates([])
        switch (settings.side, settings.clientCertificates) {
        case (.client, _): configuration.certificateVerification = anchors == nil ? .none : .noHostnameVerification
        case (.server, .none): configuration.certificateVerification = .none
        case (.server, .requested): configuration.certificateVerification = .optionalVerification
        case (.server, .required): configuration.certificateVerification = .noHostnameVerification
        }
        if settings.side == .server, let anchors, settings.clientCertificates != .none {
            // Clients that have several certificates choose by these.
            configuration.trustRoots = .certificates(
                anchors.compactMap { try? NIOSSLCertificate(bytes: $0, format: .der) })
            configuration.sendCANameList = true
        }
        configuration.verifySignatureAlgorithms = [
            .ecdsaSecp256R1Sha256, .rsaPssRsaeSha256, .rsaPkcs1Sha256, .ecdsaSecp384R1Sha384, .rsaPssRsaeSha384,
            .rsaPkcs1Sha384, .ecdsaSecp521R1Sha512, .rsaPssRsaeSha512, .rsaPkcs1Sha512, .ed25519, .rsaPkcs1Sha1,
        ]
        // Bytes of a connection that ends matter to nobody here: frames have lengths.
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }

    // MARK: Connections

    /// What stands between a client's socket and its frames. Whatever fails comes out of it as a `TLSFailure`, once.
    package func clientHandlers(host: String) throws -> [any ChannelHandler] {
        let peer = TLSPeer(hasCertificate: certificate != nil)
        let name = CertificateName.address(of: host) == nil && !host.isEmpty ? host.withoutDot : nil
        let handler: NIOSSLClientHandler
        if let verifier {
            let expected = settings.checksName ? host.withoutDot : nil
            handler = try NIOSSLClientHandler(
                context: context, serverHostname: name,
                customVerificationCallback: { chain, promise in
                    Self.verify(chain, verifier, host: expected, peer, promise)
                })
        } else {
            handler = try NIOSSLClientHandler(context: context, serverHostname: name)
        }
        return [TLSFirstBytes(peer), handler, TLSWatch(peer, isServer: false, timeLimit: nil)]
    }

    /// As for a client, but for the handshake alone, which is gone through whatever the certificates are.
    package func reportingHandlers(host: String, _ promise: EventLoopPromise<TLSReport>) throws -> [any ChannelHandler]
    {
        let peer = TLSPeer(hasCertificate: certificate != nil)
        let name = CertificateName.address(of: host) == nil && !host.isEmpty ? host.withoutDot : nil
        let expected = settings.checksName ? host.withoutDot : nil
        // Where nothing is looked at, certificates don't come along either.
        let looking = verifier == nil ? try context.looking() : context
        let handler = try NIOSSLClientHandler(
            context: looking, serverHostname: name,
            customVerificationCallback: { [verifier] chain, promise in
                let chain = chain.compactMap { try? $0.toDERBytes() }
                promise.completeWithTask {
                    peer.note(chain, await verifier?.problem(chain, host: expected))
                    return .certificateVerified
                }
            })
        return [
            TLSFirstBytes(peer), handler, TLSWatch(peer, isServer: false, timeLimit: nil), TLSReporter(peer, promise),
        ]
    }

    /// What stands between a listener's socket and its connection's frames. Whatever fails comes out of it as a
    /// `TLSFailure`, once; and when all is well, a `TLSPeerIdentity` as an event.
    /// - Parameter timeLimit: for the handshake.
    package func serverHandlers(timeLimit: TimeAmount) -> [any ChannelHandler] {
        let peer = TLSPeer(hasCertificate: certificate != nil)
        let handler: NIOSSLServerHandler
        if let verifier {
            handler = NIOSSLServerHandler(
                context: context,
                customVerificationCallback: { chain, promise in
                    Self.verify(chain, verifier, host: nil, peer, promise)
                })
        } else {
            handler = NIOSSLServerHandler(context: context)
        }
        return [TLSGate(peer), handler, TLSWatch(peer, isServer: true, timeLimit: timeLimit)]
    }

    private static func verify(
        _ chain: [NIOSSLCertificate], _ verifier: CertificateVerifier, host: String?, _ peer: TLSPeer,
        _ promise: EventLoopPromise<NIOSSLVerificationResult>
    ) {
        let chain = chain.compactMap { try? $0.toDERBytes() }
        promise.completeWithTask {
            let problem = await verifier.problem(chain, host: host)
            peer.note(chain, problem)
            return problem == nil ? .certificateVerified : .failed
        }
    }
}

extension NIOSSLContext {
    /// The same, with certificates that are shown to whoever looks at them.
    fileprivate func looking() throws -> NIOSSLContext {
        var configuration = configuration
        configuration.certificateVerification = .noHostnameVerification
        return try NIOSSLContext(configuration: configuration)
    }
}

extension String {
    /// A name that ends in a dot is whole, for resolvers alone.
    fileprivate var withoutDot: String { hasSuffix(".") ? String(dropLast()) : self }
}

extension TLSSettings.Version {
    fileprivate var ofLibrary: TLSVersion {
        switch self {
        case .v10: .tlsv1
        case .v11: .tlsv11
        case .v12: .tlsv12
        case .v13: .tlsv13
        }
    }
}
