// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaSecurity

extension BrokerConfiguration {
    /// Whether a changed configuration can be used instead of another: its certificates can be read and, unless that is
    /// allowed, name whom the others do.
    func validateCertificates(instead old: BrokerConfiguration) throws(ConfigurationError) {
        for listener in listeners where listener.securityProtocol.isEncrypted {
            let (properties, before) = (
                self.properties(ofListener: listener.name), old.properties(ofListener: listener.name)
            )
            guard properties.ofTLS != before.ofTLS else { continue }
            do throws(SecurityError) {
                _ = try PrincipalMapping(properties["ssl.principal.mapping.rules"] ?? "DEFAULT")
                guard let certificate = try TLSContext(try TLSSettings(properties, .server)).certificate,
                    let other = try? TLSContext(try TLSSettings(before, .server)).certificate
                else { continue }
                guard certificate.subject == other.subject || properties["ssl.allow.dn.changes"] == "true" else {
                    throw SecurityError(
                        "the certificate's subject is \(certificate.subject) and was \(other.subject); set "
                            + "ssl.allow.dn.changes=true where the broker is started to allow that")
                }
                guard
                    Set(other.names).isSubset(of: certificate.names) || properties["ssl.allow.san.changes"] == "true"
                else {
                    throw SecurityError(
                        "the certificate is for \(certificate.names.joined(separator: ", ")) and was for "
                            + "\(other.names.joined(separator: ", ")); set ssl.allow.san.changes=true where the broker "
                            + "is started to allow that")
                }
            } catch {
                throw ConfigurationError(
                    .invalidRequest, "Invalid configuration of listener \(listener.name): \(error.message)")
            }
        }
    }
}

extension SecurityProperties {
    /// Those of encryption.
    var ofTLS: [String: String] { all.filter { $0.key.hasPrefix("ssl.") } }
}

extension SecurityProtocol {
    /// Whether nobody can listen in.
    var isEncrypted: Bool { self == .ssl || self == .saslSSL }
    /// Whether clients say who they are.
    var hasLogin: Bool { self == .saslPlaintext || self == .saslSSL }
}
