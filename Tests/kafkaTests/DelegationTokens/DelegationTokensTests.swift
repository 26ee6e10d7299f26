// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import kafka

@Suite("delegation-tokens")
struct DelegationTokensTests {
    private static let issued: Int64 = 1_795_300_000_000
    private static let expires = issued + 86_400_000
    private static let limit = issued + 604_800_000

    private static func answer(_ key: APIKey, _ version: Int16, _ body: ByteBuffer) throws -> (any ResponseMessage)? {
        switch key {
        case .createDelegationToken:
            let request = try CreateDelegationTokenRequest.decode(body, version: version)
            guard request.ownerPrincipalName != "nobody" else {
                return CreateDelegationTokenResponse { $0.errorCode = .delegationTokenAuthorizationFailed }
            }
            return CreateDelegationTokenResponse {
                ($0.principalType, $0.principalName) = (
                    request.ownerPrincipalType ?? "", request.ownerPrincipalName ?? ""
                )
                ($0.tokenRequesterPrincipalType, $0.tokenRequesterPrincipalName) = ("User", "admin")
                ($0.issueTimestampMs, $0.expiryTimestampMs, $0.maxTimestampMs) = (issued, expires, limit)
                ($0.tokenID, $0.hmac) = ("MHxXmKIBSoG0yYVrYd3Lzw", ByteBuffer(bytes: [0xfb, 0xff, 0]))
            }
        case .renewDelegationToken:
            let request = try RenewDelegationTokenRequest.decode(body, version: version)
            return RenewDelegationTokenResponse {
                if Array(request.hmac.readableBytesView) == [0xfb, 0xff, 0], request.renewPeriodMs == -1 {
                    $0.expiryTimestampMs = expires
                } else {
                    $0.errorCode = .delegationTokenNotFound
                }
            }
        case .expireDelegationToken:
            return ExpireDelegationTokenResponse { $0.errorCode = .delegationTokenOwnerMismatch }
        case .describeDelegationToken:
            let request = try DescribeDelegationTokenRequest.decode(body, version: version)
            guard let owners = request.owners else {
                return DescribeDelegationTokenResponse { $0.errorCode = .delegationTokenRequestNotAllowed }
            }
            return DescribeDelegationTokenResponse {
                $0.tokens = owners.map { owner in
                    .init {
                        ($0.principalType, $0.principalName) = (owner.principalType, owner.principalName)
                        ($0.tokenRequesterPrincipalType, $0.tokenRequesterPrincipalName) = ("User", "admin")
                        ($0.issueTimestamp, $0.expiryTimestamp, $0.maxTimestamp) = (issued, expires, limit)
                        ($0.tokenID, $0.hmac) = ("id-of-\(owner.principalName)", ByteBuffer(bytes: [1, 2, 3]))
                        $0.renewers = ["x", "y"].map { name in
                            .init { ($0.principalType, $0.principalName) = ("User", name) }
                        }
                    }
                }
            }
        default: return nil
        }
    }

    private func run(_ words: String) async throws -> CommandRun {
        let kafka = try await FakeKafka { _, key, version, body in try Self.answer(key, version, body) }
        let run = await kafka.run(["delegation-tokens"] + words.split(separator: " ").map(String.init))
        await kafka.stop()
        return run
    }

    private static let heading =
        "\nTOKENID         HMAC                           OWNER           REQUESTER       RENEWERS                  "
        + "ISSUEDATE       EXPIRYDATE      MAXDATE        \n"
    private static let dates = [issued, expires, limit].map { TokenTable.date($0) }.joined(separator: " ")

    @Test("A new token is printed as Kafka's tool does")
    func create() async throws {
        let made = try await run(
            "--create --max-life-time-period -1 --owner-principal User:alice --renewer-principal User:bob "
                + "--renewer-principal User:a:b")
        #expect(made.status == 0 && made.error.isEmpty)
        #expect(
            made.output == """
                Calling create token operation with renewers :[User:bob, User:a:b] , max-life-time-period :-1
                Created delegation token with tokenId : MHxXmKIBSoG0yYVrYd3Lzw
                \(Self.heading)
                MHxXmKIBSoG0yYVrYd3Lzw +/8A                           User:alice      User:admin      [User:bob, User:a:b]      \
                \(Self.dates)

                """)
    }

    @Test("Tokens of owners are printed as Kafka's tool does")
    func describe() async throws {
        let shown = try await run("--describe --owner-principal User:b --owner-principal User:a")
        #expect(
            shown.output == """
                Calling describe token operation for owners: [User:b, User:a]
                Total number of tokens : 2\(Self.heading)
                id-of-a         AQID                           User:a          User:admin      [User:x, User:y]          \
                \(Self.dates)

                id-of-b         AQID                           User:b          User:admin      [User:x, User:y]          \
                \(Self.dates)

                """)
        #expect(shown.status == 0)
    }

    @Test("A renewed token's end is printed")
    func renew() async throws {
        let renewed = try await run("--renew --hmac +/8A --renew-time-period -1")
        #expect(
            renewed.output == """
                Calling renew token operation with hmac :+/8A , renew-time-period :-1
                Completed renew operation. New expiry date : \(TokenTable.date(Self.expires))

                """)
        #expect(renewed.status == 0)
    }

    @Test(
        "What the broker refuses is one line that says why",
        arguments: [
            ("--renew --hmac AAAA --renew-time-period -1", "not renewed: no token has this HMAC"),
            ("--expire --hmac +/8A --expiry-time-period -1", "not expired: the token belongs to somebody else"),
            ("--create --max-life-time-period 5 --owner-principal User:nobody", "not made: not authorized"),
            ("--describe", "not described: delegation tokens are for connections that have logged in"),
        ])
    func refused(_ words: String, _ reason: String) async throws {
        let refused = try await run(words)
        #expect(refused.status == 1 && refused.error.contains(reason), "\(refused)")
        #expect(refused.error.split(separator: "\n").count == 1)
    }
}
