// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaSecurity

@Suite("Logins by OAUTHBEARER")
struct OAuthBearerTests {
    private let server = OAuthBearerServer { token in
        token == "good.token" ? .success(SASLIdentity(Principal(name: "alice"), expiresAt: 5)) : .failure(.init("bad"))
    }

    @Test("A good token logs in, with extensions beside it")
    func good() throws {
        var client = OAuthBearerClient(token: "good.token", extensions: ["b": "x y", "a": "1"])
        let message = try client.begin()
        #expect(message == Array("n,,\u{1}auth=Bearer good.token\u{1}a=1\u{1}b=x y\u{1}\u{1}".utf8))
        var server = server
        #expect(server.receive(message) == .done(SASLIdentity(Principal(name: "alice"), expiresAt: 5), []))
        #expect(try client.answer([]) == nil)
    }

    @Test("A bad token is answered with JSON, and refused with it once the client has heard")
    func bad() throws {
        var client = OAuthBearerClient(token: "bad.token")
        var server = server
        let step = server.receive(try client.begin())
        #expect(step == .challenge(Array(#"{"status":"invalid_token"}"#.utf8)))
        #expect(try client.answer(Array(#"{"status":"invalid_token"}"#.utf8)) == [1])
        #expect(server.receive([1]) == .refused(SASLRefusal("bad", answer: #"{"status":"invalid_token"}"#)))
    }

    @Test(
        "What is no message of OAUTHBEARER is refused",
        arguments: [
            "", "n,,", "n,,\u{1}\u{1}", "n,,\u{1}auth=Basic good.token\u{1}\u{1}",
            "y,,\u{1}auth=Bearer good.token\u{1}\u{1}",
            "n,,\u{1}auth=Bearer good.token\u{1}", "n,,\u{1}auth=Bearer good.token\u{1}a1=b\u{1}\u{1}",
            "n,,\u{1}auth=Bearer good token\u{1}\u{1}", "n,a=bob,\u{1}auth=Bearer good.token\u{1}\u{1}",
            "n,,\u{1}auth=Bearer\u{1}\u{1}", "n,,\u{1}other=Bearer good.token\u{1}\u{1}",
        ])
    func malformed(_ message: String) {
        var server = server
        if case .refused = server.receive(Array(message.utf8)) { return }
        Issue.record("taken: \(message)")
    }

    @Test("A client sends no token that a message could not hold")
    func unsendable() {
        for token in ["", "a b", "a\u{1}b", "ä"] {
            #expect(throws: SecurityError.self) { try OAuthBearerClient(token: token).begin() }
        }
        for (name, value) in [("auth", "x"), ("a1", "x"), ("a", ""), ("a", "\u{1}"), ("", "x")] {
            #expect(throws: SecurityError.self) { try OAuthBearerClient(token: "t", extensions: [name: value]).begin() }
        }
    }

    @Test("No token that was changed on its way is taken, and nothing crashes")
    func mutations() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let message = Array("n,,\u{1}auth=Bearer good.token\u{1}\u{1}".utf8)
        for _ in 0..<5000 {
            var server = server
            let changed = random.mutated(message)
            guard case .done = server.receive(changed) else { continue }
            // Other spellings of the same token are none of the server's business.
            #expect(OAuthBearerMessage(changed)?.token == "good.token", "seed \(seed)")
        }
    }
}
