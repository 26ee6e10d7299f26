// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import SwiftASN1

/// The code over a PKCS#12 store that shows that the password is right (RFC 7292, appendix B).
enum PKCS12Integrity {
    /// Another hash, or another way.
    struct Unknown: Error {}

    private static let maximumIterations = 100_000_000

    /// - Parameter code: the store's MacData.
    static func holds(_ code: ASN1Node, _ content: [UInt8], password: String) throws -> Bool {
        let parts = try code.elements
        guard parts.count >= 2 else { throw ASN1Node.Malformed() }
        let (salt, iterations) = (try parts[1].octets, parts.count > 2 ? try parts[2].integer : 1)
        guard (1...maximumIterations).contains(iterations), !salt.isEmpty else { throw ASN1Node.Malformed() }
        let expected = try parts[0].element(1).octets
        let actual =
            switch try parts[0].element(0).element(0).oid {
            case [1, 3, 14, 3, 2, 26]: Self.code(Insecure.SHA1.self, 64, content, password, salt, iterations)
            case [2, 16, 840, 1, 101, 3, 4, 2, 1]: Self.code(SHA256.self, 64, content, password, salt, iterations)
            case [2, 16, 840, 1, 101, 3, 4, 2, 2]: Self.code(SHA384.self, 128, content, password, salt, iterations)
            case [2, 16, 840, 1, 101, 3, 4, 2, 3]: Self.code(SHA512.self, 128, content, password, salt, iterations)
            default: throw Unknown()
            }
        return actual == expected
    }

    /// - Parameter blockBytes: of the hash function's input.
    static func code<Hash: HashFunction>(
        _: Hash.Type, _ blockBytes: Int, _ content: [UInt8], _ password: String, _ salt: [UInt8], _ iterations: Int
    ) -> [UInt8] {
        // Its end belongs to a password in this format.
        let secret = (Array(password.utf16) + [0]).flatMap {
            [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]
        }
        func blocks(_ bytes: [UInt8]) -> [UInt8] {
            let count = (bytes.count + blockBytes - 1) / blockBytes * blockBytes
            return (0..<count).map { bytes[$0 % bytes.count] }
        }
        // 3 stands for a key of integrity, which is as long as one hash.
        var key = Array(Hash.hash(data: [UInt8](repeating: 3, count: blockBytes) + blocks(salt) + blocks(secret)))
        for _ in 1..<iterations { key = Array(Hash.hash(data: key)) }
        return Array(HMAC<Hash>.authenticationCode(for: content, using: SymmetricKey(data: key)))
    }
}
