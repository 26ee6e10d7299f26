// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    static let brokerTLS: [ConfigDefinition] = [
        .bool("ssl.allow.dn.changes", false, "Lets a renewed certificate name another subject."),
        .bool("ssl.allow.san.changes", false, "Lets a renewed certificate drop alternative names."),
        .list(
            "ssl.cipher.suites", "", "Cipher suites that may be used; empty: the library's choice.", .any, .perBroker),
        .string(
            "ssl.client.auth", "none", "Whether clients show a certificate.",
            .oneOf(["required", "requested", "none"]), .perBroker),
        .list("ssl.enabled.protocols", "TLSv1.2,TLSv1.3", "Versions of TLS that may be used.", .any, .perBroker),
        .string(
            "ssl.endpoint.identification.algorithm", "https", "How the name in a server's certificate is checked.",
            .any, .perBroker),
        .type("ssl.engine.factory.class", nil, "A Java class; not used.", .perBroker),
        .password("ssl.key.password", "Password of the private key.", .perBroker),
        .string("ssl.keymanager.algorithm", "SunX509", "Not used.", .any, .perBroker),
        .password("ssl.keystore.certificate.chain", "The certificate chain as PEM text.", .perBroker),
        .password("ssl.keystore.key", "The private key as PEM text.", .perBroker),
        .string("ssl.keystore.location", nil, "File with the private key and the certificate.", .any, .perBroker),
        .password("ssl.keystore.password", "Password of the key store.", .perBroker),
        .string("ssl.keystore.type", "JKS", "Format of the key store: PEM, PKCS12 or JKS.", .any, .perBroker),
        .type(
            "principal.builder.class", "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
            "A Java class; not used.", .perBroker),
        .string("ssl.principal.mapping.rules", "DEFAULT", "How a certificate's name becomes a user's."),
        .string("ssl.protocol", "TLSv1.3", "Preferred version of TLS.", .any, .perBroker),
        .string("ssl.provider", nil, "Not used.", .any, .perBroker),
        .string("ssl.secure.random.implementation", nil, "Not used.", .any, .perBroker),
        .string("ssl.trustmanager.algorithm", "PKIX", "Not used.", .any, .perBroker),
        .password("ssl.truststore.certificates", "Trusted certificates as PEM text.", .perBroker),
        .string("ssl.truststore.location", nil, "File with the trusted certificates.", .any, .perBroker),
        .password("ssl.truststore.password", "Password of the trust store.", .perBroker),
        .string("ssl.truststore.type", "JKS", "Format of the trust store: PEM, PKCS12 or JKS.", .any, .perBroker),
    ]

    static let brokerSASL: [ConfigDefinition] = [
        .type("sasl.client.callback.handler.class", nil, "A Java class; not used."),
        .list("sasl.enabled.mechanisms", "GSSAPI", "SASL mechanisms that clients may use.", .any, .perBroker),
        .password("sasl.jaas.config", "Login context in JAAS syntax, for one listener and mechanism.", .perBroker),
        .string("sasl.kerberos.kinit.cmd", "/usr/bin/kinit", "Path of kinit.", .any, .perBroker),
        .long("sasl.kerberos.min.time.before.relogin", 60_000, "Time between Kerberos logins.", .any, .perBroker),
        .list(
            "sasl.kerberos.principal.to.local.rules", "DEFAULT", "How a Kerberos principal becomes a user.", .any,
            .perBroker),
        .string("sasl.kerberos.service.name", nil, "Kerberos name of the service.", .any, .perBroker),
        .double(
            "sasl.kerberos.ticket.renew.jitter", 0.05, "Random share added to a ticket's renewal time.", .any,
            .perBroker),
        .double(
            "sasl.kerberos.ticket.renew.window.factor", 0.8, "Share of a ticket's life after which it is renewed.",
            .any, .perBroker),
        .type("sasl.login.callback.handler.class", nil, "A Java class; not used."),
        .type("sasl.login.class", nil, "A Java class; not used."),
        .int("sasl.login.connect.timeout.ms", nil, "Timeout of connections to a login service."),
        .int("sasl.login.read.timeout.ms", nil, "Timeout of reads from a login service."),
        .short(
            "sasl.login.refresh.buffer.seconds", 300, "Time before a token's end in which it is renewed.", .any,
            .perBroker),
        .short(
            "sasl.login.refresh.min.period.seconds", 60, "The shortest time between renewals of a token.", .any,
            .perBroker),
        .double(
            "sasl.login.refresh.window.factor", 0.8, "Share of a token's life after which it is renewed.", .any,
            .perBroker),
        .double(
            "sasl.login.refresh.window.jitter", 0.05, "Random share added to a token's renewal time.", .any, .perBroker),
        .long("sasl.login.retry.backoff.max.ms", 10_000, "The longest pause between attempts at a login service."),
        .long("sasl.login.retry.backoff.ms", 100, "The first pause between attempts at a login service."),
        .string("sasl.mechanism.inter.broker.protocol", "GSSAPI", "SASL mechanism among brokers.", .any, .perBroker),
        .type("sasl.server.callback.handler.class", nil, "A Java class; not used."),
        .int("sasl.server.max.receive.size", 524_288, "The largest message before a login is complete."),
        .string("security.providers", nil, "Java classes; not used."),
    ]

    static let brokerOAuth: [ConfigDefinition] = [
        .bool(
            "sasl.oauthbearer.allow.unverified.audience", false, "Takes tokens whatever audience they are for."
        ).hidden,
        .bool("sasl.oauthbearer.allow.unverified.issuer", false, "Takes tokens whoever issued them.").hidden,
        .int("sasl.oauthbearer.clock.skew.seconds", 30, "Difference of clocks that is tolerated in tokens."),
        .list("sasl.oauthbearer.expected.audience", nil, "Audiences that a token may name.", .any),
        .string("sasl.oauthbearer.expected.issuer", nil, "Issuer that a token must name."),
        .long("sasl.oauthbearer.jwks.endpoint.refresh.ms", 3_600_000, "Time between reads of the signing keys."),
        .long(
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", 10_000,
            "The longest pause between attempts to read them."),
        .long("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", 100, "The first pause between attempts to read them."),
        .string("sasl.oauthbearer.jwks.endpoint.url", nil, "Where the signing keys are."),
        .string("sasl.oauthbearer.scope.claim.name", "scope", "Claim that holds a token's scope; not used."),
        .string("sasl.oauthbearer.sub.claim.name", "sub", "Claim that holds a token's subject."),
        .string("sasl.oauthbearer.token.endpoint.url", nil, "Where tokens are issued."),
    ]

    static let brokerTokens: [ConfigDefinition] = [
        .long(
            "delegation.token.expiry.check.interval.ms", 3_600_000, "Time between searches for expired tokens.",
            .atLeast(1)),
        .long(
            "delegation.token.expiry.time.ms", 86_400_000, "How long a token is valid until it is renewed.", .atLeast(1)
        ),
        .long("delegation.token.max.lifetime.ms", 604_800_000, "How long a token can be renewed.", .atLeast(1)),
        .password(
            "delegation.token.secret.key", "Secret that delegation tokens are made with; without it there are none."),
    ]

    static let brokerAuthorizer: [ConfigDefinition] = [
        .string(
            "authorizer.class.name", "",
            "The authorizer: org.apache.kafka.metadata.authorizer.StandardAuthorizer, or none.", .nonNull),
        .bool("allow.everyone.if.no.acl.found", false, "Lets everyone use resources that no ACL is about.").hidden,
        .string("super.users", "", "Users that may do everything, separated by semicolons: User:alice.").hidden,
    ]
}
