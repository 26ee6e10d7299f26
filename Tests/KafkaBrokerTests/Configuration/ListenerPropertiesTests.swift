// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker
@testable import KafkaSecurity

@Suite("Properties of a listener")
struct ListenerPropertiesTests {
    private let configuration: BrokerConfiguration

    init() throws {
        configuration = try BrokerConfiguration(
            file: [
                ("listeners", "INTERNAL://127.0.0.1:9092,EXTERNAL://127.0.0.1:9093"),
                ("listener.security.protocol.map", "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT"),
                ("ssl.keystore.location", "/all.pem"), ("ssl.key.password", "all"),
                ("listener.name.external.ssl.keystore.location", "/external.pem"),
                ("listener.name.external.scram-sha-256.sasl.jaas.config", "x required;"),
                ("listener.name.INTERNAL.ssl.client.auth", "required"),
            ])
    }

    @Test("What is set under a listener's prefix wins over what is set for all")
    func prefix() {
        let external = configuration.properties(ofListener: "EXTERNAL")
        #expect(external["ssl.keystore.location"] == "/external.pem")
        #expect(external["ssl.key.password"] == "all")
        #expect(external["scram-sha-256.sasl.jaas.config"] == "x required;")
        let inner = configuration.properties(ofListener: "INTERNAL")
        #expect(inner["ssl.keystore.location"] == "/all.pem")
        #expect(inner["ssl.client.auth"] == "required")
        #expect(inner["scram-sha-256.sasl.jaas.config"] == nil)
    }

    @Test("A listener's own property wins over a dynamic one for all, and a dynamic one of its own over both")
    func dynamic() {
        let changed = configuration.with(
            dynamic: ["ssl.keystore.location": "/dynamic.pem"],
            dynamicDefaults: ["ssl.key.password": "dynamic"])
        #expect(changed.properties(ofListener: "EXTERNAL")["ssl.keystore.location"] == "/external.pem")
        #expect(changed.properties(ofListener: "INTERNAL")["ssl.keystore.location"] == "/dynamic.pem")
        #expect(changed.properties(ofListener: "EXTERNAL")["ssl.key.password"] == "dynamic")
        let own = configuration.with(
            dynamic: ["listener.name.external.ssl.keystore.location": "/new.pem"], dynamicDefaults: [:])
        #expect(own.properties(ofListener: "EXTERNAL")["ssl.keystore.location"] == "/new.pem")
        #expect(own.properties(ofListener: "INTERNAL")["ssl.keystore.location"] == "/all.pem")
    }
}
