// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import FoundationEssentials
internal import SwiftASN1
internal import X509

/// A key and a certificate that are made here.
struct SelfSigned {
    /// PKCS#8, as DER.
    var key: [UInt8]
    /// As DER.
    var certificate: [UInt8]

    /// One that nobody else ever sees.
    static func ofTheMoment() throws -> SelfSigned {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("moment") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: 0), notValidAfter: Date(timeIntervalSince1970: 1),
            issuer: name, subject: name, extensions: Certificate.Extensions(), issuerPrivateKey: .init(key))
        return SelfSigned(key: Array(key.derRepresentation), certificate: try certificate.der)
    }
}

extension Certificate {
    var der: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(self)
            return serializer.serializedBytes
        }
    }
}
