// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("Logins that come with each request")
struct PasswordLoginTests {
    private final class Count: Sendable {
        let value = Atomic<Int>(0)
        let uptime = Atomic<Int64>(1000)
    }

    private func methods(_ servers: KeyValuePairs<String, @Sendable () -> any SASLServer>) -> LoginMethods {
        LoginMethods(
            methods: Dictionary(servers.map { ($0.key, .init(makeServer: $0.value, maxReauthMs: 0)) }) { first, _ in
                first
            },
            mechanisms: servers.map(\.key), failureDelayMs: 7)
    }

    private func withQueue(_ body: (BackgroundQueue) async throws -> Void) async throws {
        let queue = BackgroundQueue(threads: 1)
        try await body(queue)
        try await queue.stop()
    }

    @Test("Where no listener has logins there is none")
    func none() async throws {
        try await withQueue { queue in #expect(PasswordLogin([], queue: queue, uptime: { 0 }) == nil) }
    }

    @Test("A password is checked by PLAIN and SCRAM, and one that was right is remembered for half a minute")
    func passwords() async throws {
        let count = Count()
        let salt: [UInt8] = Array(0..<16)
        let credential = try ScramCredential(.sha256, password: "s-secret", salt: salt)
        try await withQueue { queue in
            let made =
                PasswordLogin(
                    [
                        methods([
                            "PLAIN": {
                                count.value.add(1, ordering: .relaxed)
                                return PlainServer { $0 == "p" ? "p-secret" : nil }
                            },
                            "SCRAM-SHA-256": {
                                ScramServer(.sha256, secret: [1]) { user, _ in
                                    user == "s"
                                        ? ScramServer.Found(credential, SASLIdentity(Principal(name: "s"))) : nil
                                }
                            },
                        ])
                    ], queue: queue, uptime: { count.uptime.load(ordering: .relaxed) })
            let login = try #require(made)
            #expect(login.takesPasswords && !login.takesTokens)
            #expect(login.failureDelayMs == 7)
            #expect(try await login.check(user: "p", password: "p-secret") == .principal(Principal(name: "p")))
            #expect(try await login.check(user: "p", password: "p-secret") == .principal(Principal(name: "p")))
            #expect(count.value.load(ordering: .relaxed) == 1)
            count.uptime.store(31_001, ordering: .relaxed)
            #expect(try await login.check(user: "p", password: "p-secret") == .principal(Principal(name: "p")))
            #expect(count.value.load(ordering: .relaxed) == 2)
            #expect(try await login.check(user: "s", password: "s-secret") == .principal(Principal(name: "s")))
            for (user, password) in [
                ("p", "s-secret"), ("s", "p-secret"), ("x", "p-secret"), ("", ""), ("p", "\u{0}p"),
            ] {
                guard case .refused = try await login.check(user: user, password: password) else {
                    Issue.record("\(user) is let in with \(password)")
                    continue
                }
            }
            guard case .refused = try await login.check(token: "t") else {
                Issue.record("a token is taken")
                return
            }
        }
    }

    @Test("A token is taken where OAUTHBEARER takes it")
    func tokens() async throws {
        try await withQueue { queue in
            let made =
                PasswordLogin(
                    [
                        methods([
                            "OAUTHBEARER": {
                                OAuthBearerServer { token in
                                    token == "right"
                                        ? .success(SASLIdentity(Principal(name: "o"))) : .failure(.init("wrong"))
                                }
                            }
                        ])
                    ], queue: queue, uptime: { 0 })
            let login = try #require(made)
            #expect(try await login.check(token: "right") == .principal(Principal(name: "o")))
            #expect(try await login.check(token: "left") == .refused("OAUTHBEARER: wrong"))
            #expect(!login.takesPasswords && login.takesTokens)
        }
    }
}
