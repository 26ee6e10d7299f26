// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import CryptoExtras
internal import KafkaText

/// The public keys that tokens are signed with (RFC 7517), and the check of signatures (RFC 7518). A token names its
/// algorithm, but a key is good for those of its own kind alone, and `none` is no algorithm.
package struct JSONWebKeys: Sendable {
    private enum Key: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
    }

    private struct Entry: Sendable {
        var id: String?
        var algorithm: String?
        var key: Key
    }

    package enum Verification: Sendable, Equatable {
        case valid
        case wrongSignature
        case unknownKey
        case unknownAlgorithm
    }

    private let entries: [Entry]

    /// Keys of other kinds or for other uses are passed over.
    /// - Throws: if the text is no set of keys, or none of them can be used.
    package init(parsing text: String) throws(SecurityError) {
        guard let json = try? JSON.parse(text), let keys = json["keys"]?.elements else {
            throw SecurityError("the key set is no JSON with \"keys\"")
        }
        entries = keys.compactMap(Self.entry)
        guard !entries.isEmpty else {
            throw SecurityError("the key set has no key for signatures by RSA, P-256 or P-384")
        }
    }

    private static func entry(_ json: JSON) -> Entry? {
        if let use = json["use"]?.text, use != "sig" { return nil }
        func bytes(_ name: String) -> [UInt8]? { json[name]?.text.flatMap { Base64.decodeURL($0) } }
        let key: Key?
        switch json["kty"]?.text {
        case "RSA":
            guard let modulus = bytes("n"), let exponent = bytes("e") else { return nil }
            key = (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)).map(Key.rsa)
        case "EC":
            guard let x = bytes("x"), let y = bytes("y") else { return nil }
            let point = [4] + x + y
            switch json["crv"]?.text {
            case "P-256": key = (try? P256.Signing.PublicKey(x963Representation: point)).map(Key.p256)
            case "P-384": key = (try? P384.Signing.PublicKey(x963Representation: point)).map(Key.p384)
            default: key = nil
            }
        default: key = nil
        }
        return key.map { Entry(id: json["kid"]?.text, algorithm: json["alg"]?.text, key: $0) }
    }

    /// The names of those that have one.
    package var identifiers: Set<String> { Set(entries.compactMap(\.id)) }

    package func verify(_ token: JSONWebToken) -> Verification {
        guard Self.algorithms.contains(token.algorithm) else { return .unknownAlgorithm }
        let candidates = entries.filter { entry in
            (token.keyID == nil || entry.id == nil || entry.id == token.keyID)
                && (entry.algorithm == nil || entry.algorithm == token.algorithm)
        }
        guard !candidates.isEmpty else { return .unknownKey }
        return candidates.contains { Self.isValid(token, $0.key) } ? .valid : .wrongSignature
    }

    private static let algorithms: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
    ]

    private static func isValid(_ token: JSONWebToken, _ key: Key) -> Bool {
        let text = Array(token.signedText.utf8)
        switch (token.algorithm, key) {
        case ("ES256", .p256(let key)):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: token.signature) else {
                return false
            }
            return key.isValidSignature(signature, for: SHA256.hash(data: text))
        case ("ES384", .p384(let key)):
            guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: token.signature) else {
                return false
            }
            return key.isValidSignature(signature, for: SHA384.hash(data: text))
        case (let algorithm, .rsa(let key)):
            let padding: _RSA.Signing.Padding
            switch algorithm.prefix(2) {
            case "RS": padding = .insecurePKCS1v1_5
            case "PS": padding = .PSS
            default: return false
            }
            let signature = _RSA.Signing.RSASignature(rawRepresentation: token.signature)
            switch algorithm.suffix(3) {
            case "256": return key.isValidSignature(signature, for: SHA256.hash(data: text), padding: padding)
            case "384": return key.isValidSignature(signature, for: SHA384.hash(data: text), padding: padding)
            default: return key.isValidSignature(signature, for: SHA512.hash(data: text), padding: padding)
            }
        default: return false
        }
    }
}
