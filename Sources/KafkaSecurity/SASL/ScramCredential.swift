// SPDX-License-Identifier: Apache-2.0

/// What a server keeps in place of a password (RFC 5802).
package struct ScramCredential: Sendable, Equatable {
    package var salt: [UInt8]
    package var storedKey: [UInt8]
    package var serverKey: [UInt8]
    package var iterations: Int

    package init(salt: [UInt8], storedKey: [UInt8], serverKey: [UInt8], iterations: Int) {
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
        self.iterations = iterations
    }

    /// Of a password; takes milliseconds.
    package init(
        _ mechanism: ScramMechanism, password: String, salt: [UInt8],
        iterations: Int = Int(ScramMechanism.minimumIterations)
    ) throws {
        let salted = try mechanism.hash.saltedPassword(Array(password.utf8), salt: salt, iterations: iterations)
        let keys = mechanism.keys(saltedPassword: salted)
        self.init(salt: salt, storedKey: keys.storedKey, serverKey: keys.serverKey, iterations: iterations)
    }

    /// For a user that isn't there: the same whenever the name is tried, so that the exchange goes as that of any other.
    static func decoy(_ mechanism: ScramMechanism, user: String, secret: [UInt8]) -> ScramCredential {
        func bytes(_ purpose: String) -> [UInt8] {
            mechanism.hash.authenticationCode("\(purpose):\(mechanism.name):\(user)".utf8, key: secret)
        }
        return ScramCredential(
            salt: Array(bytes("salt").prefix(20)), storedKey: bytes("stored"), serverKey: bytes("server"),
            iterations: Int(ScramMechanism.minimumIterations))
    }
}
