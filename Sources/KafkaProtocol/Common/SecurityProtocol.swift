// SPDX-License-Identifier: Apache-2.0

/// How clients of a listener prove who they are, and whether anybody can listen in.
public enum SecurityProtocol: Int16, Sendable, CaseIterable {
    /// Neither encrypted, nor does anybody log in.
    case plaintext = 0
    /// TLS, SASL, or both.
    case ssl, saslPlaintext, saslSSL

    /// As `security.protocol` has it, such as `SASL_SSL`.
    public var name: String {
        switch self {
        case .plaintext: "PLAINTEXT"
        case .ssl: "SSL"
        case .saslPlaintext: "SASL_PLAINTEXT"
        case .saslSSL: "SASL_SSL"
        }
    }

    /// The protocol of this name, in capitals or not; nil if there is none.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
        self = found
    }
}
