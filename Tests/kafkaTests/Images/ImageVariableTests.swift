// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaBroker
import Testing

@testable import kafka

@Suite struct ImageVariableTests {
    @Test(
        "Underscores are points, two of them one, three a hyphen",
        arguments: [
            ("KAFKA_NUM_PARTITIONS", "num.partitions"), ("KAFKA_CFG_NUM_PARTITIONS", "num.partitions"),
            ("KAFKA_LISTENER_NAME_PLAINTEXT__HOST_X", "listener.name.plaintext_host.x"),
            (
                "KAFKA_LISTENER_NAME_A_SCRAM___SHA___256_SASL_JAAS_CONFIG",
                "listener.name.a.scram-sha-256.sasl.jaas.config"
            ),
            ("KAFKA_A____B", "a-.b"), ("KAFKA_A_____B", "a-_b"), ("KAFKA_A______B", "a--b"), ("KAFKA_A_", "a."),
        ])
    func names(variable: String, property: String) {
        #expect(ImageVariable.property(variable) == property)
    }

    @Test("Each property of a broker can be set by the variable that is told for it")
    func all() {
        for name in ConfigTable.broker.names {
            #expect(ImageVariable.property(ImageVariable.variable(name)) == name)
            #expect(ImageVariable(ImageVariable.variable(name), "1") == .property(name), "\(name)")
        }
    }

    @Test(
        "What Kubernetes says of a service of the name is no property",
        arguments: [
            ("KAFKA_PORT", "tcp://10.0.0.1:9092"), ("KAFKA_SERVICE_HOST", "10.0.0.1"), ("KAFKA_SERVICE_PORT", "9092"),
            ("KAFKA_SERVICE_PORT_CLIENT", "9092"), ("KAFKA_PORT_9092_TCP", "tcp://10.0.0.1:9092"),
            ("KAFKA_PORT_9092_TCP_ADDR", "10.0.0.1"), ("KAFKA_PORT_9092_TCP_PROTO", "tcp"),
            ("KAFKA_HEADLESS_SERVICE_HOST", "10.0.0.1"), ("KAFKA_HEADLESS_PORT", "udp://10.0.0.1:53"),
            ("KAFKA_UI_PORT_8080_TCP_PORT", "8080"),
        ])
    func kubernetes(name: String, value: String) {
        #expect(ImageVariable(name, value) == .elsewhere)
    }

    @Test("A port that somebody set is one")
    func port() {
        #expect(ImageVariable("KAFKA_PORT", "9093") == .property("port"))
        #expect(ImageVariable("KAFKA_ADVERTISED_PORT", "9093") == .property("advertised.port"))
    }

    @Test("No variable that the tools here read becomes a property, nor one that the scripts of Java read")
    func own() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var found: Set<String> = []
        for case let file as URL in files! where file.pathExtension == "swift" {
            // These take them apart, and tell of them.
            guard file.deletingLastPathComponent().lastPathComponent != "Images",
                file.lastPathComponent != "BrokerCommand.swift"
            else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /"(KAFKA_[A-Z_]+)"/) { found.insert(String(match.1)) }
        }
        // The name of an error, and what is taken apart in its own way.
        found.subtract(["KAFKA_STORAGE_ERROR", "KAFKA_OPTS", "KAFKA_"])
        #expect(found.contains("KAFKA_BOOTSTRAP_SERVERS") && found.contains("KAFKA_LOG_FORMAT"))
        for name in found { #expect(ImageVariable(name, "x") == .elsewhere, "\(name)") }
        for name in ["KAFKA_HEAP_OPTS", "KAFKA_JMX_PORT", "KAFKA_GC_LOG_OPTS"] {
            #expect(ImageVariable(name, "x") == .unheeded)
        }
    }
}
