// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import Testing

@testable import KafkaBroker

@Suite("The login of a connection")
struct AuthenticationTests {
    private static func at(_ milliseconds: Int64) -> Authentication.Moment {
        // Clocks of their own: the time of day may be set.
        .init(wall: 1_800_000_000_000 + milliseconds, uptime: milliseconds)
    }

    /// PLAIN for alice and bob, with sessions as long as is said; TOKEN for whoever sends a name and a time.
    private static func start(maxReauthMs: Int64 = 0) -> Authentication {
        let plain = LoginMethods.Method(
            makeServer: { PlainServer { ["alice": "a", "bob": "b"][$0] } }, maxReauthMs: maxReauthMs)
        let tokens = LoginMethods.Method(
            makeServer: {
                OAuthBearerServer { token in
                    .success(
                        SASLIdentity(
                            Principal(name: "alice"), expiresAt: Int64(token).map { at(0).wall + $0 }))
                }
            }, maxReauthMs: maxReauthMs)
        return Authentication(
            LoginMethods(
                methods: ["PLAIN": plain, "OAUTHBEARER": tokens], mechanisms: ["PLAIN", "OAUTHBEARER"],
                failureDelayMs: 0))
    }

    private static func plain(_ user: String, _ password: String) -> [UInt8] { Array("\0\(user)\0\(password)".utf8) }

    private static func logIn(
        _ login: inout Authentication, _ message: [UInt8] = plain("alice", "a"), mechanism: String = "PLAIN",
        version: Int16 = 1, at time: Int64 = 0
    ) -> Authentication.TokenAnswer {
        #expect(login.refusal(of: .saslHandshake, at: at(time)) == nil)
        let answer = login.handshake(mechanism, version: version, at: at(time))
        #expect(answer.errorCode == .none)
        #expect(login.refusal(of: .saslAuthenticate, at: at(time)) == nil)
        return login.authenticate(message, at: at(time))
    }

    @Test("Before the login nothing is served but versions, once, and the login itself")
    func before() {
        for key in (0...92 as ClosedRange<Int16>).map(APIKey.init(rawValue:))
        where key != .apiVersions && key != .saslHandshake {
            for hasVersions in [false, true] {
                var login = Self.start()
                if hasVersions { #expect(login.refusal(of: .apiVersions, at: Self.at(0)) == nil) }
                #expect(login.refusal(of: key, at: Self.at(0)) != nil, "\(key)")
            }
            var login = Self.start()
            _ = login.handshake("PLAIN", version: 1, at: Self.at(0))
            #expect((login.refusal(of: key, at: Self.at(0)) == nil) == (key == .saslAuthenticate), "\(key)")
        }
        var login = Self.start()
        #expect(login.refusal(of: .apiVersions, at: Self.at(0)) == nil)
        #expect(login.refusal(of: .apiVersions, at: Self.at(0)) != nil)
        #expect(login.session == nil)
    }

    @Test("After it everything is, and a token more is told that it is one too many")
    func after() {
        var login = Self.start()
        #expect(Self.logIn(&login) == .token([], lifetimeMs: 0))
        #expect(login.session?.identity.principal == Principal(name: "alice"))
        for key in [APIKey.metadata, .produce, .apiVersions, .saslAuthenticate] {
            #expect(login.refusal(of: key, at: Self.at(1_000_000_000)) == nil)
        }
        guard case .failed(.illegalSaslState, _, log: "") = login.authenticate([], at: Self.at(1)) else {
            Issue.record("a token after the login is taken")
            return
        }
        #expect(login.isOpen)
    }

    @Test("A wrong password and an unknown mechanism end the connection, whatever comes then")
    func failures() {
        var wrong = Self.start()
        #expect(
            Self.logIn(&wrong, Self.plain("alice", "b"))
                == .failed(
                    .saslAuthenticationFailed, "Authentication failed: Invalid username or password",
                    log: "PLAIN, user 'alice': wrong password"))
        #expect(wrong.hasFailed && wrong.session == nil)
        for key in [APIKey.metadata, .saslHandshake, .saslAuthenticate, .apiVersions] {
            #expect(wrong.refusal(of: key, at: Self.at(0)) != nil)
        }
        var malformed = Self.start()
        guard case .failed(_, let words, _) = Self.logIn(&malformed, [1, 2, 3]) else { return }
        #expect(
            words == "Authentication failed during authentication due to invalid credentials with SASL mechanism PLAIN")

        var unknown = Self.start()
        let answer = unknown.handshake("plain\n", version: 1, at: Self.at(0))
        #expect(answer.errorCode == .unsupportedSaslMechanism && answer.mechanisms == ["PLAIN", "OAUTHBEARER"])
        #expect(answer.reason?.contains("\n") == false)
        #expect(unknown.hasFailed)

        var twice = Self.start()
        _ = twice.handshake("PLAIN", version: 1, at: Self.at(0))
        #expect(twice.handshake("PLAIN", version: 1, at: Self.at(0)).errorCode == .illegalSaslState)
        #expect(twice.hasFailed)
    }

    @Test(
        "A session lasts as long as what the client logged in with, and no longer than the broker lets it",
        arguments: [
            (nil, 0, 0), (nil, 500, 500), (300, 0, 300), (300, 500, 300), (800, 500, 500), (-5, 0, 1), (nil, -1, 0),
        ]
            as [(Int64?, Int64, Int64)])
    func lifetime(_ rest: Int64?, _ maxReauthMs: Int64, _ expected: Int64) {
        let found = Authentication.lifetimeMs(expiresAt: rest.map { 1000 + $0 }, maxReauthMs: maxReauthMs, now: 1000)
        #expect(found == expected)
    }

    @Test("A session that has ended serves nothing but another login, which gives it another life")
    func expiry() {
        var login = Self.start(maxReauthMs: 5000)
        #expect(Self.logIn(&login) == .token([], lifetimeMs: 5000))
        #expect(login.refusal(of: .fetch, at: Self.at(4999)) == nil)
        #expect(login.refusal(of: .fetch, at: Self.at(5000)) != nil)
        #expect(Self.logIn(&login, at: 6000) == .token([], lifetimeMs: 5000))
        #expect(login.refusal(of: .fetch, at: Self.at(10_999)) == nil)
        #expect(login.refusal(of: .fetch, at: Self.at(11_000)) != nil)
    }

    @Test("While a client logs in again, it stays who it was, and sends nothing else")
    func again() {
        var login = Self.start(maxReauthMs: 5000)
        _ = Self.logIn(&login)
        #expect(login.handshake("PLAIN", version: 1, at: Self.at(4000)).errorCode == .none)
        #expect(login.session?.identity.principal == Principal(name: "alice"))
        #expect(!login.isOpen)
        #expect(login.refusal(of: .fetch, at: Self.at(4000)) != nil)
    }

    @Test("A client that logs in again can become nobody else, nor change the mechanism")
    func change() {
        var other = Self.start()
        _ = Self.logIn(&other)
        guard
            case .failed(.saslAuthenticationFailed, let words, _) = Self.logIn(&other, Self.plain("bob", "b"), at: 2000)
        else {
            Issue.record("bob is taken")
            return
        }
        #expect(words == "Cannot change principals during re-authentication from User.alice: User.bob")
        #expect(other.hasFailed)

        var mechanism = Self.start()
        _ = Self.logIn(&mechanism)
        let token = Array("n,,\u{1}auth=Bearer 60000\u{1}\u{1}".utf8)
        guard case .failed(_, let text, _) = Self.logIn(&mechanism, token, mechanism: "OAUTHBEARER", at: 2000) else {
            Issue.record("another mechanism is taken")
            return
        }
        #expect(
            text
                == "SASL mechanism 'OAUTHBEARER' requested by client is not supported for re-authentication of mechanism 'PLAIN'"
        )
    }

    @Test("A client may log in again once a second, and is told so without losing its session")
    func pause() {
        var login = Self.start()
        _ = Self.logIn(&login)
        #expect(Self.logIn(&login, at: 100) == .token([], lifetimeMs: 0))
        #expect(login.handshake("PLAIN", version: 1, at: Self.at(1099)).errorCode == .illegalSaslState)
        #expect(login.isOpen)
        #expect(Self.logIn(&login, at: 1100) == .token([], lifetimeMs: 0))
    }

    @Test("After version 0 of the handshake tokens come raw, and the session ends as any other")
    func raw() {
        var login = Self.start(maxReauthMs: 5000)
        _ = login.handshake("PLAIN", version: 0, at: Self.at(0))
        #expect(login.takesRawTokens)
        guard case .token([], _) = login.authenticate(Self.plain("alice", "a"), at: Self.at(0)) else {
            Issue.record("refused")
            return
        }
        #expect(!login.takesRawTokens && login.isOpen)
        #expect(login.refusal(of: .fetch, at: Self.at(4999)) == nil)
        #expect(login.refusal(of: .fetch, at: Self.at(5000)) != nil)
    }
}
