// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// How a client secures its connections: what `security.protocol` and the properties of TLS and SASL say.
public struct ClientSecurity: Sendable {
    public var securityProtocol: SecurityProtocol
    /// Nil where nobody logs in.
    package var sasl: SASLSettings?
    /// Nil where nothing is encrypted.
    package var tls: TLSSettings?

    /// - Parameter properties: under Java's names or librdkafka's; others are passed over.
    /// - Throws: if they contradict each other, or name a file that can't be used.
    public init(_ properties: [String: String]) throws(SecurityError) {
        let text = properties["security.protocol"] ?? SecurityProtocol.plaintext.name
        guard let securityProtocol = SecurityProtocol(name: text) else {
            throw SecurityError(
                "security.protocol can't be '\(text)'; it is one of "
                    + SecurityProtocol.allCases.map(\.name).joined(separator: ", "))
        }
        self.securityProtocol = securityProtocol
        let names = SecurityProperties(properties)
        switch securityProtocol {
        case .plaintext, .saslPlaintext: break
        case .ssl, .saslSSL: tls = try TLSSettings(names, .client)
        }
        switch securityProtocol {
        case .plaintext, .ssl: break
        case .saslPlaintext, .saslSSL: sasl = try SASLSettings(names, environment: ProcessEnvironment.forLogin)
        }
    }
}
