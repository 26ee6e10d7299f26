// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOSSL

/// What the properties of TLS say, of a client or of a broker's listener, by Java's names or librdkafka's. No file is
/// read before `TLSContext` is made of it.
package struct TLSSettings: Sendable {
    package enum Side: Sendable { case client, server }

    /// Whether clients show a certificate: `ssl.client.auth`.
    package enum ClientCertificates: String, Sendable { case none, requested, required }

    /// Where a private key and its certificates are.
    enum Identity: Sendable {
        /// In one file or text.
        case store(Material, KeyStore.Passwords)
        /// The certificates, and the key.
        case pair(Material, key: Material, KeyStore.Passwords)
    }

    /// A property that names a file, or holds the text itself.
    enum Material: Sendable {
        case file(KeySource)
        case text(String, KeySource)

        var source: KeySource {
            switch self {
            case .file(let source): source
            case .text(_, let source): source
            }
        }
    }

    enum Trust: Sendable {
        /// The certificates that the system trusts.
        case system
        case store(Material, KeyStore.Passwords)
        /// Whoever it is.
        case everybody
    }

    let side: Side
    var identity: Identity?
    var trust = Trust.system
    /// Whether a broker's certificate has to be for its name.
    var checksName = true
    var clientCertificates = ClientCertificates.none
    var versions: ClosedRange<Version> = .v12 ... .v13
    /// As OpenSSL names them; nil for the library's choice.
    var cipherSuites: [String]?
    var curves: [NIOTLSCurve]?

    enum Version: Int, Comparable, Sendable {
        case v10, v11, v12, v13

        init?(_ name: String) {
            switch name.uppercased() {
            case "TLSV1", "TLSV1.0": self = .v10
            case "TLSV1.1": self = .v11
            case "TLSV1.2": self = .v12
            case "TLSV1.3": self = .v13
            default: return nil
            }
        }

        static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// - Throws: for values that can't be, and properties that contradict each other.
    package init(_ properties: SecurityProperties, _ side: Side) throws(SecurityError) {
        self.side = side
        try TLSProperties(properties: properties).apply(to: &self)
    }

    /// Every file that is read.
    package var files: [String] {
        var materials: [Material] = []
        switch identity {
        case .store(let store, _): materials.append(store)
        case .pair(let chain, let key, _): materials += [chain, key]
        case nil: break
        }
        if case .store(let store, _) = trust { materials.append(store) }
        return materials.compactMap(\.source.path)
    }
}
