// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaSecurity

@Suite("Logins by PLAIN")
struct PlainTests {
    private let server = PlainServer { ["alice": "secret", "bob": ""][$0] }

    @Test("A user with the right password logs in")
    func right() throws {
        let message = try PlainClient(user: "alice", password: "secret").begin()
        #expect(message == Array("\0alice\0secret".utf8))
        #expect(server.receive(message) == .done(SASLIdentity(Principal(name: "alice")), []))
        #expect(server.receive(Array("alice\0alice\0secret".utf8)) == .done(SASLIdentity(Principal(name: "alice")), []))
    }

    @Test("Unknown users and wrong passwords are answered in the same words")
    func wrong() {
        for (message, reason) in [("\0alice\0Secret", "wrong password"), ("\0carol\0secret", "unknown user")] {
            guard case .refused(let refusal) = server.receive(Array(message.utf8)) else {
                Issue.record("taken: \(message)")
                continue
            }
            #expect(refusal.reason == reason)
            #expect(refusal.answer == "Authentication failed: Invalid username or password")
        }
    }

    @Test(
        "What is no message of PLAIN is refused",
        arguments: [
            "", "\0", "\0\0", "alice\0secret", "\0alice\0secret\0", "\0\0secret", "\0bob\0", "root\0alice\0secret",
        ])
    func malformed(_ message: String) {
        if case .refused = server.receive(Array(message.utf8)) { return }
        Issue.record("taken: \(message)")
    }

    @Test("No message that was changed on its way is taken, and none crashes")
    func mutations() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let message = Array("\0alice\0secret".utf8)
        for _ in 0..<5000 {
            let changed = random.mutated(message)
            // The user may be named in front as well.
            guard changed != message, changed != Array("alice".utf8) + message else { continue }
            if case .refused = server.receive(changed) { continue }
            Issue.record("taken: \(changed), seed \(seed)")
        }
    }
}
