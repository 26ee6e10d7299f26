// SPDX-License-Identifier: Apache-2.0

internal import KafkaText

/// The server's half of SCRAM. Who is unknown gets a salt made up for the name, and fails where a wrong password does.
package struct ScramServer: SASLServer {
    /// A user, or a delegation token in a user's place.
    package struct Found: Sendable, Equatable {
        package var credential: ScramCredential
        package var identity: SASLIdentity

        package init(_ credential: ScramCredential, _ identity: SASLIdentity) {
            self.credential = credential
            self.identity = identity
        }
    }

    /// What the first messages settled.
    private struct Exchange {
        var user: String
        var header: String
        var nonce: String
        /// Both first messages, as the signatures have them.
        var opening: String
        var found: Found?
        var credential: ScramCredential
    }

    private enum State {
        case new
        case challenged(Exchange)
        case over
    }

    private let mechanism: ScramMechanism
    private let secret: [UInt8]
    private let serverNonce: String
    private let find: @Sendable (_ name: String, _ isToken: Bool) -> Found?
    private var state = State.new

    /// - Parameters:
    ///   - secret: what salts are made up with for users that aren't there; the same for all of a server's logins.
    ///   - find: the user of a name, or the token of an id.
    package init(
        _ mechanism: ScramMechanism, secret: [UInt8], nonce: String? = nil,
        find: @escaping @Sendable (_ name: String, _ isToken: Bool) -> Found?
    ) {
        self.mechanism = mechanism
        self.secret = secret
        serverNonce = nonce ?? ScramMessage.makeNonce()
        self.find = find
    }

    package mutating func receive(_ message: [UInt8]) -> SASLServerStep {
        let before = state
        state = .over
        do throws(SASLRefusal) {
            guard let text = String(validating: message, as: UTF8.self) else { throw malformed() }
            switch before {
            case .new:
                let (exchange, answer) = try challenge(text)
                state = .challenged(exchange)
                return .challenge(answer)
            case .challenged(let exchange): return try verify(text, exchange)
            case .over: throw malformed()
            }
        } catch {
            return .refused(error)
        }
    }

    private func malformed(_ user: String? = nil) -> SASLRefusal {
        SASLRefusal("a message of \(mechanism.name) can't be read", user: user)
    }

    /// `n,[a=name],n=name,r=nonce[,extensions]`
    private func challenge(_ text: String) throws(SASLRefusal) -> (Exchange, [UInt8]) {
        let parts = ScramMessage.parts(text, maxSplits: 2)
        guard parts.count == 3, parts[0] == "n" else { throw malformed() }
        let attributes = ScramMessage.parts(parts[2])
        guard attributes.count >= 2, let opening = ScramMessage("\(attributes[0]),\(attributes[1])"),
            let user = opening[0, "n"].flatMap(ScramMessage.decode), let nonce = opening[1, "r"],
            ScramMessage.isNonce(nonce), let extensions = ScramMessage.extensions(attributes.dropFirst(2))
        else { throw malformed() }
        if !parts[1].isEmpty {
            guard parts[1].hasPrefix("a="), let other = ScramMessage.decode(name: Substring(parts[1].utf8.dropFirst(2)))
            else {
                throw malformed(user)
            }
            guard other == user else { throw SASLRefusal("it wants to act as another user", user: user) }
        }
        let found = find(user, extensions["tokenauth"]?.lowercased() == "true")
        let decoy = ScramCredential.decoy(mechanism, user: user, secret: secret)
        let credential = found?.credential ?? decoy
        let whole = "\(nonce)\(serverNonce)"
        let answer = "r=\(whole),s=\(Base64.encode(credential.salt)),i=\(credential.iterations)"
        let exchange = Exchange(
            user: user, header: "\(parts[0]),\(parts[1]),", nonce: whole,
            opening: "\(parts[2]),\(answer)", found: found, credential: credential)
        return (exchange, Array(answer.utf8))
    }

    /// `c=header,r=nonce[,extensions],p=proof`
    private func verify(_ text: String, _ exchange: Exchange) throws(SASLRefusal) -> SASLServerStep {
        guard let message = ScramMessage(text), let header = message[0, "c"].flatMap(Base64.decodeStrictly),
            let nonce = message[1, "r"], let proof = message[message.count - 1, "p"].flatMap(Base64.decodeStrictly),
            let end = text.utf8.lastIndex(of: UInt8(ascii: ","))
        else { throw malformed(exchange.user) }
        guard header == Array(exchange.header.utf8),
            // librdkafka before 2.6.1 puts its own nonce in front once more, which the proof covers.
            nonce.utf8.reversed().starts(with: exchange.nonce.utf8.reversed()),
            proof.count == mechanism.hash.byteCount
        else { throw malformed(exchange.user) }
        let hash = mechanism.hash
        let authMessage = "\(exchange.opening),\(text[..<end])"
        let signature = hash.authenticationCode(authMessage.utf8, key: exchange.credential.storedKey)
        let clientKey = zip(proof, signature).map { $0 ^ $1 }
        let isRight = ConstantTime.areEqual(hash.digest(clientKey), exchange.credential.storedKey)
        let verifier = hash.authenticationCode(authMessage.utf8, key: exchange.credential.serverKey)
        guard let found = exchange.found, isRight else {
            throw SASLRefusal(exchange.found == nil ? "unknown user" : "wrong password", user: exchange.user)
        }
        return .done(found.identity, Array("v=\(Base64.encode(verifier))".utf8))
    }
}
