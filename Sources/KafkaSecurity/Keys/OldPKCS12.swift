// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import NIOSSL
internal import SwiftASN1

/// Certificates that a PKCS#12 store encrypts as Java and OpenSSL did until 2021: RC2 with 40 bits, or triple DES.
///
/// The TLS library knows these, but opens only stores that have a key and a certificate for it, which trust stores
/// haven't: a store is made around the encrypted part that has a key of the moment.
enum OldPKCS12 {
    private struct Unreadable: Error {}

    /// - Parameter part: a ContentInfo with encrypted data.
    static func certificates(_ part: ASN1Node, password: String) throws -> [[UInt8]] {
        let identity = try CertificateAuthority(name: "moment", validity: 0...1).identity
        var contents = DER.Serializer()
        try contents.sequence { contents in
            try contents.sequence { content in
                try content.serialize(PKCS12.data)
                try content.tagged { try $0.octets(Self.bags(identity)) }
            }
            contents.serializeRawBytes(part.encodedBytes)
        }
        let salt: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let code = PKCS12Integrity.code(SHA256.self, 64, contents.serializedBytes, password, salt, 1)
        var store = DER.Serializer()
        try store.sequence { store in
            try store.serialize(3)
            try store.sequence { safe in
                try safe.serialize(PKCS12.data)
                safe.tagged { $0.octets(contents.serializedBytes) }
            }
            try store.sequence { integrity in
                try integrity.sequence { digest in
                    try digest.sequence { algorithm in
                        try algorithm.serialize([2, 16, 840, 1, 101, 3, 4, 2, 1] as ASN1ObjectIdentifier)
                        algorithm.appendPrimitiveNode(identifier: .null) { _ in }
                    }
                    digest.octets(code)
                }
                integrity.octets(salt)
                try integrity.serialize(1)
            }
        }
        let bundle = try NIOSSLPKCS12Bundle(buffer: store.serializedBytes, passphrase: Array(password.utf8))
        // The first is the one of the moment.
        return try bundle.certificateChain.dropFirst().map { try $0.toDERBytes() }
    }

    private static func bags(_ identity: CertificateAuthority.Identity) throws -> [UInt8] {
        var bags = DER.Serializer()
        try bags.sequence { bags in
            try bags.sequence { bag in
                try bag.serialize(PKCS12.keyBag)
                bag.tagged { $0.serializeRawBytes(identity.key) }
            }
            try bags.sequence { bag in
                try bag.serialize(PKCS12.certificateBag)
                try bag.tagged { value in
                    try value.sequence { certificate in
                        try certificate.serialize([1, 2, 840, 113549, 1, 9, 22, 1] as ASN1ObjectIdentifier)
                        certificate.tagged { $0.octets(identity.certificate) }
                    }
                }
            }
        }
        return bags.serializedBytes
    }
}
