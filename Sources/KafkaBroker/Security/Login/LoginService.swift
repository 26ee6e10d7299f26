// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaSecurity
internal import Logging

/// The logins of all listeners that have them, as the configuration says.
struct LoginService: Sendable {
    /// By the listener's name.
    private(set) var listeners: [String: LoginMethods] = [:]
    let users: UserDirectory
    /// What the caller should log.
    private(set) var warnings: [String] = []
    private var keys: [SigningKeys] = []

    private let configuration: BrokerConfiguration
    private let file: JAASFile?
    private let now: @Sendable () -> Int64
    private let logger: Logger

    /// - Parameters:
    ///   - environment: of the process; `KAFKA_OPTS` may name a JAAS file.
    ///   - now: milliseconds since 1970.
    /// - Throws: if a listener's logins can't be served as they are configured.
    init(
        _ configuration: BrokerConfiguration, environment: [String: String],
        now: @escaping @Sendable () -> Int64 = WallClock.milliseconds, logger: Logger
    ) throws {
        self.configuration = configuration
        self.now = now
        self.logger = logger
        users = UserDirectory(now: now)
        let secured = configuration.listeners.filter { [.saslPlaintext, .saslSSL].contains($0.securityProtocol) }
        file = secured.isEmpty ? nil : try JAASFile.named(in: environment)
        for listener in secured {
            do throws(SecurityError) { listeners[listener.name] = try methods(of: listener) } catch {
                throw ConfigurationError(.invalidConfig, "listener \(listener.name): \(error.message)")
            }
        }
    }

    /// Reads what is elsewhere; what isn't there yet is tried again when it is needed.
    func start() async {
        for keys in keys {
            do throws(SecurityError) { try await keys.load() } catch { logger.warning("\(error.message)") }
        }
    }

    private mutating func methods(of listener: Listener) throws(SecurityError) -> LoginMethods {
        let properties = configuration.properties(ofListener: listener.name)
        let names = ConfigDefinition.elements(properties["sasl.enabled.mechanisms"] ?? "").map(\.trimmed)
            .filter { !$0.isEmpty }
        guard !names.isEmpty else {
            throw SecurityError(
                "sasl.enabled.mechanisms is not set, and its default, GSSAPI, is none that this broker has; set it to some of "
                    + Self.known.joined(separator: ","))
        }
        if configuration.override("sasl.jaas.config") != nil || properties["sasl.jaas.config"] != nil {
            warnings.append(
                "sasl.jaas.config without a listener and a mechanism is ignored; write "
                    + "listener.name.\(listener.name.lowercased()).\(names[0].lowercased()).sasl.jaas.config")
        }
        var methods: [String: LoginMethods.Method] = [:]
        for name in names {
            let prefix = name.lowercased() + "."
            let settings = Settings(properties: properties, prefix: prefix, configuration: configuration)
            try Self.checkClass(settings["sasl.server.callback.handler.class"])
            methods[name] = LoginMethods.Method(
                makeServer: try server(name, listener, settings),
                maxReauthMs: max(Int64(settings["connections.max.reauth.ms"] ?? "0") ?? 0, 0))
        }
        return LoginMethods(
            methods: methods, mechanisms: names,
            failureDelayMs: configuration.int64("connection.failed.authentication.delay.ms"))
    }

    /// What is set for one mechanism of a listener, else for the listener, else for all.
    private struct Settings {
        let properties: SecurityProperties
        let prefix: String
        let configuration: BrokerConfiguration

        subscript(_ name: String) -> String? {
            properties[prefix + name] ?? properties[name] ?? configuration.optionalString(name)
        }
        /// Which must be set for the mechanism.
        var jaas: String? { properties[prefix + "sasl.jaas.config"] }
    }

    private static let known = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

    private mutating func server(
        _ mechanism: String, _ listener: Listener, _ settings: Settings
    ) throws(SecurityError) -> @Sendable () -> any SASLServer {
        let place = "listener.name.\(listener.name.lowercased()).\(mechanism.lowercased()).sasl.jaas.config"
        switch mechanism {
        case "PLAIN":
            guard let module = try module(mechanism, listener, settings, place) else {
                throw SecurityError(
                    "PLAIN has no users; write \(place)=\(JAASModule.plainClass) required user_alice=\"…\";")
            }
            var passwords: [String: String] = [:]
            for (name, value) in module.options where name.hasPrefix("user_") {
                passwords[String(name.dropFirst(5))] = value
            }
            return { [passwords] in PlainServer { passwords[$0] } }
        case "SCRAM-SHA-256", "SCRAM-SHA-512":
            guard let scram = ScramMechanism(name: mechanism) else { break }
            return { [users] in
                ScramServer(scram, secret: users.secret) { users.find(scram, $0, isToken: $1) }
            }
        case "OAUTHBEARER":
            return try tokens(try module(mechanism, listener, settings, place)?.options ?? [:], settings, listener)
        default: break
        }
        throw SecurityError(
            "sasl.enabled.mechanisms has '\(mechanism.printable)', which this broker does not have; it has "
                + Self.known.joined(separator: ", "))
    }

    private func module(
        _ mechanism: String, _ listener: Listener, _ settings: Settings, _ place: String
    ) throws(SecurityError) -> JAASModule? {
        let name = SASLSettings.moduleNames[mechanism]
        guard let text = settings.jaas else {
            for section in ["\(listener.name.lowercased()).KafkaServer", "KafkaServer"] {
                guard let modules = file?.sections[section] else { continue }
                return modules.first { $0.name == name }
            }
            return nil
        }
        let module: JAASModule
        do throws(SecurityError) { module = try JAASModule(text) } catch {
            throw SecurityError("\(place): \(error.message)")
        }
        guard module.name == name else {
            throw SecurityError("\(place) has \(module.name.printable), and \(mechanism) needs \(name ?? "another")")
        }
        return module
    }

    private static func checkClass(_ name: String?) throws(SecurityError) {
        guard let name = name?.trimmed, !name.isEmpty else { return }
        let prefix = "org.apache.kafka.common.security."
        let known = [
            "oauthbearer.OAuthBearerValidatorCallbackHandler",
            "oauthbearer.secured.OAuthBearerValidatorCallbackHandler",
            "oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler",
            "plain.internals.PlainServerCallbackHandler", "scram.internals.ScramServerCallbackHandler",
        ]
        guard known.contains(where: { name == prefix + $0 }) else {
            throw SecurityError(
                "sasl.server.callback.handler.class names '\(name.printable)', a Java class that this broker can't run")
        }
    }

    // MARK: Tokens

    private mutating func tokens(
        _ options: [String: String], _ settings: Settings, _ listener: Listener
    ) throws(SecurityError) -> @Sendable () -> any SASLServer {
        let now = now
        guard let url = settings["sasl.oauthbearer.jwks.endpoint.url"], !url.trimmed.isEmpty else {
            // Whoever asks for signatures must not get none.
            if settings["sasl.server.callback.handler.class"]?.contains("unsecured") == false {
                throw SecurityError(
                    "OAUTHBEARER needs sasl.oauthbearer.jwks.endpoint.url, where the keys of tokens are")
            }
            warnings.append(
                "listener \(listener.name) takes OAUTHBEARER tokens that nobody signed, from everybody: that is for "
                    + "development; sasl.oauthbearer.jwks.endpoint.url names the keys of signed ones")
            let claims = try UnsecuredTokenClaims(options)
            return { OAuthBearerServer { claims.check($0, now: now()) } }
        }
        let claims = try claims(settings)
        func number(_ name: String) -> Int64 { Int64(settings[name] ?? "") ?? 0 }
        var source = SigningKeys.Settings(source: try WebAddress(url, property: "sasl.oauthbearer.jwks.endpoint.url"))
        source.refreshMs = number("sasl.oauthbearer.jwks.endpoint.refresh.ms")
        source.backoffMs = number("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms")
        source.backoffMaxMs = number("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms")
        if settings["ssl.truststore.type"]?.uppercased() == "PEM" {
            source.trustFile = settings["ssl.truststore.location"]
        }
        let keys = SigningKeys(source, now: now, logger: logger)
        self.keys.append(keys)
        return {
            OAuthBearerServer { text in
                guard let token = JSONWebToken(text) else { return .failure(.init("the token is no JWT")) }
                switch keys.verify(token) {
                case .valid: return claims.check(token, now: now())
                case .wrongSignature: return .failure(.init("the token's signature is wrong"))
                case .unknownKey: return .failure(.init("the token is signed with an unknown key"))
                case .unknownAlgorithm: return .failure(.init("the token is not signed by a known algorithm"))
                }
            }
        }
    }

    /// Keys alone prove little: those of a large issuer sign the tokens of all its customers.
    private func claims(_ settings: Settings) throws(SecurityError) -> TokenClaims {
        var claims = TokenClaims()
        claims.subjectClaim = settings["sasl.oauthbearer.sub.claim.name"] ?? "sub"
        claims.audience = ConfigDefinition.elements(settings["sasl.oauthbearer.expected.audience"] ?? "")
            .map(\.trimmed).filter { !$0.isEmpty }
        claims.issuer = settings["sasl.oauthbearer.expected.issuer"].flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
        let skew = Int64(settings["sasl.oauthbearer.clock.skew.seconds"] ?? "30") ?? 30
        claims.clockSkewMs = max(skew, 0).multipliedSaturating(by: 1000)
        func require(_ isThere: Bool, _ what: String) throws(SecurityError) {
            guard !isThere, settings["sasl.oauthbearer.allow.unverified.\(what)"]?.lowercased() != "true" else {
                return
            }
            throw SecurityError(
                "OAUTHBEARER needs sasl.oauthbearer.expected.\(what), or sasl.oauthbearer.allow.unverified.\(what)=true "
                    + "if tokens for everybody are meant")
        }
        try require(!claims.audience.isEmpty, "audience")
        try require(claims.issuer != nil, "issuer")
        return claims
    }
}
