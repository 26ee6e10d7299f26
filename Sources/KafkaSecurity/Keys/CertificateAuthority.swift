// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import FoundationEssentials
internal import SwiftASN1
internal import X509

/// An authority of our own, which gives certificates out.
package struct CertificateAuthority: Sendable {
    /// A private key and its certificate.
    package struct Identity: Sendable, Equatable {
        /// PKCS#8, as DER.
        var key: [UInt8]
        /// As DER.
        var certificate: [UInt8]

        package var keyPEM: String { PEM.Block(label: "PRIVATE KEY", headers: [], bytes: key).text }
        package var certificatePEM: String { PEM.Block(label: "CERTIFICATE", headers: [], bytes: certificate).text }
        package var facts: CertificateFacts {
            get throws(SecurityError) { try CertificateFacts(der: certificate) }
        }
    }

    package var identity: Identity
    private let key: P256.Signing.PrivateKey
    private let name: DistinguishedName

    /// A new authority.
    /// - Parameter validity: seconds since 1970.
    package init(name: String, validity: ClosedRange<Int64>) throws {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName(name) }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            SubjectKeyIdentifier(hash: .init(key.publicKey))
        }
        identity = try Self.sign(key, subject, extensions, validity, by: key, subject)
        (self.key, self.name) = (key, subject)
    }

    /// The authority that a file has, key and certificate.
    package init(_ source: KeySource) throws {
        let text = String(decoding: try source.read(), as: UTF8.self)
        let blocks = try PEM.blocks(text)
        guard let keyBlock = blocks.first(where: \.isPrivateKey),
            let certificate = blocks.first(where: \.isCertificate)
        else { throw source.error("lacks a private key or a certificate") }
        key = try P256.Signing.PrivateKey(derRepresentation: keyBlock.bytes)
        name = try Certificate(derEncoded: certificate.bytes).subject
        identity = Identity(key: keyBlock.bytes, certificate: certificate.bytes)
    }

    /// A certificate with a new key, for a server and its names or for a client.
    /// - Parameters:
    ///   - names: host names and addresses.
    ///   - validity: seconds since 1970.
    package func issue(
        to subject: String, names: [String], isServer: Bool = true, isClient: Bool = true, validity: ClosedRange<Int64>
    ) throws -> Identity {
        let key = P256.Signing.PrivateKey()
        let alternatives = names.map { name in
            CertificateName.address(of: name).map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) }
                ?? .dnsName(name)
        }
        let usages: [ExtendedKeyUsage.Usage] = (isServer ? [.serverAuth] : []) + (isClient ? [.clientAuth] : [])
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage(usages)
            if !alternatives.isEmpty { SubjectAlternativeNames(alternatives) }
        }
        return try Self.sign(
            key, try DistinguishedName { CommonName(subject) }, extensions, validity, by: self.key, name)
    }

    private static func sign(
        _ key: P256.Signing.PrivateKey, _ subject: DistinguishedName, _ extensions: Certificate.Extensions,
        _ validity: ClosedRange<Int64>, by issuerKey: P256.Signing.PrivateKey, _ issuer: DistinguishedName
    ) throws -> Identity {
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: Double(validity.lowerBound)),
            notValidAfter: Date(timeIntervalSince1970: Double(validity.upperBound)), issuer: issuer, subject: subject,
            extensions: extensions, issuerPrivateKey: .init(issuerKey))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return Identity(key: Array(key.derRepresentation), certificate: serializer.serializedBytes)
    }
}
