// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import KafkaProtocol
import KafkaText
import Synchronization
import TestSupport
import Testing

@testable import KafkaSecurity

@Suite("Tokens")
struct TokenTests {
    private static let now: Int64 = 1_800_000_000_000

    // MARK: Signed

    private static func token(_ header: String, _ claims: String, _ sign: (String) throws -> [UInt8]) rethrows -> String
    {
        let text = "\(Base64.encodeURL(header.utf8)).\(Base64.encodeURL(claims.utf8))"
        return "\(text).\(Base64.encodeURL(try sign(text)))"
    }

    private static func jwk(_ key: P256.Signing.PublicKey, id: String) -> String {
        let point = Array(key.x963Representation)
        return
            #"{"kty":"EC","crv":"P-256","kid":"\#(id)","use":"sig","x":"\#(Base64.encodeURL(point[1..<33]))","y":"\#(Base64.encodeURL(point[33...]))"}"#
    }

    @Test("Signatures of each algorithm are checked with the key that the token names, and with that kind of key alone")
    func signatures() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let (p256, p384) = (P256.Signing.PrivateKey(), P384.Signing.PrivateKey())
        let primitives = try rsa.publicKey.getKeyPrimitives()
        let point = Array(p384.publicKey.x963Representation)
        let keys = try JSONWebKeys(
            parsing: """
                {"keys":[\(Self.jwk(p256.publicKey, id: "e2")),{"kty":"oct","k":"AAAA","kid":"h"},
                {"kty":"RSA","kid":"r","n":"\(Base64.encodeURL(primitives.modulus))","e":"\(Base64.encodeURL(primitives.publicExponent))"},
                {"kty":"EC","crv":"P-384","kid":"e3","x":"\(Base64.encodeURL(point[1..<49]))","y":"\(Base64.encodeURL(point[49...]))"}]}
                """)
        func verify(_ algorithm: String, _ id: String, _ sign: (String) throws -> [UInt8]) throws -> JSONWebKeys
            .Verification?
        {
            let text = try Self.token(#"{"alg":"\#(algorithm)","kid":"\#(id)"}"#, #"{"sub":"a"}"#, sign)
            return JSONWebToken(text).map(keys.verify)
        }
        func rsaSign(_ padding: _RSA.Signing.Padding, _ bits: Int) -> (String) throws -> [UInt8] {
            { text in
                let text = Array(text.utf8)
                return switch bits {
                case 256: Array(try rsa.signature(for: SHA256.hash(data: text), padding: padding).rawRepresentation)
                case 384: Array(try rsa.signature(for: SHA384.hash(data: text), padding: padding).rawRepresentation)
                default: Array(try rsa.signature(for: SHA512.hash(data: text), padding: padding).rawRepresentation)
                }
            }
        }
        let es256: (String) throws -> [UInt8] = {
            Array(try p256.signature(for: SHA256.hash(data: Array($0.utf8))).rawRepresentation)
        }
        for bits in [256, 384, 512] {
            #expect(try verify("RS\(bits)", "r", rsaSign(.insecurePKCS1v1_5, bits)) == .valid)
            #expect(try verify("PS\(bits)", "r", rsaSign(.PSS, bits)) == .valid)
            #expect(try verify("PS\(bits)", "r", rsaSign(.insecurePKCS1v1_5, bits)) == .wrongSignature)
        }
        #expect(try verify("ES256", "e2", es256) == .valid)
        #expect(
            try verify("ES384", "e3") {
                Array(try p384.signature(for: SHA384.hash(data: Array($0.utf8))).rawRepresentation)
            } == .valid)
        #expect(try verify("ES256", "other", es256) == .unknownKey)
        #expect(try verify("ES256", "r", es256) == .wrongSignature)
        #expect(try verify("RS256", "r") { _ in [] } == .wrongSignature)
        for algorithm in ["none", "None", "HS256", "", "RS1"] {
            #expect(try verify(algorithm, "r") { _ in [] } == .unknownAlgorithm)
        }
    }

    @Test("No token that was changed on its way is valid, and none crashes")
    func mutations() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let key = P256.Signing.PrivateKey()
        let keys = try JSONWebKeys(parsing: #"{"keys":[\#(Self.jwk(key.publicKey, id: "k"))]}"#)
        let text = try Self.token(#"{"alg":"ES256","kid":"k"}"#, #"{"sub":"alice","exp":1}"#) {
            Array(try key.signature(for: SHA256.hash(data: Array($0.utf8))).rawRepresentation)
        }
        for _ in 0..<1500 {
            let changed = String(decoding: random.mutated(Array(text.utf8)), as: UTF8.self)
            guard changed != text, let token = JSONWebToken(changed) else { continue }
            #expect(keys.verify(token) != .valid, "\(changed), seed \(seed)")
        }
    }

    @Test(
        "Claims are checked by the clock, the audience and the issuer",
        arguments: [
            (#""exp":1800000001,"iat":1799999999"#, nil), (#""exp":1799999971,"iat":1"#, nil),
            (#""exp":1799999970,"iat":1"#, "expired"), (#""iat":1"#, "time of expiry"),
            (#""exp":1800000100"#, "time of issue"),
            (#""exp":1800000100,"iat":1,"nbf":1800000031"#, "not valid yet"),
            (#""exp":1800000100,"iat":1,"nbf":1800000030"#, nil),
            (#""exp":"1800000100","iat":1"#, "time of expiry"), (#""exp":1800000100.5,"iat":1.5"#, nil),
            (#""exp":9223372036854775807,"iat":1"#, "time of expiry"), (#""exp":1e400,"iat":1"#, "no JWT"),
        ])
    func claims(_ claims: String, _ reason: String?) {
        check(#"{"sub":"alice","aud":["x","kafka"],"iss":"me",\#(claims)}"#, reason)
    }

    @Test("A token for others, of others or of nobody is refused")
    func others() {
        let times = #""exp":1800000100,"iat":1"#
        check(#"{"sub":"alice","aud":"kafka","iss":"me",\#(times)}"#, nil)
        check(#"{"sub":"alice","aud":"other","iss":"me",\#(times)}"#, "audience")
        check(#"{"sub":"alice","iss":"me",\#(times)}"#, "audience")
        check(#"{"sub":"alice","aud":"kafka","iss":"you",\#(times)}"#, "issuer")
        check(#"{"sub":"alice","aud":"kafka",\#(times)}"#, "issuer")
        check(#"{"sub":" ","aud":"kafka","iss":"me",\#(times)}"#, "'sub'")
        check(#"{"sub":7,"aud":"kafka","iss":"me",\#(times)}"#, "'sub'")
    }

    private func check(_ claims: String, _ reason: String?) {
        var rules = TokenClaims()
        (rules.audience, rules.issuer) = (["kafka"], "me")
        guard let token = JSONWebToken(Self.token("{}", claims) { _ in [] }) else {
            #expect(reason == "no JWT", "\(claims)")
            return
        }
        switch rules.check(token, now: Self.now) {
        case .success(let identity):
            #expect(reason == nil, "\(claims)")
            #expect(identity.principal == Principal(name: "alice"))
        case .failure(let refusal):
            #expect(reason.map { refusal.reason.contains($0) } ?? false, "\(claims): \(refusal.reason)")
        }
    }

    // MARK: Unsigned

    @Test("A token that was made up here is taken where such are, and nowhere else")
    func unsecured() throws {
        let made = try OAuthToken.unsecured(
            [
                "unsecuredLoginStringClaim_sub": "alice", "unsecuredLoginListClaim_scope": ",a,b",
                "unsecuredLoginNumberClaim_n": "1.5", "unsecuredLoginLifetimeSeconds": "60",
            ], now: Self.now)
        #expect(made.expiresAt == Self.now + 60_000)
        func check(_ options: [String: String], at now: Int64 = Self.now) throws -> String {
            switch try UnsecuredTokenClaims(options).check(made.value, now: now) {
            case .success(let identity): "\(identity.principal) \((identity.expiresAt ?? 0) - Self.now)"
            case .failure(let refusal): refusal.json
            }
        }
        #expect(try check([:]) == "User:alice 60000")
        #expect(try check(["unsecuredValidatorRequiredScope": "a b"]) == "User:alice 60000")
        #expect(
            try check(["unsecuredValidatorRequiredScope": "a c"])
                == #"{"status":"insufficient_scope","scope":"a c"}"#)
        #expect(try check([:], at: Self.now + 60_000) == #"{"status":"invalid_token"}"#)
        #expect(try check(["unsecuredValidatorAllowableClockSkewMs": "1"], at: Self.now + 60_000) == "User:alice 60000")
        let keys = try JSONWebKeys(parsing: #"{"keys":[\#(Self.jwk(P256.Signing.PrivateKey().publicKey, id: "k"))]}"#)
        #expect(keys.verify(try #require(JSONWebToken(made.value))) == .unknownAlgorithm)
        for options in [[:], ["unsecuredLoginStringClaim_sub": ""], ["unsecuredLoginNumberClaim_exp": "1"]] {
            #expect(throws: SecurityError.self) { try OAuthToken.unsecured(options, now: Self.now) }
        }
    }

    // MARK: Renewal

    @Test("A token is renewed after its share of its life, but with a margin before its end, and not too often")
    func refreshTime() {
        func time(_ lifetime: Int64, random: Double = 0) -> Int64 {
            TokenRefresh().time(start: 0, expiry: lifetime * 1000, random: random) / 1000
        }
        #expect(time(3600) == 2880)
        #expect(time(3600, random: 1) == 3060)
        #expect(time(1000) == 700)
        #expect(time(361) == 61)
        #expect(time(300) == 240)
        #expect(time(0) == 0)
    }

    @Test("All connections share one token, which is got again when it is due, and kept if that fails")
    func source() async throws {
        let clock = Mutex(Self.now)
        let made = Mutex(0)
        let isBroken = Mutex(false)
        let settings = try OAuthSettings(
            SecurityProperties(["sasl.oauthbearer.token.command": "x"]), nil)
        let source = TokenSource(settings, now: { clock.withLock { $0 } }) { (_, now) throws(TokenFailure) in
            if isBroken.withLock({ $0 }) { throw TokenFailure("broken", mayPass: true) }
            let number = made.withLock { count -> Int in
                count += 1
                return count
            }
            return OAuthToken(value: "\(number)", expiresAt: now + 3_600_000)
        }
        #expect(try await source.token().value == "1")
        clock.withLock { $0 += 2_800_000 }
        #expect(try await source.token().value == "1")
        clock.withLock { $0 += 300_000 }
        #expect(try await source.token().value == "2")
        isBroken.withLock { $0 = true }
        clock.withLock { $0 += 3_500_000 }
        #expect(try await source.token().value == "2")
        clock.withLock { $0 += 200_000 }
        await #expect(throws: TokenFailure("broken", mayPass: true)) { try await source.token() }
    }
}
