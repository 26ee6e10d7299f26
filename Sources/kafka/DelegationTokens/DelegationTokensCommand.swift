// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import NIOCore

/// `kafka delegation-tokens`
struct DelegationTokensCommand: Command {
    static let definition = CommandDefinition(
        name: "delegation-tokens",
        summary: "Make, renew, expire and show delegation tokens",
        actions: [
            .flag("create", "Make a token"), .flag("renew", "Let a token live longer"),
            .flag("expire", "Let a token end earlier"), .flag("describe", "Show tokens"),
        ],
        options: ConnectionOptions.all + [
            .value("owner-principal", "TYPE:NAME", "Whose token; may be repeated with --describe", repeats: true),
            .value("renewer-principal", "TYPE:NAME", "Create: who else may renew it; may be repeated", repeats: true),
            .value("max-life-time-period", "MS", "Create: how long it can live; -1 for the broker's limit"),
            .value("renew-time-period", "MS", "Renew: for how long; -1 for the broker's setting"),
            .value("expiry-time-period", "MS", "Expire: in how long; -1 for at once"),
            .value("hmac", "HMAC", "The token's HMAC, as --create printed it, or - or ${env:NAME}"),
        ],
        destruction: { $0.flag("expire") ? "end a delegation token" : nil },
        rows: [TokenTable.created, TokenTable.described],
        examples: [
            .init(
                "kafka delegation-tokens --create --max-life-time-period -1 --renewer-principal User:alice",
                "Make a token that alice may renew"),
            .init("kafka delegation-tokens --describe --command-config client.properties", "Show one's own tokens"),
        ],
        differences: ["--command-config may be left out, though brokers give tokens only to who has logged in."])

    struct Principal: Sendable, CustomStringConvertible {
        var type: String
        var name: String
        var description: String { "\(type):\(name)" }
    }

    enum Action: Sendable {
        case create(owner: Principal?, renewers: [Principal], lifetime: Int64)
        case renew(hmac: String, bytes: [UInt8], period: Int64)
        case expire(hmac: String, bytes: [UInt8], period: Int64)
        case describe([Principal])
    }

    let connection: ConnectionOptions
    let action: Action

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let chosen = try arguments.action()
        func period(_ option: String) throws -> Int64 {
            guard let value = try arguments.integer(option, Int64.self) else { throw CommandError.missing(option) }
            return value
        }
        func hmac() throws -> (String, [UInt8]) {
            let text = try arguments.required("hmac")
            let secret = try SecretResolver(arguments.environment).resolve(text, of: "hmac")
            guard let bytes = Base64.decode(secret) else {
                throw CommandError("Invalid value of option hmac: it is not base64, as --create prints it.")
            }
            return (text, bytes)
        }
        let owners = try Self.principals(arguments, "owner-principal")
        switch chosen {
        case "create":
            try arguments.refuse(["hmac", "renew-time-period", "expiry-time-period"], under: chosen)
            if owners.count > 1 {
                throw CommandError("A token has one owner, but --owner-principal names \(owners.count).")
            }
            action = .create(
                owner: owners.first, renewers: try Self.principals(arguments, "renewer-principal"),
                lifetime: try period("max-life-time-period"))
        case "renew":
            try arguments.refuse(
                ["renewer-principal", "max-life-time-period", "expiry-time-period", "owner-principal"], under: chosen)
            let (text, bytes) = try hmac()
            action = .renew(hmac: text, bytes: bytes, period: try period("renew-time-period"))
        case "expire":
            try arguments.refuse(
                ["renewer-principal", "max-life-time-period", "renew-time-period", "owner-principal"], under: chosen)
            let (text, bytes) = try hmac()
            action = .expire(hmac: text, bytes: bytes, period: try period("expiry-time-period"))
        default:
            try arguments.refuse(
                ["renewer-principal", "max-life-time-period", "renew-time-period", "expiry-time-period", "hmac"],
                under: chosen)
            action = .describe(owners)
        }
    }

    private static func principals(_ arguments: Arguments, _ option: String) throws -> [Principal] {
        try arguments.strings(option).map { text in
            let parts = text.trimmed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandError(
                    "Invalid value '\(text)' of option \(option): it must have the form TYPE:NAME, as User:alice.")
            }
            return Principal(type: String(parts[0]), name: String(parts[1]))
        }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            try await Unsupported.explained("delegation tokens need a cluster with delegation.token.secret.key set") {
                try await perform(Admin(cluster), context)
            }
        }
    }

    private func perform(_ admin: Admin, _ context: Context) async throws {
        switch action {
        case .create(let owner, let renewers, let lifetime):
            try await create(owner, renewers, lifetime, admin, context)
        case .renew(let hmac, let bytes, let period):
            context.out.line("Calling renew token operation with hmac :\(hmac) , renew-time-period :\(period)")
            let response = try await admin.send(
                RenewDelegationTokenRequest {
                    $0.hmac = ByteBuffer(bytes: bytes)
                    $0.renewPeriodMs = period
                })
            try check(response.errorCode, "The token was not renewed")
            context.out.line(
                "Completed renew operation. New expiry date : \(TokenTable.date(response.expiryTimestampMs))")
        case .expire(let hmac, let bytes, let period):
            context.out.line("Calling expire token operation with hmac :\(hmac) , expire-time-period :\(period)")
            let response = try await admin.send(
                ExpireDelegationTokenRequest {
                    $0.hmac = ByteBuffer(bytes: bytes)
                    $0.expiryTimePeriodMs = period
                })
            try check(response.errorCode, "The token was not expired")
            context.out.line(
                "Completed expire operation. New expiry date : \(TokenTable.date(response.expiryTimestampMs))")
        case .describe(let owners): try await describe(owners, admin, context)
        }
    }

    /// A line around the table, which is not for JSON.
    private func note(_ line: String, _ context: Context) {
        if !context.writesJSON { context.out.line(line) }
    }

    private func check(_ code: ErrorCode, _ what: String) throws {
        guard code != .none else { return }
        throw ClientError(.broker(code), "\(what): \(code.clientMessage)")
    }

    private func create(
        _ owner: Principal?, _ renewers: [Principal], _ lifetime: Int64, _ admin: Admin, _ context: Context
    ) async throws {
        note(
            "Calling create token operation with renewers :[\(renewers.map(\.description).joined(separator: ", "))] , "
                + "max-life-time-period :\(lifetime)", context)
        let response = try await admin.send(
            CreateDelegationTokenRequest {
                if let owner {
                    $0.ownerPrincipalType = owner.type
                    $0.ownerPrincipalName = owner.name
                }
                $0.renewers = renewers.map { renewer in
                    CreateDelegationTokenRequest.CreatableRenewers {
                        $0.principalType = renewer.type
                        $0.principalName = renewer.name
                    }
                }
                $0.maxLifetimeMs = lifetime
            })
        try check(response.errorCode, "The token was not made")
        note("Created delegation token with tokenId : \(response.tokenID)", context)
        let token = TokenTable.Token(
            id: response.tokenID, hmac: response.hmac,
            owner: Principal(type: response.principalType, name: response.principalName),
            requester: Principal(
                type: response.tokenRequesterPrincipalType, name: response.tokenRequesterPrincipalName),
            renewers: renewers, issued: response.issueTimestampMs, expires: response.expiryTimestampMs,
            limit: response.maxTimestampMs)
        TokenTable.print([token], context)
    }

    private func describe(_ owners: [Principal], _ admin: Admin, _ context: Context) async throws {
        note(
            owners.isEmpty
                ? "Calling describe token operation for current user."
                : "Calling describe token operation for owners: [\(owners.map(\.description).joined(separator: ", "))]",
            context)
        let response = try await admin.send(
            DescribeDelegationTokenRequest {
                $0.owners =
                    owners.isEmpty
                    ? nil
                    : owners.map { owner in
                        DescribeDelegationTokenRequest.Owner {
                            $0.principalType = owner.type
                            $0.principalName = owner.name
                        }
                    }
            })
        try check(response.errorCode, "The tokens were not described")
        if !context.writesJSON { context.out.write("Total number of tokens : \(response.tokens.count)") }
        TokenTable.print(
            response.tokens.sorted { $0.tokenID < $1.tokenID }.map { token in
                TokenTable.Token(
                    id: token.tokenID, hmac: token.hmac,
                    owner: Principal(type: token.principalType, name: token.principalName),
                    requester: Principal(
                        type: token.tokenRequesterPrincipalType, name: token.tokenRequesterPrincipalName),
                    renewers: token.renewers.map { Principal(type: $0.principalType, name: $0.principalName) },
                    issued: token.issueTimestamp, expires: token.expiryTimestamp, limit: token.maxTimestamp)
            }, context)
    }
}
