// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import CryptoExtras
internal import SwiftASN1

/// Encryption by a password with PBKDF2 or scrypt, and AES-CBC (RFC 8018).
enum PBES2 {
    static let identifier: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 13]

    /// Another algorithm, which may be known elsewhere.
    struct Unknown: Error {}

    /// More would be an attack, or take minutes.
    private static let maximumIterations = 100_000_000

    private static let hashes: [ASN1ObjectIdentifier: KDF.Insecure.PBKDF2.HashFunction] = [
        [1, 2, 840, 113549, 2, 7]: .insecureSHA1, [1, 2, 840, 113549, 2, 8]: .insecureSHA224,
        [1, 2, 840, 113549, 2, 9]: .sha256, [1, 2, 840, 113549, 2, 10]: .sha384, [1, 2, 840, 113549, 2, 11]: .sha512,
    ]
    private static let keyBytes: [ASN1ObjectIdentifier: Int] = [
        [2, 16, 840, 1, 101, 3, 4, 1, 2]: 16, [2, 16, 840, 1, 101, 3, 4, 1, 22]: 24,
        [2, 16, 840, 1, 101, 3, 4, 1, 42]: 32,
    ]

    /// - Parameter algorithm: an AlgorithmIdentifier.
    /// - Throws: `Unknown` for another algorithm; anything else means damage or a wrong password.
    static func decrypt(_ ciphertext: [UInt8], _ algorithm: ASN1Node, password: String) throws -> [UInt8] {
        guard try algorithm.element(0).oid == identifier else { throw Unknown() }
        let parameters = try algorithm.element(1)
        let scheme = try parameters.element(1)
        guard let keyBytes = try keyBytes[scheme.element(0).oid] else { throw Unknown() }
        let key = try key(try parameters.element(0), keyBytes, Array(password.utf8))
        let iv = try AES._CBC.IV(ivBytes: try scheme.element(1).octets)
        return Array(try AES._CBC.decrypt(ciphertext, using: key, iv: iv))
    }

    private static func key(_ derivation: ASN1Node, _ byteCount: Int, _ password: [UInt8]) throws -> SymmetricKey {
        let parameters = try derivation.element(1).elements
        guard parameters.count >= 2 else { throw ASN1Node.Malformed() }
        let salt = try parameters[0].octets
        let iterations = try parameters[1].integer
        guard (1...maximumIterations).contains(iterations) else { throw ASN1Node.Malformed() }
        switch try derivation.element(0).oid {
        case [1, 2, 840, 113549, 1, 5, 12]:
            let function = parameters.dropFirst(2).first { $0.identifier == .sequence }
            let hash = try function.map { hashes[try $0.element(0).oid] } ?? .insecureSHA1
            guard let hash else { throw Unknown() }
            return try KDF.Insecure.PBKDF2.deriveKey(
                from: password, salt: salt, using: hash, outputByteCount: byteCount, unsafeUncheckedRounds: iterations)
        case [1, 3, 6, 1, 4, 1, 11591, 4, 11]:
            guard parameters.count >= 4 else { throw ASN1Node.Malformed() }
            return try KDF.Scrypt.deriveKey(
                from: password, salt: salt, outputByteCount: byteCount, rounds: iterations,
                blockSize: try parameters[2].integer, parallelism: try parameters[3].integer, maxMemory: 1 << 30)
        default: throw Unknown()
        }
    }
}
