// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaSecurity

@Suite("How a client's properties say to log in")
struct SASLSettingsTests {
    private static let plain = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    private static let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    private static let oauth = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"

    private static func settings(
        _ properties: [String: String], _ environment: [String: String] = [:]
    ) throws(SecurityError) -> SASLSettings {
        try SASLSettings(SecurityProperties(properties), environment: environment)
    }

    @Test("User and password come from JAAS or from librdkafka's names, or from both if they agree")
    func users() throws {
        for properties in [
            ["sasl.mechanism": "PLAIN", "sasl.jaas.config": "\(Self.plain) username=a password=1;"],
            ["sasl.jaas.config": "\(Self.plain) username=a password=1;"],
            ["sasl.mechanisms": "PLAIN", "sasl.username": "a", "sasl.password": "1"],
            [
                "sasl.mechanisms": "PLAIN", "sasl.mechanism": "PLAIN", "sasl.username": "a", "sasl.password": "1",
                "sasl.jaas.config": "\(Self.plain) username=a password=1;",
            ],
        ] {
            guard case .plain("a", "1") = try Self.settings(properties).login else {
                Issue.record("\(properties)")
                continue
            }
        }
        let token = try Self.settings([
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.jaas.config": "\(Self.scram) username=i password=h tokenauth=true;",
        ])
        guard case .scram(.sha512, "i", "h", ["tokenauth": "true"]) = token.login else {
            Issue.record("\(token)")
            return
        }
    }

    @Test(
        "What contradicts itself or is missing is refused with what to do, and without secrets",
        arguments: [
            ([:], "sasl.mechanism is missing"),
            (["sasl.username": "a", "sasl.password": "pw"], "set it to PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"),
            (["sasl.jaas.config": "\(scram) username=a password=pw;"], "SCRAM-SHA-256 or SCRAM-SHA-512"),
            (["sasl.mechanism": "plain", "sasl.username": "a", "sasl.password": "pw"], "can't be 'plain'"),
            (["sasl.mechanism": "PLAIN", "sasl.mechanisms": "GSSAPI"], "both given, but differ"),
            (["sasl.mechanism": "PLAIN", "sasl.username": "a"], "sasl.password"),
            (["sasl.mechanism": "PLAIN", "sasl.jaas.config": "\(plain) username=a;"], "no 'password'"),
            (
                [
                    "sasl.mechanism": "PLAIN", "sasl.password": "pw",
                    "sasl.jaas.config": "\(plain) username=a password=other;",
                ],
                "differ"
            ),
            (
                ["sasl.mechanism": "PLAIN", "sasl.jaas.config": "\(scram) username=a password=pw;"],
                "needs PlainLoginModule"
            ),
            (["sasl.mechanism": "PLAIN", "sasl.jaas.config": "\(plain) username=a password=pw"], "semi-colon"),
            (
                ["sasl.mechanism": "OAUTHBEARER", "sasl.login.callback.handler.class": "com.example.Login"],
                "'com.example.Login'"
            ),
            (
                ["sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.token.endpoint.url": "ftp://x"],
                "can't be 'ftp://x'"
            ),
            (
                ["sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.token.endpoint.url": "https://u:pw@x/"],
                "can't be '…@x/'"
            ),
            (
                ["sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.token.endpoint.url": "https://x"],
                "client.credentials.client.id"
            ),
            (
                [
                    "sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.token.endpoint.url": "file:///t",
                    "sasl.oauthbearer.token.command": "cat /t",
                ], "keep one"
            ),
            (["sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.config": "principal=a"], "unsecure.jwt"),
            (["sasl.mechanism": "OAUTHBEARER", "sasl.login.refresh.window.factor": "2"], "0.5 to 1.0"),
            (["sasl.mechanism": "GSSAPI"], "sasl.kerberos.service.name"),
        ] as [([String: String], String)])
    func mistakes(_ properties: [String: String], _ words: String) {
        let error = #expect(throws: SecurityError.self) { try Self.settings(properties) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("pw") == false)
    }

    @Test("Tokens come from a file, a command, a server, or are made up")
    func tokens() throws {
        func source(_ properties: [String: String]) throws -> OAuthSettings.Source? {
            var properties = properties
            properties["sasl.mechanism"] = "OAUTHBEARER"
            guard case .oauthBearer(let settings) = try Self.settings(properties).login else { return nil }
            return settings.source
        }
        #expect(try source(["sasl.oauthbearer.token.endpoint.url": "file:///run/token"]) == .file("/run/token"))
        #expect(try source(["sasl.oauthbearer.token.command": "vault read x"]) == .command("vault read x"))
        let url = "https://issuer:8443/token?tenant=1"
        let expected = OAuthSettings.Source.clientCredentials(
            endpoint: try WebAddress(url, property: ""), id: "i", secret: "s", scope: "kafka", isURLEncoded: false)
        #expect(
            try source([
                "sasl.oauthbearer.token.endpoint.url": url, "sasl.oauthbearer.client.id": "i",
                "sasl.oauthbearer.client.credentials.client.secret": "s", "sasl.oauthbearer.scope": "kafka",
            ]) == expected)
        #expect(
            try source([
                "sasl.oauthbearer.token.endpoint.url": url,
                "sasl.jaas.config": "\(Self.oauth) clientId=i clientSecret=s scope=kafka;",
            ]) == expected)
        #expect(
            try source(["sasl.jaas.config": "\(Self.oauth) unsecuredLoginStringClaim_sub=a;"])
                == .unsecured(["unsecuredLoginStringClaim_sub": "a"]))
    }
}
