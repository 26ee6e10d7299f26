// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import TestSupport
import Testing

@testable import KafkaSecurity

@Suite("Logins by SCRAM")
struct ScramExchangeTests {
    private static let nonce = "rOprNGfwEbeRWgbNEkqO"
    private static let serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    private static let salt = Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ==") ?? []

    private static func server(
        _ mechanism: ScramMechanism = .sha256, users: [String: String] = ["user": "pencil"],
        nonce: String? = serverNonce
    ) throws -> ScramServer {
        let credentials = try users.mapValues { try ScramCredential(mechanism, password: $0, salt: salt) }
        return ScramServer(mechanism, secret: [1, 2, 3], nonce: nonce) { name, isToken in
            isToken ? nil : credentials[name].map { .init($0, SASLIdentity(Principal(name: name))) }
        }
    }

    @Test("The messages are those of RFC 7677")
    func vector() throws {
        var client = ScramClient(.sha256, user: "user", password: "pencil", nonce: Self.nonce)
        var server = try Self.server()
        let first = try client.begin()
        #expect(String(decoding: first, as: UTF8.self) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
        let challenge = Array(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8)
        #expect(server.receive(first) == .challenge(challenge))
        let final = try #require(try client.answer(challenge))
        #expect(
            String(decoding: final, as: UTF8.self)
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        )
        let signature = Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8)
        #expect(server.receive(final) == .done(SASLIdentity(Principal(name: "user")), signature))
        #expect(try client.answer(signature) == nil)
    }

    /// The whole exchange; the last step of the server.
    private static func run(_ client: ScramClient, _ server: ScramServer) throws -> SASLServerStep {
        var (client, server) = (client, server)
        var message = try client.begin()
        while true {
            let step = server.receive(message)
            switch step {
            case .challenge(let challenge): message = try #require(try client.answer(challenge))
            case .done(_, let last):
                #expect(try client.answer(last) == nil)
                return step
            case .refused: return step
            }
        }
    }

    @Test("Names and passwords of any characters log in", arguments: ScramMechanism.allCases)
    func names(_ mechanism: ScramMechanism) throws {
        for name in ["a,b=c", "=2C", "日本", ",", "=", "e\u{301}", "\u{301}x", "a b"] {
            let server = try Self.server(mechanism, users: [name: "p=,\u{0} ä"], nonce: nil)
            let step = try Self.run(ScramClient(mechanism, user: name, password: "p=,\u{0} ä"), server)
            guard case .done(let identity, _) = step else {
                Issue.record("\(name): \(step)")
                continue
            }
            #expect(Array(identity.principal.name.utf8) == Array(name.utf8))
        }
    }

    @Test("An unknown user is refused where a wrong password is, and gets the same salt each time")
    func unknownUser() throws {
        func refusal(_ user: String, _ password: String) throws -> (challenge: [UInt8], SASLServerStep) {
            var client = ScramClient(.sha256, user: user, password: password, nonce: Self.nonce)
            var server = try Self.server()
            guard case .challenge(let challenge) = server.receive(try client.begin()) else {
                return ([], .challenge([]))
            }
            return (challenge, server.receive(try #require(try client.answer(challenge))))
        }
        let (known, wrong) = try refusal("user", "pen")
        let (unknown, nobody) = try refusal("nobody", "pen")
        #expect(wrong == .refused(SASLRefusal("wrong password", user: "user")))
        #expect(nobody == .refused(SASLRefusal("unknown user", user: "nobody")))
        #expect(String(decoding: known, as: UTF8.self).hasSuffix(",i=4096"))
        #expect(String(decoding: unknown, as: UTF8.self).hasSuffix(",i=4096"))
        #expect(try refusal("nobody", "pencil").challenge == unknown)
        #expect(try refusal("somebody", "pencil").challenge != unknown)
    }

    @Test("A nonce may stand twice in the last message, as clients of librdkafka before 2.6.1 write it")
    func doubledNonce() throws {
        var client = ScramClient(.sha256, user: "user", password: "pencil", nonce: Self.nonce)
        var server = try Self.server()
        let first = try client.begin()
        guard case .challenge(let challenge) = server.receive(first) else { return }
        let nonce = String(decoding: challenge, as: UTF8.self).split(separator: ",")[0].dropFirst(2)
        let final = "c=biws,r=\(Self.nonce)\(nonce)"
        let credential = try ScramCredential(.sha256, password: "pencil", salt: Self.salt)
        let salted = try SHA2.sha256.saltedPassword(Array("pencil".utf8), salt: Self.salt, iterations: 4096)
        let message = "n=user,r=\(Self.nonce),\(String(decoding: challenge, as: UTF8.self)),\(final)"
        let signature = SHA2.sha256.authenticationCode(message.utf8, key: credential.storedKey)
        let key = SHA2.sha256.authenticationCode("Client Key".utf8, key: salted)
        let proof = Base64.encode(zip(key, signature).map { $0 ^ $1 })
        guard case .done = server.receive(Array("\(final),p=\(proof)".utf8)) else {
            Issue.record("refused")
            return
        }
    }

    @Test("A client refuses a server that can't prove itself, and one that wants too few or too many rounds")
    func impostor() throws {
        let salt = Base64.encode(Self.salt)
        for answer in [
            "r=other,s=\(salt),i=4096", "r=\(Self.nonce),s=\(salt),i=4096", "r=\(Self.nonce)x,s=\(salt),i=4095",
            "r=\(Self.nonce)x,s=\(salt),i=1000000001", "r=\(Self.nonce)x,s=\(salt),i=-1", "e=other-error", "",
            "r=\(Self.nonce)x,s=,i=4096", "r=\(Self.nonce)x,i=4096,s=\(salt)",
        ] {
            var client = ScramClient(.sha256, user: "user", password: "pencil", nonce: Self.nonce)
            _ = try client.begin()
            #expect(throws: SecurityError.self, "\(answer)") { _ = try client.answer(Array(answer.utf8)) }
        }
        for last in ["v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "v=", "e=invalid-proof", ""] {
            var client = ScramClient(.sha256, user: "user", password: "pencil", nonce: Self.nonce)
            _ = try client.begin()
            _ = try client.answer(Array("r=\(Self.nonce)x,s=\(salt),i=4096".utf8))
            #expect(throws: SecurityError.self, "\(last)") { _ = try client.answer(Array(last.utf8)) }
        }
    }

    @Test("No message that was changed on its way is taken, and none crashes")
    func mutations() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        var client = ScramClient(.sha256, user: "user", password: "pencil", nonce: Self.nonce)
        let first = try client.begin()
        let fresh = try Self.server()
        var challenged = fresh
        guard case .challenge(let challenge) = challenged.receive(first) else { return }
        let final = try #require(try client.answer(challenge))
        for _ in 0..<3000 {
            var server = challenged
            let changed = random.mutated(final)
            if changed != final, case .done = server.receive(changed) {
                Issue.record("taken: \(String(decoding: changed, as: UTF8.self)), seed \(seed)")
            }
            // Another first message may be good in itself; the answer to the old one is not its own.
            server = fresh
            let other = random.mutated(first)
            if other != first, case .challenge = server.receive(other), case .done = server.receive(final) {
                Issue.record("taken after \(String(decoding: other, as: UTF8.self)), seed \(seed)")
            }
        }
    }
}
