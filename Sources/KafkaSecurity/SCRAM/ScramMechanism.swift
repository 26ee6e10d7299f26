// SPDX-License-Identifier: Apache-2.0

/// The two mechanisms of SCRAM that Kafka has, by their numbers.
package enum ScramMechanism: Int8, Sendable, CaseIterable {
    case sha256 = 1
    case sha512 = 2

    package var name: String { self == .sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512" }
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    package var hash: SHA2 { self == .sha256 ? .sha256 : .sha512 }

    /// RFC 7677 asks for at least as many.
    package static let minimumIterations: Int32 = 4096
    package static let maximumIterations: Int32 = 16_384

    /// What a server keeps of a password that was salted and hashed (RFC 5802).
    package func keys(saltedPassword: [UInt8]) -> (storedKey: [UInt8], serverKey: [UInt8]) {
        let clientKey = hash.authenticationCode("Client Key".utf8, key: saltedPassword)
        return (hash.digest(clientKey), hash.authenticationCode("Server Key".utf8, key: saltedPassword))
    }
}
