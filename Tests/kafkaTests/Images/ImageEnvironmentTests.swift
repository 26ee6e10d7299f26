// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaBroker
import Logging
import Testing

@testable import kafka

/// The variables of the images of Kafka, as the usual compose files have them.
@Suite struct ImageEnvironmentTests {
    /// What `kafka broker --env` runs with.
    private struct Setup {
        var options: Broker.Options
        var image: ImageEnvironment
        var configuration: BrokerConfiguration

        init(_ variables: [String: String], _ words: [String] = [], root: String = "/no/such/root") throws {
            let arguments = try OptionParser.parse(["--env"] + words, BrokerCommand.definition)
            let home = ["HOME": "/home/kafka"].merging(variables) { $1 }
            let (options, image) = try BrokerSetup(arguments).options(
                Environment(variables: home), files: ImageFiles(root: root))
            self.options = options
            self.image = try #require(image)
            configuration = try Broker.configuration(of: options)
        }

        /// Name, host and port of each.
        var listeners: String { Self.text(configuration.listeners) }
        var advertised: String { Self.text(configuration.advertisedListeners) }
        /// All that the line about it names.
        var withoutEffect: [String] {
            configuration.withoutEffect.map { options.origins[$0] ?? $0 } + options.withoutEffect
        }

        private static func text(_ listeners: [Listener]) -> String {
            listeners.map { "\($0.name)://\($0.host):\($0.port)" }.joined(separator: ",")
        }
    }

    private func refusal(_ variables: [String: String], _ words: [String] = [], root: String = "/no/such/root")
        -> String
    {
        do { _ = try Setup(variables, words, root: root) } catch { return "\(error)" }
        return ""
    }

    @Test("The tutorial's compose file: a listener for the network of containers, one for the machine, a controller")
    func tutorial() throws {
        let setup = try Setup([
            "KAFKA_NODE_ID": "1", "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
            "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka-server:29092,PLAINTEXT_HOST://localhost:9092",
            "KAFKA_LISTENERS":
                "PLAINTEXT://kafka-server:29092,CONTROLLER://kafka-server:19092,PLAINTEXT_HOST://0.0.0.0:9092",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@kafka-server:19092", "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0", "CLUSTER_ID": "MkU3OEVBNTcwNTJENDM2Qk",
        ])
        #expect(setup.listeners == "PLAINTEXT://kafka-server:29092,PLAINTEXT_HOST://0.0.0.0:9092")
        #expect(setup.advertised == "PLAINTEXT://kafka-server:29092,PLAINTEXT_HOST://localhost:9092")
        #expect(setup.configuration.controllerListeners.map(\.port) == [19092])
        #expect(setup.options.clusterID == "MkU3OEVBNTcwNTJENDM2Qk" && setup.configuration.explicitNodeID == 1)
        #expect(setup.withoutEffect == [] && setup.configuration.warnings == [])
    }

    @Test("With the addresses for clients alone, their ports are listened on, on all addresses")
    func advertisedAlone() throws {
        let setup = try Setup([
            "KAFKA_BROKER_ID": "1", "KAFKA_ZOOKEEPER_CONNECT": "zookeeper:2181",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
            "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka:29092, PLAINTEXT_HOST://[::1]:9092",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1", "KAFKA_CONFLUENT_BALANCER_ENABLE": "true",
            "KAFKA_METRIC_REPORTERS": "io.confluent.metrics.reporter.ConfluentMetricsReporter",
            "KAFKA_HEAP_OPTS": "-Xmx1g", "KAFKA_JMX_PORT": "9101", "KAFKA_VERSION": "3.4.0", "SCALA_VERSION": "2.13",
        ])
        #expect(setup.listeners == "PLAINTEXT://:29092,PLAINTEXT_HOST://:9092")
        #expect(setup.advertised == "PLAINTEXT://kafka:29092,PLAINTEXT_HOST://::1:9092")
        #expect(
            setup.withoutEffect.sorted() == [
                "KAFKA_CONFLUENT_BALANCER_ENABLE", "KAFKA_HEAP_OPTS", "KAFKA_JMX_PORT", "KAFKA_METRIC_REPORTERS",
                "KAFKA_ZOOKEEPER_CONNECT",
            ])
        #expect(setup.configuration.explicitNodeID == 1)
    }

    @Test("Without any variable all defaults hold, and with one the others do")
    func defaults() throws {
        for variables in [
            [:], ["KAFKA_NUM_PARTITIONS": "3"], ["KAFKA_LISTENERS": "", "KAFKA_ADVERTISED_LISTENERS": ""],
        ] {
            let setup = try Setup(variables)
            #expect(setup.listeners == "PLAINTEXT://:9092" && setup.advertised == "PLAINTEXT://localhost:9092")
            #expect(setup.configuration.logDirs == ["/home/kafka/.local/share/kafka"])
            #expect(setup.configuration.int("num.partitions") == (variables["KAFKA_NUM_PARTITIONS"] == nil ? 1 : 3))
        }
    }

    @Test("wurstmeister's variables: a host and a port for clients, topics to create")
    func wurstmeister() throws {
        let setup = try Setup([
            "KAFKA_ADVERTISED_HOST_NAME": "192.168.99.100", "KAFKA_ADVERTISED_PORT": "9094", "KAFKA_PORT": "9092",
            "KAFKA_CREATE_TOPICS": "Topic1:1:3,Topic2:2:1:compact, Topic3", "KAFKA_BROKER_ID": "-1",
            "KAFKA_ZOOKEEPER_CONNECT": "zookeeper:2181", "RACK_COMMAND": "hostname", "PORT_COMMAND": "",
        ])
        #expect(setup.listeners == "PLAINTEXT://:9092" && setup.advertised == "PLAINTEXT://192.168.99.100:9094")
        #expect(setup.image.topics.map(\.name) == ["Topic1", "Topic2", "Topic3"])
        #expect(
            setup.image.topics.map(\.partitions) == [1, 2, -1] && setup.image.topics.map(\.replicas) == [3, 1, -1])
        #expect(setup.image.topics.map(\.cleanupPolicy) == [nil, "compact", nil])
        #expect(setup.configuration.explicitNodeID == nil)
        #expect(setup.withoutEffect.sorted() == ["KAFKA_ZOOKEEPER_CONNECT", "RACK_COMMAND"])
        let port = try Setup(["KAFKA_PORT": "9093", "KAFKA_LISTENERS": "PLAINTEXT://:9092"])
        #expect(port.listeners == "PLAINTEXT://:9092" && port.withoutEffect == ["KAFKA_PORT"])
        let inside = try Setup([
            "KAFKA_ADVERTISED_HOST_NAME": "fe80::1", "KAFKA_LISTENERS": "PLAINTEXT://:9092",
            "KAFKA_CREATE_TOPICS": "a:1:1\nb:2:1\n", "KAFKA_CREATE_TOPICS_SEPARATOR": "\n",
        ])
        #expect(inside.advertised == "PLAINTEXT://fe80::1:9092" && inside.image.topics.map(\.name) == ["a", "b"])
    }

    @Test("In Kubernetes the variables of the service are passed over")
    func kubernetes() throws {
        let setup = try Setup([
            "KAFKA_PORT": "tcp://10.3.240.5:9092", "KAFKA_PORT_9092_TCP": "tcp://10.3.240.5:9092",
            "KAFKA_PORT_9092_TCP_ADDR": "10.3.240.5", "KAFKA_SERVICE_HOST": "10.3.240.5", "KAFKA_SERVICE_PORT": "9092",
            "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka:9092",
        ])
        #expect(setup.listeners == "PLAINTEXT://:9092" && setup.withoutEffect == [])
    }

    @Test("bitnami's variables, with users")
    func bitnami() throws {
        let setup = try Setup([
            "KAFKA_CFG_NODE_ID": "0", "KAFKA_CFG_PROCESS_ROLES": "controller,broker", "KAFKA_ENABLE_KRAFT": "yes",
            "KAFKA_CFG_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093,EXTERNAL://:9094",
            "KAFKA_CFG_ADVERTISED_LISTENERS": "PLAINTEXT://kafka:9092,EXTERNAL://localhost:9094",
            "KAFKA_CFG_LISTENER_SECURITY_PROTOCOL_MAP":
                "CONTROLLER:PLAINTEXT,EXTERNAL:SASL_PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "KAFKA_CFG_CONTROLLER_QUORUM_VOTERS": "0@kafka:9093", "KAFKA_CFG_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "ALLOW_PLAINTEXT_LISTENER": "yes", "KAFKA_KRAFT_CLUSTER_ID": "abc", "BITNAMI_DEBUG": "true",
            "KAFKA_CLIENT_USERS": "alice,bob", "KAFKA_CLIENT_PASSWORDS": "a\"b\\c,secret",
            "KAFKA_NUM_PARTITIONS": "3", "KAFKA_CFG_NUM_PARTITIONS": "4",
        ])
        #expect(setup.listeners == "PLAINTEXT://:9092,EXTERNAL://:9094" && setup.options.clusterID == "abc")
        #expect(setup.configuration.explicitNodeID == 0 && setup.configuration.int("num.partitions") == 4)
        let module = try #require(setup.image["listener.name.external.plain.sasl.jaas.config"])
        #expect(module.hasSuffix(#"PlainLoginModule required user_alice="a\"b\\c" user_bob="secret";"#))
        #expect(setup.image["sasl.enabled.mechanisms"] == "PLAIN" && setup.withoutEffect == [])
        #expect(setup.image["listener.name.plaintext.plain.sasl.jaas.config"] == nil)
    }

    @Test("Testcontainers' variables")
    func testcontainers() throws {
        let setup = try Setup([
            "CLUSTER_ID": "4L6g3nShT-eMCtK--X86sw",
            "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:9092,BROKER://0.0.0.0:9093,CONTROLLER://0.0.0.0:9094",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://localhost:32768,BROKER://0a1b2c3d4e5f:9093",
            "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER", "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_NODE_ID": "1", "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1", "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1", "KAFKA_LOG_FLUSH_INTERVAL_MESSAGES": "9223372036854775807",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        ])
        #expect(setup.advertised == "PLAINTEXT://localhost:32768,BROKER://0a1b2c3d4e5f:9093")
        #expect(setup.withoutEffect == [] && setup.configuration.warnings == [])
    }

    @Test("What is said behind the options counts more, a file less, and both name their variables")
    func precedence() throws {
        let root = try Folder()
        try root.write("mnt/shared/config/server.properties", "num.partitions=2\nlog.retention.hours=1\n")
        let setup = try Setup(
            ["KAFKA_NUM_PARTITIONS": "3", "KAFKA_DEFAULT_REPLICATION_FACTOR": "1"],
            ["KAFKA_NUM_PARTITIONS=4", "CLUSTER_ID=mine"], root: root.path)
        #expect(setup.configuration.int("num.partitions") == 4 && setup.options.clusterID == "mine")
        #expect(setup.configuration.int("log.retention.hours") == 1)
        #expect(setup.options.origins["num.partitions"] == "KAFKA_NUM_PARTITIONS")
        let overridden = try Setup(
            ["KAFKA_NUM_PARTITIONS": "3"], ["--override", "num.partitions=5", "--listen", "127.0.0.1:0"])
        #expect(
            overridden.configuration.int("num.partitions") == 5 && overridden.listeners == "PLAINTEXT://127.0.0.1:0")
        #expect(refusal(["KAFKA_NUM_PARTITIONS": "many"]).contains("KAFKA_NUM_PARTITIONS: Invalid value many"))
    }

    @Test("Only what --env asks for makes variables count")
    func plain() throws {
        let arguments = try OptionParser.parse([], BrokerCommand.definition)
        let variables = ["KAFKA_NUM_PARTITIONS": "3", "KAFKA_LISTENERS": "nonsense", "HOME": "/home/kafka"]
        let (options, image) = try BrokerSetup(arguments).options(Environment(variables: variables))
        #expect(image == nil && options.file.isEmpty && options.dataDirectory == "/home/kafka/.local/share/kafka")
        #expect(throws: CommandError.self) {
            try BrokerSetup(OptionParser.parse(["KAFKA_NUM_PARTITIONS=3"], BrokerCommand.definition))
        }
    }

    @Test("A mistyped variable is named with what it could mean")
    func mistyped() throws {
        let setup = try Setup(["KAFKA_NUM_PARTITION": "3", "KAFKA_BROKERCONNECT": "kafka:9092"])
        #expect(
            setup.withoutEffect == ["KAFKA_BROKERCONNECT", "KAFKA_NUM_PARTITION (did you mean KAFKA_NUM_PARTITIONS?)"])
    }

    @Test("Values and passwords come from files")
    func files() throws {
        let root = try Folder()
        try root.write("run/secrets/key", "s3cret\r\n")
        try root.write("etc/kafka/secrets/key-creds", "keypass\n")
        try root.write("etc/kafka/secrets/store-creds", "storepass")
        try root.write("var/lib/kafka/data/.keep", "")
        let setup = try Setup(
            [
                "KAFKA_DELEGATION_TOKEN_SECRET_KEY_FILE": root.path + "/run/secrets/key", "KAFKA_LOG_FILE": "/no/such",
                "KAFKA_SSL_KEYSTORE_FILENAME": "kafka.keystore.jks", "KAFKA_SSL_KEYSTORE_CREDENTIALS": "store-creds",
                "KAFKA_SSL_KEY_CREDENTIALS": "key-creds",
            ], root: root.path)
        #expect(setup.configuration.string("delegation.token.secret.key") == "s3cret")
        #expect(
            setup.configuration.string("ssl.keystore.location") == root.path + "/etc/kafka/secrets/kafka.keystore.jks")
        #expect(setup.configuration.string("ssl.keystore.password") == "storepass")
        #expect(setup.configuration.string("ssl.key.password") == "keypass")
        #expect(setup.configuration.logDirs == [root.path + "/var/lib/kafka/data"])
        // No property is called log, so the variable is one that nobody knows.
        #expect(setup.withoutEffect.count == 1 && setup.withoutEffect[0].hasPrefix("KAFKA_LOG_FILE"))
        let both = ["KAFKA_NUM_PARTITIONS": "1", "KAFKA_NUM_PARTITIONS_FILE": "/no/such"]
        #expect(refusal(both).contains("KAFKA_NUM_PARTITIONS and KAFKA_NUM_PARTITIONS_FILE are both set"))
        let missing = refusal(["KAFKA_NUM_PARTITIONS_FILE": "/no/such"])
        #expect(missing.contains("KAFKA_NUM_PARTITIONS_FILE") && missing.contains("/no/such"))
        let secret = refusal(["KAFKA_SSL_KEY_CREDENTIALS": "none"], root: root.path)
        #expect(secret.contains("KAFKA_SSL_KEY_CREDENTIALS") && secret.contains("/etc/kafka/secrets/none"))
    }

    @Test("Levels of the log, and Java's options")
    func logging() throws {
        let setup = try Setup([
            "KAFKA_LOG4J_ROOT_LOGLEVEL": "WARN", "KAFKA_LOG4J_LOGGERS": "kafka.controller=INFO,kafka.network=DEBUG",
            "KAFKA_OPTS": "-Djava.security.auth.login.config=/etc/kafka/jaas.conf",
        ])
        #expect(setup.image.logLevel == .warning && setup.withoutEffect == [])
        #expect(setup.options.logLevels.map(\.logger) == ["kafka.controller", "kafka.network"])
        #expect(setup.options.logLevels.map(\.level) == [.info, .debug])
        #expect(setup.options.javaOptions == "-Djava.security.auth.login.config=/etc/kafka/jaas.conf")
        #expect(try Setup(["KAFKA_OPTS": "-Xmx1g"]).withoutEffect == ["KAFKA_OPTS"])
        #expect(refusal(["KAFKA_LOG4J_ROOT_LOGLEVEL": "LOUD"]).contains("KAFKA_LOG4J_ROOT_LOGLEVEL"))
        #expect(refusal(["KAFKA_LOG4J_LOGGERS": "kafka"]).contains("KAFKA_LOG4J_LOGGERS"))
    }

    @Test(
        "What can't be is refused, with the variable's name",
        arguments: [
            ("KAFKA_CREATE_TOPICS", "a:none:1"), ("KAFKA_CREATE_TOPICS", "a:0:1"), ("KAFKA_CREATE_TOPICS", "a/b:1:1"),
            ("KAFKA_CREATE_TOPICS", "a:1:1,a:2:1"), ("KAFKA_CREATE_TOPICS", "a:1:1:compact:x"),
            ("KAFKA_CREATE_TOPICS", "a:99999999999:1"), ("KAFKA_CLIENT_USERS", "alice"), ("KAFKA_TLS_TYPE", "DER"),
        ])
    func refused(variable: String, value: String) {
        #expect(refusal([variable: value]).contains(variable))
    }
}

/// A directory that is gone afterwards.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "kafka-image-\(UInt64.random(in: 0 ... .max))")
        .path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
}
