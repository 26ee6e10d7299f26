// SPDX-License-Identifier: Apache-2.0

internal import KafkaText

/// The client's half of SCRAM (RFC 5802, RFC 7677), without channel binding, as Kafka has it.
package struct ScramClient: SASLClient {
    private enum State {
        case new
        /// With what was sent, without its header.
        case hello(bare: String)
        /// With the signature that proves that the server knows the password.
        case proven(serverSignature: [UInt8])
        case done
    }

    /// A server may ask for so many rounds at most: each costs time here.
    private static let mostIterations = 1_000_000
    private static let header = "n,,"

    private let mechanism: ScramMechanism
    private let user: String
    private let password: String
    private let extensions: [String: String]
    private let nonce: String
    private var state = State.new

    /// - Parameters:
    ///   - extensions: what Kafka adds to the first message, such as `tokenauth=true` (KIP-48).
    ///   - nonce: printable, without a comma.
    package init(
        _ mechanism: ScramMechanism, user: String, password: String, extensions: [String: String] = [:],
        nonce: String? = nil
    ) {
        self.mechanism = mechanism
        self.user = user
        self.password = password
        self.extensions = extensions
        self.nonce = nonce ?? ScramMessage.makeNonce()
    }

    package mutating func begin() throws(SecurityError) -> [UInt8] {
        guard !user.utf8.contains(0) else { throw SecurityError("a user's name can't have a zero byte") }
        let more = extensions.sorted { $0.key < $1.key }.map { ",\($0.key)=\($0.value)" }.joined()
        let bare = "n=\(ScramMessage.encode(name: user)),r=\(nonce)\(more)"
        state = .hello(bare: bare)
        return Array((Self.header + bare).utf8)
    }

    package mutating func answer(_ message: [UInt8]) throws(SecurityError) -> [UInt8]? {
        guard let text = String(validating: message, as: UTF8.self) else { throw malformed }
        switch state {
        case .hello(let bare):
            let (final, signature) = try prove(bare, text)
            state = .proven(serverSignature: signature)
            return final
        case .proven(let signature):
            try verify(text, signature)
            state = .done
            return nil
        case .new, .done: throw malformed
        }
    }

    private var malformed: SecurityError { SecurityError("the broker's part of \(mechanism.name) can't be read") }

    private func prove(_ bare: String, _ text: String) throws(SecurityError) -> ([UInt8], [UInt8]) {
        guard let message = ScramMessage(text), let nonce = message[0, "r"],
            let salt = message[1, "s"].flatMap(Base64.decodeStrictly),
            let iterations = message[2, "i"].flatMap({ Int($0) })
        else { throw malformed }
        guard nonce.utf8.starts(with: self.nonce.utf8), nonce.utf8.count > self.nonce.utf8.count,
            ScramMessage.isNonce(nonce)
        else {
            throw SecurityError("the broker's nonce does not begin with the client's: somebody may be in between")
        }
        guard iterations >= ScramMechanism.minimumIterations else {
            throw SecurityError(
                "Requested iterations \(iterations) is less than the minimum \(ScramMechanism.minimumIterations) for "
                    + mechanism.name)
        }
        guard iterations <= Self.mostIterations else {
            throw SecurityError("the broker asks for \(iterations) rounds of \(mechanism.name), which is too many")
        }
        let hash = mechanism.hash
        guard let salted = try? hash.saltedPassword(Array(password.utf8), salt: salt, iterations: iterations) else {
            throw malformed
        }
        let clientKey = hash.authenticationCode("Client Key".utf8, key: salted)
        let keys = mechanism.keys(saltedPassword: salted)
        let final = "c=\(Base64.encode(Self.header.utf8)),r=\(nonce)"
        let authMessage = "\(bare),\(text),\(final)"
        let signature = hash.authenticationCode(authMessage.utf8, key: keys.storedKey)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        return (
            Array("\(final),p=\(Base64.encode(proof))".utf8),
            hash.authenticationCode(authMessage.utf8, key: keys.serverKey)
        )
    }

    private func verify(_ text: String, _ signature: [UInt8]) throws(SecurityError) {
        guard let message = ScramMessage(text) else { throw malformed }
        if let error = message[0, "e"] { throw SecurityError("the broker refused the login: \(error)") }
        guard let given = message[0, "v"].flatMap(Base64.decodeStrictly) else { throw malformed }
        guard ConstantTime.areEqual(given, signature) else {
            throw SecurityError("the broker can't prove that it knows the user: it may not be the one that was meant")
        }
    }
}
