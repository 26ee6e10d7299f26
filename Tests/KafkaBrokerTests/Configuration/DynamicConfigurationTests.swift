// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("Configurations that a running broker takes")
struct DynamicConfigurationTests {
    /// What Kafka's DynamicListenerConfig and its security settings name, but for the listeners themselves, which are not
    /// changed here while the broker runs.
    private static let perBroker: Set<String> = [
        "principal.builder.class", "sasl.enabled.mechanisms", "sasl.jaas.config", "sasl.kerberos.kinit.cmd",
        "sasl.kerberos.min.time.before.relogin", "sasl.kerberos.principal.to.local.rules",
        "sasl.kerberos.service.name", "sasl.kerberos.ticket.renew.jitter", "sasl.kerberos.ticket.renew.window.factor",
        "sasl.login.refresh.buffer.seconds", "sasl.login.refresh.min.period.seconds",
        "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter", "sasl.mechanism.inter.broker.protocol",
        "ssl.cipher.suites", "ssl.client.auth", "ssl.enabled.protocols", "ssl.endpoint.identification.algorithm",
        "ssl.engine.factory.class", "ssl.key.password", "ssl.keymanager.algorithm", "ssl.keystore.certificate.chain",
        "ssl.keystore.key", "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.type", "ssl.protocol",
        "ssl.provider", "ssl.secure.random.implementation", "ssl.trustmanager.algorithm",
        "ssl.truststore.certificates", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type",
    ]

    private func refusal(_ configs: [String: String], isDefault: Bool = false) throws -> String? {
        do throws(ConfigurationError) {
            try BrokerConfiguration().validateBroker(configs, isDefault: isDefault)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("Those of one broker are Kafka's")
    func names() {
        let names = ConfigTable.broker.names.filter { ConfigTable.broker[$0]?.updateMode == .perBroker }
        #expect(Set(names) == Self.perBroker)
    }

    @Test("SASL and SSL settings are taken for one broker, with or without a listener's name, and for no cluster")
    func security() throws {
        for config in [
            ["sasl.enabled.mechanisms": "SCRAM-SHA-256,PLAIN"], ["sasl.jaas.config": "x required;"],
            ["ssl.cipher.suites": "TLS_AES_128_GCM_SHA256"], ["ssl.engine.factory.class": "org.example.Factory"],
            ["listener.name.external.scram-sha-256.sasl.jaas.config": "x required;"],
            ["listener.name.external.ssl.keystore.location": "/k.p12"],
            ["listener.name.external.ssl.client.auth": "required"],
        ] {
            #expect(try refusal(config) == nil, "\(config)")
            #expect(try refusal(config, isDefault: true)?.contains("broker id must be specified") == true, "\(config)")
        }
        #expect(try refusal(["ssl.keystore.location": "/k.p12"])?.contains("using the listener prefix") == true)
        #expect(try refusal(["listener.name.external.max.connections": "5"], isDefault: true) == nil)
        #expect(try refusal(["listener.name.external.ssl.client.auth": "perhaps"]) != nil)
        #expect(try refusal(["sasl.server.max.receive.size": "1"])?.contains("Cannot update") == true)
    }

    @Test("What was set is described, passwords without their values, and a listener's with what it stands before")
    func described() throws {
        let configuration = try BrokerConfiguration().with(
            dynamic: [
                "sasl.enabled.mechanisms": "PLAIN", "listener.name.external.ssl.keystore.password": "secret",
                "listener.name.external.ssl.client.auth": "required",
            ], dynamicDefaults: [:])
        let entries = configuration.describeBroker()
        let mechanisms = try #require(entries.first { $0.name == "sasl.enabled.mechanisms" })
        #expect(mechanisms.value == "PLAIN" && !mechanisms.readOnly)
        #expect(mechanisms.synonyms.map(\.value) == ["PLAIN", "GSSAPI"])
        let password = try #require(entries.first { $0.name == "listener.name.external.ssl.keystore.password" })
        #expect(password.value == nil && password.isSensitive && password.synonyms.allSatisfy { $0.value == nil })
        let auth = try #require(entries.first { $0.name == "listener.name.external.ssl.client.auth" })
        #expect(auth.value == "required")
        #expect(auth.synonyms.map(\.value) == ["required", "none"])
    }
}
