// SPDX-License-Identifier: Apache-2.0

extension ClientConfiguration {
    /// The properties of logins that Java's clients have, librdkafka's names for the same, and one of our own.
    static let sasl: [ConfigurationDefinition] =
        saslCommon + saslKerberos + saslTokens + saslTokenTimes

    private static let saslCommon: [ConfigurationDefinition] = [
        .security("sasl.mechanism", .string, nil, "How to log in: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER …"),
        .security("sasl.mechanisms", .string, nil, "librdkafka's name of sasl.mechanism."),
        .security("sasl.jaas.config", .password, nil, "Login module and its options, such as user and password."),
        .security("sasl.username", .string, nil, "The user of PLAIN and SCRAM."),
        .security("sasl.password", .password, nil, "The password of PLAIN and SCRAM."),
        .security("sasl.client.callback.handler.class", .string, nil, "A Java class; only the usual ones are known."),
        .security("sasl.login.callback.handler.class", .string, nil, "A Java class; only the usual ones are known."),
        .security("sasl.login.class", .string, nil, "A Java class; only the usual ones are known."),
    ]

    private static let saslKerberos: [ConfigurationDefinition] = [
        .security("sasl.kerberos.service.name", .string, nil, "The brokers' name in Kerberos, mostly kafka."),
        .security("sasl.kerberos.keytab", .string, nil, "Key table of the user; librdkafka's name."),
        .security("sasl.kerberos.principal", .string, nil, "The user in Kerberos; librdkafka's name."),
        .security("sasl.kerberos.kinit.cmd", .string, "/usr/bin/kinit", "Not used; tickets are the system's."),
        .security("sasl.kerberos.min.time.before.relogin", .int64(0 ... .max), "60000", "Not used."),
        .security("sasl.kerberos.ticket.renew.jitter", .string, "0.05", "Not used."),
        .security("sasl.kerberos.ticket.renew.window.factor", .string, "0.8", "Not used."),
    ]

    private static let saslTokens: [ConfigurationDefinition] = [
        .security("enable.sasl.oauthbearer.unsecure.jwt", .bool, "false", "Allows tokens that nobody signed."),
        .security(
            "https.ca.location", .string, nil, "Certificates to trust for the token endpoint; else the system's."),
        .security("sasl.oauthbearer.assertion.algorithm", .string, "RS256", "For assertions, which are not supported."),
        .security("sasl.oauthbearer.assertion.file", .string, nil, "An assertion; not supported."),
        .security("sasl.oauthbearer.assertion.private.key.file", .string, nil, "For assertions; not supported."),
        .security("sasl.oauthbearer.assertion.template.file", .string, nil, "For assertions; not supported."),
        .security("sasl.oauthbearer.client.credentials.client.id", .string, nil, "The id to get tokens with."),
        .security(
            "sasl.oauthbearer.client.credentials.client.secret", .password, nil, "The secret to get tokens with."),
        .security("sasl.oauthbearer.client.id", .string, nil, "librdkafka's name of the id to get tokens with."),
        .security(
            "sasl.oauthbearer.client.secret", .password, nil, "librdkafka's name of the secret to get tokens with."),
        .security("sasl.oauthbearer.config", .string, nil, "What an unsigned token says: principal=… scope=…"),
        .security(
            "sasl.oauthbearer.extensions", .string, nil, "What goes with a token: name=value, with commas between."),
        .security("sasl.oauthbearer.grant.type", .string, "client_credentials", "How tokens are asked for."),
        .security("sasl.oauthbearer.header.urlencode", .bool, "false", "Whether id and secret are encoded as in URLs."),
        .security("sasl.oauthbearer.jwt.retriever.class", .string, nil, "A Java class; only the usual ones are known."),
        .security("sasl.oauthbearer.jwt.validator.class", .string, nil, "A Java class; not used."),
        .security("sasl.oauthbearer.metadata.authentication.type", .string, "none", "Tokens of clouds; not supported."),
        .security(
            "sasl.oauthbearer.method", .word(["default", "oidc"], ignoringCase: true), "default", "librdkafka's."),
        .security("sasl.oauthbearer.scope", .string, nil, "The scope to ask for in a token."),
        .security("sasl.oauthbearer.scope.claim.name", .string, "scope", "Not used by clients."),
        .security("sasl.oauthbearer.sub.claim.name", .string, "sub", "Not used by clients."),
        .security("sasl.oauthbearer.token.command", .string, nil, "A shell command that prints a token."),
        .security("sasl.oauthbearer.token.endpoint.url", .string, nil, "Who issues tokens, or file:///PATH of one."),
    ]

    private static let saslTokenTimes: [ConfigurationDefinition] = [
        .security(
            "sasl.login.connect.timeout.ms", .int32(0 ... .max), "10000", "How long the token endpoint may take."),
        .security("sasl.login.read.timeout.ms", .int32(0 ... .max), "10000", "How long its answer may take."),
        .security(
            "sasl.login.refresh.buffer.seconds", .int32(0...3600), "300", "Time before its end to renew a token."),
        .security("sasl.login.refresh.min.period.seconds", .int32(0...900), "60", "Shortest time between two tokens."),
        .security(
            "sasl.login.refresh.window.factor", .string, "0.8", "Share of a token's life after which it is renewed."),
        .security("sasl.login.refresh.window.jitter", .string, "0.05", "Random share that is added to it."),
        .security(
            "sasl.login.retry.backoff.ms", .int64(0 ... .max), "100", "First pause before asking for a token again."),
        .security("sasl.login.retry.backoff.max.ms", .int64(0 ... .max), "10000", "Longest pause before asking again."),
    ]
}
