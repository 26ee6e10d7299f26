// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// How a client logs in: the mechanism, and what it needs.
package struct SASLSettings: Sendable {
    package enum Login: Sendable {
        case plain(user: String, password: String)
        case scram(ScramMechanism, user: String, password: String, extensions: [String: String])
        case oauthBearer(OAuthSettings)
        case awsMSKIAM(profile: String?)
        case gssapi(GSSAPISettings)
    }

    package var login: Login
    /// As brokers name it.
    package var mechanism: String

    /// - Parameter environment: of the process; `KAFKA_OPTS` may name a JAAS file, which counts where no property says
    ///   how to log in.
    package init(_ properties: SecurityProperties, environment: [String: String]) throws(SecurityError) {
        try CallbackClasses.check(properties)
        let user = properties["sasl.username"]
        let named = try properties.value("sasl.mechanism", "sasl.mechanisms")
        let module = try Self.module(properties, environment, for: named, hasUser: user != nil)
        mechanism = if let named { named } else { try Self.inferred(module, hasUser: user != nil) }
        if let module, let expected = Self.moduleNames[mechanism] {
            guard module.name == expected else {
                throw SecurityError(
                    "sasl.mechanism is \(mechanism), but the JAAS configuration has \(module.name.printable); "
                        + "\(mechanism) needs \(expected)")
            }
        }
        switch mechanism {
        case "PLAIN":
            let (user, password) = try Self.userAndPassword(properties, module, mechanism)
            login = .plain(user: user, password: password)
        case "SCRAM-SHA-256", "SCRAM-SHA-512":
            let (user, password) = try Self.userAndPassword(properties, module, mechanism)
            let isToken = module?["tokenauth"]?.lowercased() == "true"
            login = .scram(
                mechanism == "SCRAM-SHA-256" ? .sha256 : .sha512, user: user, password: password,
                extensions: isToken ? ["tokenauth": "true"] : [:])
        case "OAUTHBEARER": login = .oauthBearer(try OAuthSettings(properties, module))
        case "AWS_MSK_IAM": login = .awsMSKIAM(profile: module?["awsProfileName"])
        case "GSSAPI": login = .gssapi(try GSSAPISettings(properties, module))
        default:
            throw SecurityError(
                "sasl.mechanism can't be '\(mechanism.printable)'; it is one of \(Self.mechanisms.joined(separator: ", "))"
            )
        }
    }

    package static let mechanisms = [
        "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM", "GSSAPI",
    ]

    package static let moduleNames = [
        "PLAIN": "PlainLoginModule", "SCRAM-SHA-256": "ScramLoginModule", "SCRAM-SHA-512": "ScramLoginModule",
        "OAUTHBEARER": "OAuthBearerLoginModule", "AWS_MSK_IAM": "IAMLoginModule", "GSSAPI": "Krb5LoginModule",
    ]

    private static func module(
        _ properties: SecurityProperties, _ environment: [String: String], for mechanism: String?, hasUser: Bool
    ) throws(SecurityError) -> JAASModule? {
        if let text = properties["sasl.jaas.config"] {
            do throws(SecurityError) { return try JAASModule(text) } catch {
                throw SecurityError("sasl.jaas.config: \(error.message)")
            }
        }
        if hasUser { return nil }
        return try JAASFile.named(in: environment)?.module(
            of: "KafkaClient", preferring: mechanism.flatMap { moduleNames[$0] })
    }

    /// Java takes GSSAPI, and complains of Kerberos to people who never heard of it.
    private static func inferred(_ module: JAASModule?, hasUser: Bool) throws(SecurityError) -> String {
        switch module?.name {
        case "PlainLoginModule": return "PLAIN"
        case "OAuthBearerLoginModule": return "OAUTHBEARER"
        case "IAMLoginModule": return "AWS_MSK_IAM"
        case "Krb5LoginModule": return "GSSAPI"
        case "ScramLoginModule":
            throw SecurityError("sasl.mechanism is missing; set it to SCRAM-SHA-256 or SCRAM-SHA-512")
        case let name?:
            throw SecurityError(
                "sasl.mechanism is missing, and \(name.printable) of the JAAS configuration is not known; set it to one of "
                    + mechanisms.joined(separator: ", "))
        case nil where hasUser:
            throw SecurityError("sasl.mechanism is missing; set it to PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512")
        case nil:
            throw SecurityError(
                "security.protocol asks for a login, but sasl.mechanism is missing; set it, and sasl.jaas.config or "
                    + "sasl.username and sasl.password")
        }
    }

    private static func userAndPassword(
        _ properties: SecurityProperties, _ module: JAASModule?, _ mechanism: String
    ) throws(SecurityError) -> (String, String) {
        func value(_ property: String, _ option: String) throws(SecurityError) -> String {
            let (own, other) = (properties[property], module?[option])
            if let own, let other, own != other {
                throw SecurityError(
                    "\(property) and '\(option)' of the JAAS configuration mean the same and are both given, but differ; keep one"
                )
            }
            guard let value = own ?? other, !value.isEmpty else {
                throw SecurityError(
                    module == nil
                        ? "\(mechanism) needs \(property), or '\(option)' in sasl.jaas.config"
                        : "the JAAS configuration has no '\(option)', which \(mechanism) needs")
            }
            return value
        }
        return (try value("sasl.username", "username"), try value("sasl.password", "password"))
    }
}

/// Names of Java classes that stand in configurations. Those that mean what is done here anyway are taken.
enum CallbackClasses {
    private static let known: Set<String> = [
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
        "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler",
        "org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler",
        "org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClientCallbackHandler",
        "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler",
        "org.apache.kafka.common.security.authenticator.DefaultLogin",
        "org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler",
        "org.apache.kafka.common.security.scram.internals.ScramSaslClientCallbackHandler",
        "org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerRefreshingLogin",
        "org.apache.kafka.common.security.kerberos.KerberosLogin",
        "org.apache.kafka.common.security.kerberos.KerberosClientCallbackHandler",
        "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
    ]

    static func check(_ properties: SecurityProperties) throws(SecurityError) {
        let names = ["sasl.login.callback.handler.class", "sasl.client.callback.handler.class", "sasl.login.class"]
        for name in names {
            guard let value = properties[name]?.trimmed, !value.isEmpty, !known.contains(value) else { continue }
            throw SecurityError(
                "\(name) names '\(value.printable)', a Java class that can't be run here; sasl.oauthbearer.token.command runs a "
                    + "program that prints a token")
        }
    }
}
