// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import KafkaText
import NIOCore
import NIOPosix
import Testing

@testable import KafkaBroker

@Suite("Delegation tokens")
struct DelegationTokenTests {
    private static let secret = [(name: "delegation.token.secret.key", value: "s3cret")]
    private let alice = Principal(name: "alice")
    private let bob = Principal(name: "bob")
    private let carol = Principal(name: "carol")
    private let hour: Int64 = 3_600_000

    private func run(
        _ overrides: [(name: String, value: String)] = secret, authorizer: (any Authorizer)? = nil,
        _ body: (Broker) async throws -> Void
    ) async throws {
        var policy = ConnectionPolicy()
        policy.authorizer = authorizer
        var options = Broker.Options()
        options.overrides = overrides
        let broker = try await Broker.start(policy, options)
        try await body(broker)
        try await broker.stop()
    }

    private func create(renewers: [Principal] = [], owner: Principal? = nil) -> CreateDelegationTokenRequest {
        CreateDelegationTokenRequest {
            if let owner { ($0.ownerPrincipalType, $0.ownerPrincipalName) = (owner.type, owner.name) }
            $0.renewers = renewers.map { renewer in
                .init { ($0.principalType, $0.principalName) = (renewer.type, renewer.name) }
            }
            $0.maxLifetimeMs = -1
        }
    }

    private func describe(_ owners: [Principal]? = nil) -> DescribeDelegationTokenRequest {
        DescribeDelegationTokenRequest {
            $0.owners = owners.map { owners in
                owners.map { owner in .init { ($0.principalType, $0.principalName) = (owner.type, owner.name) } }
            }
        }
    }

    @Test("A token is made, shown, renewed and ended by its owner and its renewers, and by nobody else")
    func life() async throws {
        try await run { broker in
            let made = try await broker.call(create(renewers: [bob]), as: alice)
            #expect(made.errorCode == .none && made.tokenID.utf8.count == 22 && made.hmac.readableBytes == 64)
            #expect(made.maxTimestampMs - made.issueTimestampMs == 7 * 24 * hour)
            #expect(made.expiryTimestampMs - made.issueTimestampMs == 24 * hour)
            #expect([made.principalName, made.tokenRequesterPrincipalName] == ["alice", "alice"])
            let shown = try await broker.call(describe(), as: bob).tokens
            #expect(shown.map(\.tokenID) == [made.tokenID] && shown[0].hmac == made.hmac)
            #expect(shown[0].renewers.map(\.principalName) == ["bob"])
            #expect(shown[0].principalName == "alice" && shown[0].tokenRequesterPrincipalName == "alice")

            func renew(_ principal: Principal, _ hmac: ByteBuffer) async throws -> RenewDelegationTokenResponse {
                try await broker.call(
                    RenewDelegationTokenRequest { ($0.hmac, $0.renewPeriodMs) = (hmac, hour) }, as: principal)
            }
            func expire(_ principal: Principal, _ period: Int64) async throws -> ErrorCode {
                try await broker.call(
                    ExpireDelegationTokenRequest { ($0.hmac, $0.expiryTimePeriodMs) = (made.hmac, period) },
                    as: principal
                ).errorCode
            }
            let renewed = try await renew(bob, made.hmac)
            #expect(renewed.errorCode == .none && renewed.expiryTimestampMs < made.expiryTimestampMs)
            #expect(try await renew(carol, made.hmac).errorCode == .delegationTokenOwnerMismatch)
            #expect(try await renew(alice, ByteBuffer(bytes: [1, 2])).errorCode == .delegationTokenNotFound)
            #expect(try await expire(carol, -1) == .delegationTokenOwnerMismatch)
            #expect(try await expire(alice, hour) == .none)
            #expect(try await expire(alice, -1) == .none)
            #expect(try await expire(alice, -1) == .delegationTokenNotFound)
            #expect(try await broker.call(describe(), as: alice).tokens.isEmpty)
        }
    }

    @Test("Without a secret there are no tokens")
    func disabled() async throws {
        try await run([]) { broker in
            let codes = [
                try await broker.call(create(), as: alice).errorCode,
                try await broker.call(describe(), as: alice).errorCode,
                try await broker.call(RenewDelegationTokenRequest(), as: alice).errorCode,
                try await broker.call(ExpireDelegationTokenRequest(), as: alice).errorCode,
            ]
            #expect(codes == Array(repeating: .delegationTokenAuthDisabled, count: 4))
        }
    }

    @Test("Renewers are users, and an owner has a type")
    func types() async throws {
        try await run { broker in
            let group = Principal(type: "Group", name: "g")
            let byGroup = try await broker.call(create(renewers: [bob, group]), as: alice)
            let ofNobody = try await broker.call(create(owner: Principal(type: "", name: "x")), as: alice)
            #expect([byGroup.errorCode, ofNobody.errorCode] == [.invalidPrincipalType, .invalidPrincipalType])
        }
    }

    @Test("Who may ask is who has logged in, and not with a token")
    func mayAsk() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        func may(_ security: SecurityProtocol, _ principal: Principal, byToken: Bool = false) -> Bool {
            RequestContext(
                apiKey: .createDelegationToken, apiVersion: 3, clientID: nil, principal: principal,
                isTokenAuthenticated: byToken,
                connection: ConnectionInfo(
                    listenerName: "L", clientHost: "/127.0.0.1", securityProtocol: security),
                eventLoop: group.any()
            ).mayUseTokens
        }
        #expect([.plaintext, .ssl, .saslPlaintext, .saslSSL].map { may($0, alice) } == [false, true, true, true])
        #expect([.plaintext, .ssl].map { may($0, .anonymous) } == [false, false])
        #expect([.ssl, .saslPlaintext, .saslSSL].map { may($0, alice, byToken: true) } == [false, false, false])
        try await run { broker in
            let connection = try BlockingConnection(broker.bootstrapServers)
            let refused = ErrorCode.delegationTokenRequestNotAllowed
            let made = try await connection.send(create(), version: 3)
            #expect(made.errorCode == refused && made.issueTimestampMs == -1 && made.tokenID.isEmpty)
            #expect(try await connection.send(RenewDelegationTokenRequest(), version: 2).errorCode == refused)
            #expect(try await connection.send(ExpireDelegationTokenRequest(), version: 2).errorCode == refused)
            #expect(try await connection.send(describe(), version: 3).errorCode == refused)
            try await connection.close()
        }
    }

    @Test("Tokens for others need CREATE_TOKENS, and those of others are shown only by permission")
    func authorization() async throws {
        struct Rules: Authorizer {
            func allows(_ access: Access) -> Bool {
                switch (access.principal.name, access.operation, access.type) {
                case ("alice", .createTokens, .user): access.name == "User:bob"
                case ("auditor", .describeTokens, .user): access.name == "User:bob"
                case ("admin", .describe, .delegationToken): true
                default: false
                }
            }

            func allowsSomewhere(_ access: Access) -> Bool { false }
        }
        try await run(authorizer: Rules()) { broker in
            let forBob = try await broker.call(create(owner: bob), as: alice)
            #expect(forBob.errorCode == .none && forBob.principalName == "bob")
            #expect(forBob.tokenRequesterPrincipalName == "alice")
            let denied = try await broker.call(create(owner: carol), as: alice)
            #expect(denied.errorCode == .delegationTokenAuthorizationFailed && denied.hmac.readableBytes == 0)
            let own = try await broker.call(create(), as: carol)
            func shown(_ name: String, _ owners: [Principal]? = nil) async throws -> Set<String> {
                Set(try await broker.call(describe(owners), as: Principal(name: name)).tokens.map(\.tokenID))
            }
            #expect(try await shown("bob") == [forBob.tokenID])
            #expect(try await shown("alice") == [], "who asked for it doesn't own it")
            #expect(try await shown("auditor") == [forBob.tokenID])
            #expect(try await shown("admin") == [forBob.tokenID, own.tokenID])
            #expect(try await shown("admin", [carol]) == [own.tokenID])
            #expect(try await shown("admin", []) == [])
            #expect(try await shown("bob", [carol]) == [])
        }
    }

    @Test("A token expires, is not renewed or used any more, and is removed in passes")
    func expiry() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run(overrides: Self.secret) { controller in
            func make(_ lifetimeMs: Int64) async throws -> (token: DelegationTokenRecord, hmac: [UInt8]) {
                try await controller.createToken(
                    owner: alice, requester: alice, renewers: [bob], lifetimeMs: lifetimeMs)
            }
            func credential(_ token: DelegationTokenRecord) async -> DelegationTokenCredential? {
                controller.store.tokenCredential(tokenID: token.tokenID, now: await controller.time)
            }
            let (short, shortMAC) = try await make(hour)
            let (long, longMAC) = try await make(.max)
            #expect(
                short.maxTimestamp == short.issueTimestamp + hour && short.expirationTimestamp == short.maxTimestamp)
            #expect(
                await credential(short)
                    == DelegationTokenCredential(
                        owner: alice, hmac: Base64.encode(shortMAC), expiryTimestamp: short.expirationTimestamp))
            directory.pass(hours: 1)
            #expect(try await controller.renewToken(hmac: shortMAC, for: bob, periodMs: -1) == short.maxTimestamp)
            directory.pass(hours: 1)
            #expect(await credential(short) == nil)
            await #expect(throws: MetadataError(.delegationTokenExpired)) {
                _ = try await controller.renewToken(hmac: shortMAC, for: bob, periodMs: -1)
            }
            await #expect(throws: MetadataError(.delegationTokenExpired)) {
                _ = try await controller.expireToken(hmac: shortMAC, for: bob, periodMs: 5)
            }
            try await controller.removeExpiredTokens()
            #expect(Set(controller.store.image.delegationTokens.keys) == [long.tokenID])
            // No renewal goes beyond the end of its life, 7 days after it was made.
            for day in 1...7 {
                let expires = try await controller.renewToken(hmac: longMAC, for: alice, periodMs: .max)
                #expect(expires == min(await controller.time + 24 * hour, long.maxTimestamp), "day \(day)")
                directory.pass(hours: 23)
            }
            directory.pass(hours: 24)
            try await controller.removeExpiredTokens()
            #expect(controller.store.image.delegationTokens.isEmpty)
            for _ in 0..<2001 { _ = try await make(1) }
            directory.pass(hours: 1)
            try await controller.removeExpiredTokens()
            #expect(controller.store.image.delegationTokens.isEmpty)
        }
    }

    @Test("Tokens survive restarts, from the log and from a snapshot, with the secret alone")
    func restarted() async throws {
        let directory = MetadataTestDirectory()
        let (token, hmac) = try await directory.run(overrides: Self.secret) { controller in
            try await controller.createToken(owner: alice, requester: bob, renewers: [carol], lifetimeMs: 0)
        }
        for _ in 0..<2 {
            try await directory.run(overrides: Self.secret) { controller in
                #expect(controller.store.image.delegationTokens[token.tokenID] == token)
                _ = try await controller.renewToken(hmac: hmac, for: carol, periodMs: 0)
                try await controller.writeSnapshot()
            }
        }
        try await directory.run(overrides: [(name: "delegation.token.secret.key", value: "other")]) { controller in
            _ = await #expect(throws: MetadataError(.delegationTokenNotFound)) {
                _ = try await controller.renewToken(hmac: hmac, for: carol, periodMs: 0)
            }
        }
    }

    @Test("The HMAC is SHA-512's of the id with the secret, as other brokers compute it")
    func hmac() {
        // RFC 4231, test case 2.
        let bytes = DelegationTokenCredential.hmac(tokenID: "what do ya want for nothing?", secret: "Jefe")
        #expect(
            Base64.encode(bytes)
                == "Fkt6e/z4GeLjlfvnO1bgo4e9ZCIugx/WECcM1+olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw==")
    }
}
