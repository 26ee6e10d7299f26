// SPDX-License-Identifier: Apache-2.0

/// Why a certificate is not accepted.
public enum CertificateProblem: Sendable, Equatable {
    case expired(CertificateFacts)
    case notYetValid(CertificateFacts)
    /// Nobody that is trusted vouches for it, the last of the chain that the peer sent.
    case unknownAuthority(CertificateFacts)
    /// It is for other names than that of the host.
    case otherName(CertificateFacts, host: String)
    /// It may not be used for this: a client's for a server, or the reverse.
    case otherUsage(CertificateFacts, isServer: Bool)
    /// The chain breaks a rule.
    case refused(String)

    /// What is wrong, and what to do, in words that follow the peer's name: `the certificate …`.
    /// - Parameter isServer: whether the peer is one.
    public func words(isServer: Bool) -> String {
        let trust =
            isServer
            ? "set ssl.truststore.location (or ssl.ca.location) to a file with this authority's certificate"
            : "the listener's ssl.truststore.location has to have this authority's certificate"
        switch self {
        case .expired(let facts):
            return "the certificate of \(facts.title) has expired on \(CertificateFacts.time(facts.notValidAfter)); "
                + "it has to be renewed, or the clock here is wrong"
        case .notYetValid(let facts):
            return "the certificate of \(facts.title) is not valid before "
                + "\(CertificateFacts.time(facts.notValidBefore)); the clock here, or where it was made, is wrong"
        case .unknownAuthority(let facts) where facts.isSelfIssued:
            return "its certificate comes from an authority that is not trusted, \(facts.title); \(trust)"
        case .unknownAuthority(let facts):
            return
                "the certificate of \(facts.title) is issued by \(facts.issuerTitle), which is not trusted; \(trust), "
                + "or if that is an intermediate one, have its holder send it along with its own"
        case .otherName(let facts, let host):
            let names = facts.names.isEmpty ? facts.title : facts.names.prefix(8).joined(separator: ", ")
            return "its certificate is for \(names), not for \(host); use such a name to connect, or set "
                + "ssl.endpoint.identification.algorithm= (empty) to accept any"
        case .otherUsage(let facts, let isServer):
            return "the certificate of \(facts.title) may not be used by a \(isServer ? "server" : "client") "
                + "(its extended key usage)"
        case .refused(let reason): return "its certificate is not accepted: \(reason)"
        }
    }
}

extension CertificateFacts {
    fileprivate var issuerTitle: String {
        var copy = self
        copy.subject = issuer
        copy.names = []
        return copy.title
    }
}
