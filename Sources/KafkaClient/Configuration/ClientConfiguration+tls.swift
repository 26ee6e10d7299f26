// SPDX-License-Identifier: Apache-2.0

extension ClientConfiguration {
    /// The properties of TLS that Java's clients have, and librdkafka's names for the same.
    static let tls: [ConfigurationDefinition] = [
        .security(
            "enable.ssl.certificate.verification", .bool, "true",
            "Whether a broker's certificate is checked at all; librdkafka's name."),
        .security("ssl.ca.certificate.stores", .string, nil, "Certificate stores of Windows; has no effect here."),
        .security("ssl.ca.location", .string, nil, "File or directory of trusted certificates; librdkafka's name."),
        .security("ssl.ca.pem", .password, nil, "Trusted certificates as PEM text; librdkafka's name."),
        .security("ssl.certificate.location", .string, nil, "File with the client's certificates; librdkafka's name."),
        .security("ssl.certificate.pem", .password, nil, "The client's certificates as PEM text; librdkafka's name."),
        .security("ssl.cipher.suites", .list, nil, "Cipher suites that may be used, by IANA's or OpenSSL's names."),
        .security("ssl.crl.location", .string, nil, "Revoked certificates; refused here."),
        .security("ssl.curves.list", .string, nil, "Curves that may be used; librdkafka's name."),
        .security("ssl.enabled.protocols", .list, "TLSv1.2,TLSv1.3", "Versions of TLS that may be used."),
        .security(
            "ssl.endpoint.identification.algorithm", .string, "https",
            "How the broker's name is checked; empty or none: not at all."),
        .security("ssl.key.location", .string, nil, "File with the client's private key; librdkafka's name."),
        .security("ssl.key.password", .password, nil, "Password of the private key."),
        .security("ssl.key.pem", .password, nil, "The client's private key as PEM text; librdkafka's name."),
        .security("ssl.keystore.certificate.chain", .password, nil, "The client's certificate chain as PEM text."),
        .security("ssl.keystore.key", .password, nil, "The client's private key as PEM text."),
        .security("ssl.keystore.location", .string, nil, "File with the client's private key and certificate."),
        .security("ssl.keystore.password", .password, nil, "Password of the key store."),
        .security(
            "ssl.keystore.type", .string, "JKS", "Format of the key store; the file's content decides in the end."),
        .security("ssl.protocol", .string, "TLSv1.3", "Newest version of TLS that may be used."),
        .security("ssl.sigalgs.list", .string, nil, "Signature algorithms; librdkafka's name, has no effect here."),
        .security("ssl.truststore.certificates", .password, nil, "Trusted certificates as PEM text."),
        .security("ssl.truststore.location", .string, nil, "File with the certificates of trusted authorities."),
        .security("ssl.truststore.password", .password, nil, "Password of the trust store."),
        .security(
            "ssl.truststore.type", .string, "JKS", "Format of the trust store; the file's content decides in the end."),
    ]

    /// What only a Java virtual machine can use.
    static let tlsWithoutEffect = [
        "ssl.engine.factory.class", "ssl.keymanager.algorithm", "ssl.provider", "ssl.providers",
        "ssl.secure.random.implementation", "ssl.trustmanager.algorithm",
    ]
}
