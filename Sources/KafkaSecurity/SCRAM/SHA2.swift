// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import CryptoExtras

/// The two hashes of SCRAM and of tokens, and HMAC over them, as bytes; swift-crypto does the work.
package enum SHA2: Sendable {
    case sha256, sha512

    /// Bytes of a digest.
    package var byteCount: Int { self == .sha256 ? SHA256.byteCount : SHA512.byteCount }

    package func digest(_ message: some Sequence<UInt8>) -> [UInt8] {
        let message = Array(message)
        return switch self {
        case .sha256: Array(SHA256.hash(data: message))
        case .sha512: Array(SHA512.hash(data: message))
        }
    }

    /// HMAC (RFC 2104).
    package func authenticationCode(_ message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        let message = Array(message)
        let key = SymmetricKey(data: key)
        return switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
        }
    }

    /// The salted password of SCRAM: Hi() of RFC 5802, one block of PBKDF2.
    /// - Parameter iterations: 1 or more; fewer than PBKDF2 alone should have today, since Kafka allows at most 16,384.
    package func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) throws -> [UInt8] {
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: password, salt: salt, using: self == .sha256 ? .sha256 : .sha512, outputByteCount: byteCount,
            unsafeUncheckedRounds: iterations)
        return key.withUnsafeBytes(Array.init)
    }
}
