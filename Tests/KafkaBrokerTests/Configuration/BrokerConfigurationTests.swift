// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite struct BrokerConfigurationTests {
    private func failure(_ overrides: [(name: String, value: String)]) -> String? {
        do throws(ConfigurationError) { _ = try BrokerConfiguration(overrides: overrides) } catch {
            return error.message
        }
        return nil
    }

    @Test("Everything has Kafka's default, but a new group does not wait")
    func defaults() throws {
        let configuration = try BrokerConfiguration()
        #expect(configuration.nodeID == 1 && configuration.explicitNodeID == nil)
        #expect(
            configuration.listeners == [Listener(name: "PLAINTEXT", host: "", port: 9092, securityProtocol: .plaintext)]
        )
        #expect(configuration.advertisedListeners == configuration.listeners)
        #expect(configuration.logDirs == ["/tmp/kafka-logs"])
        #expect(configuration.int32("group.initial.rebalance.delay.ms") == 0)
        #expect(configuration.int32("offsets.topic.num.partitions") == 50)
        #expect(configuration.bool("auto.create.topics.enable"))
        #expect(configuration.list("group.consumer.assignors") == ["uniform", "range"])
        #expect(configuration.double("log.cleaner.min.cleanable.ratio") == 0.5)
        #expect(configuration.optionalString("broker.rack") == nil)
    }

    @Test("Every default is a value of its configuration, and there are as many as Kafka has")
    func table() throws {
        for (table, minimum) in [
            (ConfigTable.broker, 280), (ConfigTable.topic, 34), (ConfigTable.group, 10), (ConfigTable.clientMetrics, 3),
        ] {
            #expect(table.listed.count >= minimum)
            for definition in table.listed {
                #expect(!definition.documentation.isEmpty && definition.documentation.hasSuffix("."))
                if let value = definition.defaultValue { #expect(try definition.parse(value).text == value) }
            }
        }
        for topic in ConfigTable.topic.listed {
            for synonym in TopicSynonyms.of(topic.name) {
                #expect(ConfigTable.broker[synonym.name]?.kind != nil, "\(synonym.name)")
            }
        }
        for name in LogConfig.names { #expect(ConfigTable.topic[name] != nil) }
    }

    @Test("The defaults of a topic are those of the log")
    func logDefaults() throws {
        #expect(try BrokerConfiguration().logConfig(topic: "t", image: .empty) == LogConfig())
    }

    @Test("An unknown name in a file is a warning with a suggestion, on the command line an error")
    func unknown() throws {
        let file = [
            (name: "log.retention.hour", value: "1"), (name: "num.partitions", value: "2"), (name: "zzz", value: ""),
        ]
        let configuration = try BrokerConfiguration(file: file)
        #expect(
            configuration.warnings == [
                "unknown configuration 'log.retention.hour'; did you mean 'log.retention.hours'?",
                "unknown configuration 'zzz'",
            ])
        #expect(configuration.int32("num.partitions") == 2)
        #expect(
            failure([("num.partition", "1")]) == "unknown configuration 'num.partition'; did you mean 'num.partitions'?"
        )
        #expect(failure([("listener.name.external.ssl.keystore.type", "PEM")]) == nil)
    }

    @Test("Kafka's own authorizer is there, and any other is refused, but not where only a directory is looked after")
    func authorizer() throws {
        let standard = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
        for (name, isThere) in [("", false), (standard, true)] {
            let configuration = try BrokerConfiguration(file: [("authorizer.class.name", name)])
            #expect(configuration.warnings == [] && configuration.hasAuthorizer == isThere)
        }
        let other = [(name: "authorizer.class.name", value: "org.example.Authorizer")]
        #expect(failure(other)?.contains("org.example.Authorizer, and this broker has \(standard) alone") == true)
        #expect(throws: Never.self) { try BrokerConfiguration(file: other, use: .storage) }
    }

    @Test("What somebody relies on in vain is a warning, where it isn't the default")
    func unheeded() throws {
        let settings = [
            ("create.topic.policy.class.name", "org.example.Policy"), ("remote.log.storage.system.enable", "true"),
        ]
        let warnings = try BrokerConfiguration(file: settings.map { ($0, $1) }).warnings
        for (name, _) in settings { #expect(warnings.contains { $0.hasPrefix("\(name) is set, but this broker") }) }
        #expect(warnings.count == settings.count)
        let defaults = [
            ("create.topic.policy.class.name", ""), ("remote.log.storage.system.enable", "FALSE"),
        ]
        #expect(try BrokerConfiguration(file: defaults.map { ($0, $1) }).warnings.isEmpty)
    }

    @Test("A value that is to come from a provider is refused, one that looks so without providers is taken as it is")
    func providers() {
        let directory = (name: "log.dirs", value: "/data/${env:NODE}")
        #expect(failure([directory]) == nil)
        #expect(failure([directory, ("config.providers", "file, directory")]) == nil)
        #expect(failure([directory, ("config.providers", "file,env")])?.hasPrefix("log.dirs takes its value") == true)
    }

    @Test("A metadata log elsewhere than in the data directory is refused, before anything is written")
    func metadataDirectory() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "kafka-metadata-\(UInt64.random(in: 0 ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func start(_ metadata: String) async throws {
            var options = Broker.Options()
            options.isEphemeral = false
            options.file = [("log.dirs", directory), ("metadata.log.dir", metadata)]
            try await Broker.start(options).stop()
        }
        do {
            try await start("\(directory)/other")
            Issue.record("it started")
        } catch let error as BrokerError {
            #expect("\(error)".contains("metadata.log.dir is \(directory)/other"))
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
        try await start("\(directory)/")
    }

    @Test("Without consumer among group.coordinator.rebalance.protocols there are no consumer groups")
    func rebalanceProtocols() async throws {
        let image = try await MetadataTestDirectory().run { $0.store.image }
        func isEnabled(_ protocols: String) throws -> Bool {
            let overrides = [(name: "group.coordinator.rebalance.protocols", value: protocols)]
            return GroupCoordinatorConfiguration(try BrokerConfiguration(overrides: overrides), image)
                .consumerProtocolEnabled
        }
        #expect(try isEnabled("classic, consumer") && isEnabled("consumer"))
        #expect(try !isEnabled("classic") && !isEnabled("classic,streams"))
        #expect(GroupCoordinatorConfiguration(try BrokerConfiguration(), image).consumerProtocolEnabled)
    }

    @Test("A value that can't be is named with its configuration, as Kafka says it")
    func invalid() {
        #expect(
            failure([("num.partitions", "abc")])
                == "Invalid value abc for configuration num.partitions: Not a number of type INT")
        #expect(
            failure([("num.partitions", "0")])
                == "Invalid value 0 for configuration num.partitions: Value must be at least 1")
        #expect(
            failure([("auto.create.topics.enable", "yes")])
                == "Invalid value yes for configuration auto.create.topics.enable: Expected value to be either true or false"
        )
        #expect(
            failure([("compression.type", "zip")])
                == "Invalid value zip for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer"
        )
        #expect(
            failure([("log.cleanup.policy", "delete,burn")])
                == "Invalid value burn for configuration log.cleanup.policy: String must be one of: compact, delete")
        #expect(
            failure([("log.cleaner.min.cleanable.ratio", "1.5")])
                == "Invalid value 1.5 for configuration log.cleaner.min.cleanable.ratio: Value must be no more than 1")
        #expect(
            failure([("process.roles", "controller")])
                == "process.roles is controller, but a node of this kind always is a broker; "
                + "set process.roles=broker,controller, or leave it out")
        #expect(failure([("process.roles", "broker, controller")]) == nil)
        #expect(
            failure([("node.id", "1"), ("broker.id", "2")])
                == "You must set `node.id` to the same value as `broker.id`: 1 is not 2.")
        #expect(failure([("log.retention.ms", "0")]) == "log.retention.ms must be -1 (unlimited) or greater than 0")
    }

    @Test("Listeners of the controller are accepted and not served")
    func listeners() throws {
        let configuration = try BrokerConfiguration(file: [
            ("process.roles", "broker,controller"), ("controller.listener.names", "CONTROLLER"),
            ("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093,INSIDE://[::1]:9094"),
            ("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,INSIDE:SASL_PLAINTEXT"),
            ("advertised.listeners", "PLAINTEXT://kafka.example:19092,CONTROLLER://localhost:9093"),
        ])
        #expect(configuration.listeners.map(\.name) == ["PLAINTEXT", "INSIDE"])
        #expect(
            configuration.listeners[1]
                == Listener(name: "INSIDE", host: "::1", port: 9094, securityProtocol: .saslPlaintext))
        #expect(configuration.advertisedListeners.map(\.host) == ["kafka.example", "::1"])
        #expect(configuration.advertisedListeners.map(\.port) == [19092, 9094])
        #expect(
            failure([("listeners", "FOO://:1")])
                == "Invalid value FOO://:1 for configuration listeners: No security protocol defined for listener FOO")
        #expect(failure([("listeners", "PLAINTEXT://:x")])?.contains("NAME://host:port") == true)
        #expect(
            failure([("advertised.listeners", "PLAINTEXT://0.0.0.0:1")])?.hasPrefix(
                "advertised.listeners cannot use the nonroutable") == true)
    }

    @Test("Where --listen says what to listen on, what the file advertises doesn't count and isn't described")
    func listen() throws {
        var options = Broker.Options(listen: ["127.0.0.1:0"])
        options.file = [("advertised.listeners", "EXTERNAL://kafka.example:1")]
        func described() throws -> DescribeConfigsResponse.Config? {
            let start = BrokerStart(options: options, logger: quiet)
            return try start.configuration().describeBroker().first { $0.name == "advertised.listeners" }
        }
        #expect(try described()?.value == nil)
        #expect(try described()?.configSource == ConfigSource.defaultValue.rawValue)
        options.overrides = [("advertised.listeners", "PLAINTEXT://kafka.example:1")]
        #expect(try described()?.value == "PLAINTEXT://kafka.example:1")
    }

    @Test("A topic's default is the first of its synonyms that is set, in its own unit")
    func synonyms() throws {
        func retention(_ overrides: [(name: String, value: String)]) throws -> String {
            try BrokerConfiguration(overrides: overrides).topicDefault("retention.ms")
        }
        #expect(try retention([]) == "604800000")
        #expect(try retention([("log.retention.hours", "2")]) == "7200000")
        #expect(try retention([("log.retention.hours", "2"), ("log.retention.minutes", "3")]) == "180000")
        #expect(try retention([("log.retention.hours", "2"), ("log.retention.ms", "4")]) == "4")
        #expect(try retention([("log.retention.hours", "-1")]) == "-1")
        #expect(
            try BrokerConfiguration(overrides: [("log.roll.hours", "1")]).logConfig(topic: "t", image: .empty).segmentMs
                == 3_600_000)
        #expect(
            try BrokerConfiguration(overrides: [("message.max.bytes", "99")]).topicDefault("max.message.bytes") == "99")
    }
}
