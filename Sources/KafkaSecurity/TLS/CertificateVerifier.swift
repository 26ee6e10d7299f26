// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import KafkaProtocol
internal import SwiftASN1
internal import X509

/// Whether a peer's chain of certificates leads to somebody who is trusted. swift-certificates does the work; what it
/// refuses is looked at for the cause.
struct CertificateVerifier: Sendable {
    /// Certificates between a peer's own and a trusted one, at most, as in Java: a stranger's that vouch for each other
    /// would take as long to follow as their number's factorial.
    private static let longestChain = 5

    private let anchors: CertificateStore
    private let known: Set<Certificate>
    /// Whether the peers are servers.
    private let isServer: Bool

    /// - Parameter anchors: the certificates that are trusted, authorities or peers themselves; what can't be read is
    ///   left out.
    init(anchors: [[UInt8]], isServer: Bool) {
        let certificates = anchors.compactMap { try? Certificate(derEncoded: $0) }
        self.anchors = CertificateStore(certificates)
        known = Set(certificates)
        self.isServer = isServer
    }

    /// Whether nothing is trusted.
    var isEmpty: Bool { known.isEmpty }

    /// - Parameters:
    ///   - chain: as the peer sent it, its own certificate first.
    ///   - host: the name that it must be for; nil for any.
    /// - Returns: nil if it is accepted.
    func problem(_ chain: [[UInt8]], host: String?) async -> CertificateProblem? {
        var certificates: [Certificate] = []
        for der in chain {
            do { certificates.append(try Certificate(derEncoded: der)) } catch {
                // What is sent without need doesn't matter.
                if certificates.isEmpty { return .refused("it can't be read: \(error)") }
            }
        }
        guard let leaf = certificates.first else { return .refused("there is none") }
        if let problem = await problem(leaf, certificates) { return problem }
        if let host, !leaf.isFor(host) { return .otherName(CertificateFacts(leaf), host: host) }
        return nil
    }

    private func problem(_ leaf: Certificate, _ certificates: [Certificate]) async -> CertificateProblem? {
        if let problem = timeProblem(leaf) { return problem }
        if !leaf.mayBe(aServer: isServer) { return .otherUsage(CertificateFacts(leaf), isServer: isServer) }
        // Whoever is trusted itself needs nobody to vouch for it, authority or not.
        if known.contains(leaf) { return nil }
        var verifier = Verifier(rootCertificates: anchors) {
            RFC5280Policy()
            KnownExtensions()
        }
        let intermediates = CertificateStore(certificates.dropFirst().prefix(Self.longestChain))
        guard case .couldNotValidate(let failures) = await verifier.validate(leaf: leaf, intermediates: intermediates)
        else { return nil }
        let links = failures.first.map { Array($0.chain) } ?? chain(from: leaf, certificates)
        if let problem = links.lazy.compactMap(timeProblem).first { return problem }
        if let failure = failures.first {
            return .refused(VisibleText.of(String("\(failure.policyFailureReason)".prefix(200))))
        }
        if let strange = leaf.extensions.first(where: { $0.critical && !KnownExtensions.identifiers.contains($0.oid) })
        {
            return .refused("its extension \(strange.oid) is critical, and not known here")
        }
        return .unknownAuthority(CertificateFacts(links.last ?? leaf))
    }

    private func timeProblem(_ certificate: Certificate) -> CertificateProblem? {
        let now = Date()
        if certificate.notValidAfter < now { return .expired(CertificateFacts(certificate)) }
        if certificate.notValidBefore > now { return .notYetValid(CertificateFacts(certificate)) }
        return nil
    }

    /// As far as the certificates that were sent lead.
    private func chain(from leaf: Certificate, _ sent: [Certificate]) -> [Certificate] {
        var links = [leaf]
        while let last = links.last, last.issuer != last.subject,
            let next = sent.first(where: { $0.subject == last.issuer && !links.contains($0) })
        {
            links.append(next)
        }
        return links
    }
}

/// Extensions that are looked at elsewhere, or bind nobody here: they may be critical.
private struct KnownExtensions: VerifierPolicy {
    static let identifiers: [ASN1ObjectIdentifier] =
        RFC5280Policy().verifyingCriticalExtensions + [
            .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.subjectAlternativeName,
            // Where revocations are told, and under which policies certificates are given out.
            [2, 5, 29, 31], [2, 5, 29, 32], [2, 5, 29, 36],
        ]

    let verifyingCriticalExtensions = identifiers

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult { .meetsPolicy }
}

extension Certificate {
    fileprivate func mayBe(aServer: Bool) -> Bool {
        guard let usages = try? extensions.extendedKeyUsage else { return true }
        return usages.contains(aServer ? .serverAuth : .clientAuth) || usages.contains(.any)
    }
}
