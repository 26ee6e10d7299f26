// SPDX-License-Identifier: Apache-2.0

/// The salted password of SCRAM: Hi() of RFC 5802, one block of PBKDF2.
package enum PBKDF2 {
    package static func derive(_ hash: SHA2, _ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var last = hash.authenticationCode(salt + [0, 0, 0, 1], key: password)
        var result = last
        for _ in 1..<max(iterations, 1) {
            last = hash.authenticationCode(last, key: password)
            for index in result.indices { result[index] ^= last[index] }
        }
        return result
    }
}
