// SPDX-License-Identifier: Apache-2.0

internal import SwiftASN1

/// What a file of key material is, by its content: names and `ssl.keystore.type` are wrong too often.
enum KeyFormat: Equatable {
    case pem
    case pkcs12
    /// Sun's own format of key stores.
    case jks
    /// The same with another protection, of the JCE.
    case jceks
    /// One certificate.
    case certificate
    /// One private key, of PKCS#8, PKCS#1 or SEC1.
    case privateKey
    case encryptedPrivateKey

    /// Nil for what is none of them.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) {
            self = .jks
        } else if bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE]) {
            self = .jceks
        } else if bytes.first == 0x30 {
            guard let format = Self(structure: bytes) else { return nil }
            self = format
        } else if PEM.isPEM(bytes) {
            self = .pem
        } else {
            return nil
        }
    }

    /// By the types of a structure's first two elements.
    private init?(structure bytes: [UInt8]) {
        // Old stores have indefinite lengths.
        guard let root = try? BER.parse(bytes), case .constructed(let nodes) = root.content else { return nil }
        var iterator = nodes.makeIterator()
        guard let first = iterator.next(), let second = iterator.next() else { return nil }
        switch (first.identifier, second.identifier) {
        case (.integer, .sequence):
            // PKCS#12 begins with its version, 3, and so does PKCS#8 with 0 or 1.
            self = (try? Int(berEncoded: first)) == 3 ? .pkcs12 : .privateKey
        case (.integer, .integer), (.integer, .octetString): self = .privateKey
        case (.sequence, .octetString): self = .encryptedPrivateKey
        case (.sequence, .sequence): self = .certificate
        default: return nil
        }
    }
}
