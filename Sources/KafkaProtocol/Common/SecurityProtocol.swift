// SPDX-License-Identifier: Apache-2.0

/// How clients of a listener prove who they are, and whether anybody can listen in.
public enum SecurityProtocol: Int16, Sendable, CaseIterable {
    case plaintext = 0
    case ssl, saslPlaintext, saslSSL

    public var name: String {
        switch self {
        case .plaintext: "PLAINTEXT"
        case .ssl: "SSL"
        case .saslPlaintext: "SASL_PLAINTEXT"
        case .saslSSL: "SASL_SSL"
        }
    }

    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
        self = found
    }
}
