// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import Testing

@testable import KafkaBroker

/// What the table says has no effect, against the sources: a name that nothing reads can't have one.
@Suite struct ConfigEffectTests {
    /// The names that stand in quotes where a broker reads its configuration, but where one is only set.
    private static let read: Set<String> = {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
        var names: Set<String> = []
        for folder in ["KafkaBroker", "KafkaHTTP", "KafkaLog", "KafkaSecurity/TLS"] {
            let files = FileManager.default.enumerator(
                at: sources.appending(path: folder), includingPropertiesForKeys: nil)
            for case let file as URL in files! where file.pathExtension == "swift" {
                // These say of all names what they are, and give topics the defaults of brokers.
                let isTable = file.lastPathComponent.hasPrefix("ConfigTable")
                guard !isTable, !["ConfigValidation.swift", "TopicSynonyms.swift"].contains(file.lastPathComponent)
                else {
                    continue
                }
                guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
                for match in text.matches(of: /"([a-z0-9.-]+)"(?!\] = )/) { names.insert(String(match.1)) }
            }
        }
        return names
    }()

    /// Read under a name that is put together of pieces.
    private static let composed: Set<String> = [
        "controller.quota.window.num", "controller.quota.window.size.seconds",
        "sasl.oauthbearer.allow.unverified.audience", "sasl.oauthbearer.allow.unverified.issuer",
    ]

    /// What the clients' half of TLS reads alone.
    private static let clients: Set<String> = ["ssl.endpoint.identification.algorithm"]

    private static func topicHasEffect(_ name: String) -> Bool {
        // A topic that asks for tiered storage is refused.
        LogConfig.names.contains(name) || read.contains(name) || name == "remote.storage.enable"
    }

    private static func groupHasEffect(_ name: String) -> Bool { read.contains(name) }

    private static func brokerHasEffect(_ name: String) -> Bool {
        if clients.contains(name) { return false }
        if read.contains(name) || composed.contains(name) { return true }
        if TopicSynonyms.topicConfigs(dependingOn: name).contains(where: topicHasEffect) { return true }
        // The default of a group's, or a limit of it.
        let words = name.split(separator: ".")
        guard words.first == "group", words.count > 2 else { return false }
        let own = words.dropFirst().joined(separator: ".")
        let limited = ([words[1]] + words.dropFirst(3)).joined(separator: ".")
        return [own, limited].contains { ConfigTable.group[$0] != nil && groupHasEffect($0) }
    }

    @Test("Each property of a broker has an effect, or the table says why not")
    func brokers() {
        #expect(Self.read.contains("socket.request.max.bytes") && !Self.read.contains("num.io.threads"))
        for name in ConfigTable.broker.names {
            let hasEffect = Self.brokerHasEffect(name)
            #expect(
                hasEffect == (ConfigTable.broker[name]?.withoutEffect == nil),
                "\(name) is \(hasEffect ? "read" : "not read") by the sources")
        }
    }

    @Test("Each configuration of a topic and of a group has an effect, or the table says why not")
    func topicsAndGroups() {
        for definition in ConfigTable.topic.listed {
            #expect(Self.topicHasEffect(definition.name) == (definition.withoutEffect == nil), "\(definition.name)")
        }
        for definition in ConfigTable.group.listed {
            #expect(Self.groupHasEffect(definition.name) == (definition.withoutEffect == nil), "\(definition.name)")
        }
    }

    @Test("Nothing is told about a name that there isn't")
    func names() {
        for name in ConfigTable.withoutEffect.keys {
            let isKnown = [ConfigTable.broker, ConfigTable.topic, ConfigTable.group].contains { $0[name] != nil }
            #expect(isKnown, "\(name)")
        }
        for name in ConfigTable.reliedOn { #expect(ConfigTable.withoutEffect[name] != nil, "\(name)") }
        for name in ConfigTable.nodeCounts { #expect(ConfigTable.broker[name]?.kind == .short, "\(name)") }
    }

    @Test("What changes nothing is named, but not a value that holds here anyway")
    func named() throws {
        let configuration = try BrokerConfiguration(
            file: [
                ("num.io.threads", "16"), ("num.network.threads", "3"), ("offsets.topic.replication.factor", "1"),
                ("transaction.state.log.replication.factor", "2"), ("zookeeper.connect", "zookeeper:2181"),
                ("inter.broker.protocol.version", "2.8"), ("num.partitions", "4"),
            ])
        #expect(
            configuration.withoutEffect == [
                "inter.broker.protocol.version", "num.io.threads", "transaction.state.log.replication.factor",
                "zookeeper.connect",
            ])
        #expect(configuration.warnings == [] && configuration.int("num.partitions") == 4)
        #expect(
            try BrokerConfiguration(overrides: [("zookeeper.connect", "a:1")]).withoutEffect == ["zookeeper.connect"])
    }

    @Test("A file for several controllers is warned of, and broker.id=-1 leaves the number open")
    func clusters() throws {
        let several = try BrokerConfiguration(
            file: [("controller.quorum.voters", "1@a:9093,2@b:9093"), ("node.id", "1")])
        #expect(several.warnings.count == 1 && several.warnings[0].contains("has 2 controllers"))
        #expect(try BrokerConfiguration(file: [("controller.quorum.voters", "1@a:9093")]).warnings == [])
        let open = try BrokerConfiguration(file: [("broker.id", "-1")])
        #expect(open.explicitNodeID == nil && open.nodeID == 1)
        #expect(try BrokerConfiguration(file: [("broker.id", "-1"), ("node.id", "3")]).explicitNodeID == 3)
    }
}
