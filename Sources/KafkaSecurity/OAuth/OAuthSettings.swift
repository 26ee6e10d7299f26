// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaText

/// Where a client's tokens come from, and when they are renewed.
package struct OAuthSettings: Sendable {
    package enum Source: Sendable, Equatable {
        /// Made up here, without a signature; with the options of JAAS.
        case unsecured([String: String])
        case file(String)
        /// What this command prints.
        case command(String)
        /// Issued by a server for an id and a secret (RFC 6749, section 4.4).
        case clientCredentials(endpoint: WebAddress, id: String, secret: String, scope: String?, isURLEncoded: Bool)
    }

    package var source: Source
    package var extensions: [String: String] = [:]
    package var refresh = TokenRefresh()
    package var connectTimeoutMs: Int64 = 10_000
    package var readTimeoutMs: Int64 = 10_000
    package var retryBackoffMs: Int64 = 100
    package var retryBackoffMaxMs: Int64 = 10_000
    package var trustFile: String?

    init(_ properties: SecurityProperties, _ module: JAASModule?) throws(SecurityError) {
        try Self.refuseUnknown(properties)
        let options = module?.options ?? [:]
        extensions = try Self.extensions(properties, options)
        source = try Self.source(properties, options)
        trustFile = try properties.value("https.ca.location")
        refresh.windowFactor = try properties.number("sasl.login.refresh.window.factor", 0.5...1) ?? 0.8
        refresh.windowJitter = try properties.number("sasl.login.refresh.window.jitter", 0...0.25) ?? 0.05
        refresh.minPeriodMs =
            try properties.integer("sasl.login.refresh.min.period.seconds", 0...900).map { $0 * 1000 } ?? 60_000
        refresh.bufferMs =
            try properties.integer("sasl.login.refresh.buffer.seconds", 0...3600).map { $0 * 1000 } ?? 300_000
        connectTimeoutMs = try properties.integer("sasl.login.connect.timeout.ms", 0...Int64(Int32.max)) ?? 10_000
        readTimeoutMs = try properties.integer("sasl.login.read.timeout.ms", 0...Int64(Int32.max)) ?? 10_000
        retryBackoffMs = try properties.integer("sasl.login.retry.backoff.ms", 0...Int64(Int32.max)) ?? 100
        retryBackoffMaxMs = try properties.integer("sasl.login.retry.backoff.max.ms", 0...Int64(Int32.max)) ?? 10_000
    }

    private static func source(
        _ properties: SecurityProperties, _ options: [String: String]
    ) throws(SecurityError) -> Source {
        let endpoint = try properties.value("sasl.oauthbearer.token.endpoint.url")
        if let command = properties["sasl.oauthbearer.token.command"] {
            guard endpoint == nil else {
                throw SecurityError(
                    "sasl.oauthbearer.token.command and sasl.oauthbearer.token.endpoint.url are both given; keep one")
            }
            return .command(command)
        }
        guard let endpoint else { return try unsecured(properties, options) }
        let address = try WebAddress(endpoint, property: "sasl.oauthbearer.token.endpoint.url")
        if address.scheme == .file { return .file(address.path) }
        let id = try properties.value("sasl.oauthbearer.client.credentials.client.id", "sasl.oauthbearer.client.id")
        let secret = try properties.value(
            "sasl.oauthbearer.client.credentials.client.secret", "sasl.oauthbearer.client.secret")
        guard let id = id ?? options["clientId"], let secret = secret ?? options["clientSecret"] else {
            throw SecurityError(
                "sasl.oauthbearer.token.endpoint.url needs sasl.oauthbearer.client.credentials.client.id and "
                    + "sasl.oauthbearer.client.credentials.client.secret")
        }
        return .clientCredentials(
            endpoint: address, id: id, secret: secret,
            scope: properties["sasl.oauthbearer.scope"] ?? options["scope"],
            isURLEncoded: try properties.bool("sasl.oauthbearer.header.urlencode") ?? false)
    }

    /// As JAAS has it, or librdkafka's `sasl.oauthbearer.config`: `principal=alice scope=a lifeSeconds=60`.
    private static func unsecured(
        _ properties: SecurityProperties, _ options: [String: String]
    ) throws(SecurityError) -> Source {
        guard let text = properties["sasl.oauthbearer.config"] else { return .unsecured(options) }
        guard try properties.bool("enable.sasl.oauthbearer.unsecure.jwt") ?? false else {
            throw SecurityError(
                "sasl.oauthbearer.config makes tokens that nobody signed: set enable.sasl.oauthbearer.unsecure.jwt=true "
                    + "if that is meant, or sasl.oauthbearer.token.endpoint.url")
        }
        var options = options
        for pair in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            guard let sign = pair.firstIndex(of: "=") else {
                throw SecurityError("sasl.oauthbearer.config has '\(pair)', which is no key=value")
            }
            let (key, value) = (String(pair[..<sign]), String(pair[pair.index(after: sign)...]))
            switch key {
            case "principal": options["unsecuredLoginStringClaim_sub"] = value
            case "principalClaimName": options["unsecuredLoginPrincipalClaimName"] = value
            case "scope": options["unsecuredLoginListClaim_scope"] = "," + value
            case "lifeSeconds": options["unsecuredLoginLifetimeSeconds"] = value
            case _ where key.hasPrefix("extension_"): continue
            default: throw SecurityError("sasl.oauthbearer.config has no '\(key.printable)'")
            }
        }
        return .unsecured(options)
    }

    private static func extensions(
        _ properties: SecurityProperties, _ options: [String: String]
    ) throws(SecurityError) -> [String: String] {
        var found: [String: String] = [:]
        for (name, value) in options {
            for prefix in ["unsecuredLoginExtension_", "extension_"] where name.hasPrefix(prefix) {
                found[String(name.dropFirst(prefix.count))] = value
            }
        }
        for pair in (properties["sasl.oauthbearer.extensions"] ?? "").split(separator: ",") {
            guard let sign = pair.firstIndex(of: "=") else {
                throw SecurityError("sasl.oauthbearer.extensions has '\(pair)', which is no key=value")
            }
            found[pair[..<sign].trimmed] = pair[pair.index(after: sign)...].trimmed
        }
        return found
    }

    private static let unsupported = [
        "sasl.oauthbearer.assertion.private.key.file", "sasl.oauthbearer.assertion.file",
        "sasl.oauthbearer.assertion.template.file",
    ]

    private static func refuseUnknown(_ properties: SecurityProperties) throws(SecurityError) {
        for name in unsupported where properties[name].map({ !$0.isEmpty }) ?? false {
            throw SecurityError(
                "\(name) is set, but tokens are not asked for with assertions here; use client credentials")
        }
        if let grant = properties["sasl.oauthbearer.grant.type"], grant != "client_credentials" {
            throw SecurityError(
                "sasl.oauthbearer.grant.type can't be '\(grant.printable)'; client_credentials is supported")
        }
        if let kind = properties["sasl.oauthbearer.metadata.authentication.type"], kind != "none" {
            throw SecurityError("sasl.oauthbearer.metadata.authentication.type can't be '\(kind.printable)' here")
        }
        let package = "org.apache.kafka.common.security.oauthbearer."
        let known = ["DefaultJwtRetriever", "ClientCredentialsJwtRetriever", "FileJwtRetriever"].map { package + $0 }
        if let name = properties["sasl.oauthbearer.jwt.retriever.class"], !known.contains(name) {
            throw SecurityError(
                "sasl.oauthbearer.jwt.retriever.class names '\(name.printable)', which is not known here")
        }
    }
}
