// SPDX-License-Identifier: Apache-2.0

import Foundation
import HashTreeCollections
import KafkaProtocol
import KafkaSecurity
import NIOCore
import Testing

@testable import KafkaBroker

/// The metadata of directories that Apache Kafka wrote.
@Suite struct GoldenMetadataTests {
    @Test(
        "Apache Kafka's metadata is read to the last topic, configuration, login, quota and ACL",
        arguments: ["clean", "killed"])
    func reading(name: String) async throws {
        let directory = try MetadataTestDirectory(golden: "kafka-4.0-\(name)")
        let state = try await directory.state()
        #expect(state.features == ["metadata.version": 22, "group.version": 1])
        #expect(
            state.topics.keys.sorted() == [
                "__consumer_offsets", "__transaction_state", "append-time", "compacted", "grown", "plain",
                "small-segments", "transactions", "trimmed",
            ])
        #expect(state.topics["grown"]?.partitions.count == 3)
        #expect(state.topics["__consumer_offsets"]?.partitions.count == 50)
        #expect(state.topics["plain"]?.id.description == "9ZuiP7lJR3iQFS8h9VtBSg")
        func configs(_ topic: String) -> [String: String]? {
            state.configurations[ConfigResource(.topic, topic)]
        }
        #expect(configs("append-time") == ["message.timestamp.type": "LogAppendTime"])
        #expect(configs("small-segments") == ["segment.bytes": "1048576", "index.interval.bytes": "512"])
        #expect(configs("gone") == nil)
        #expect(state.nextProducerID == 1000)
        #expect(state.brokers[1]?.isFenced == (name == "clean"))
        #expect(state.controllers[1] != nil)

        let credential = try #require(state.scramCredentials[ScramUser(name: "alice", mechanism: 1)])
        #expect(credential.iterations == 8192)
        // The password "alice-secret", salted and hashed 8192 times.
        let salted = Hex.bytes("ced843315e5e2d330d06ed469638a3a0" + "84c08273ad16ce84c8ba6acbf361ba27")
        let keys = ScramMechanism.sha256.keys(saltedPassword: salted)
        #expect(credential.storedKey == ByteBuffer(bytes: keys.storedKey))
        #expect(credential.serverKey == ByteBuffer(bytes: keys.serverKey))
        #expect(state.quotas.count == 1 && state.acls.count == 1)
    }

    @Test(
        "Apache Kafka's directory keeps its levels and ids, gets the next epochs, and takes new topics",
        arguments: ["clean", "killed"])
    func goingOn(name: String) async throws {
        let directory = try MetadataTestDirectory(golden: "kafka-4.0-\(name)")
        let before = try await directory.state()
        let after = try await directory.run { controller in
            #expect(controller.store.clusterID == "yYasS5pHQ9aQduGwzX6VfA")
            #expect(await controller.currentEpoch == before.epoch + 1)
            #expect(await controller.create(.named("fresh", partitions: 2)).errorCode == .none)
            let block = try await controller.allocateProducerIDs()
            #expect(block == 1000..<2000)
            return controller.store.image.state
        }
        #expect(after.features == before.features)
        for (topic, image) in before.topics {
            let now = try #require(after.topics[topic])
            #expect(now.id == image.id)
            for (old, new) in zip(image.partitions, now.partitions) {
                #expect(new.leader == 1 && new.leaderEpoch == old.leaderEpoch + 1 && new.replicas == old.replicas)
                #expect(new.directories == old.directories)
            }
        }
        #expect(after.brokers[1]?.isFenced == false)
        #expect(after.brokers[1]?.epoch ?? 0 > before.brokers[1]?.epoch ?? 0)
        #expect(try await directory.state() == after)
    }

    @Test("A tool reads every record of a log and of a snapshot")
    func tools() async throws {
        let directory = try MetadataTestDirectory(golden: "kafka-4.0-clean")
        var counts: [String: Int] = [:]
        var offset: Int64 = -1
        try MetadataReader.forEachEntry(inFile: directory.logPath) { entry in
            #expect(entry.offset == offset + 1)
            offset = entry.offset
            switch entry.content {
            case .record(let versioned): counts["\(type(of: versioned.record))", default: 0] += 1
            case .leaderChange(let message):
                #expect(message.leaderID == 1 && message.voters.count == 1)
                counts["leader", default: 0] += 1
            default: Issue.record("unexpected \(entry)")
            }
        }
        #expect(offset == 432)
        #expect(counts["PartitionRecord"] == 113 && counts["PartitionChangeRecord"] == 112)
        #expect(counts["TopicRecord"] == 10 && counts["NoOpRecord"] == 161 && counts["leader"] == 2)
        var levels: [String] = []
        try MetadataReader.forEachEntry(inFile: directory.path + "/bootstrap.checkpoint") { entry in
            if case .record(let versioned) = entry.content, let level = versioned.record as? FeatureLevelRecord {
                levels.append("\(level.name) \(level.featureLevel)")
            }
        }
        #expect(levels == ["metadata.version 22", "group.version 1"])
    }

    @Test("A tool sees in a directory what the broker sees, and takes nothing from it")
    func toolImage() async throws {
        let directory = try MetadataTestDirectory(golden: "kafka-4.0-killed")
        let image = try MetadataImage.read(directory: directory.metadataPath)
        #expect(try MetadataImage.read(file: directory.logPath).state == image.state)
        #expect(try await directory.state() == image.state)
    }

    @Test("Every record of Apache Kafka's log is written as it was")
    func encoding() throws {
        let directory = try MetadataTestDirectory(golden: "kafka-4.0-clean")
        let bytes = try Data(contentsOf: URL(filePath: directory.logPath))
        var records: [VersionedRecord] = []
        try MetadataReader.forEachEntry(inFile: directory.logPath) { entry in
            if case .record(let versioned) = entry.content { records.append(versioned) }
        }
        for record in records {
            var frame = ByteBuffer()
            try MetadataRecordFrame.encode(record, into: &frame)
            #expect(bytes.range(of: Data(frame.readableBytesView)) != nil, "\(record)")
        }
    }
}

enum Hex {
    static func bytes(_ text: String) -> [UInt8] {
        stride(from: 0, to: text.utf8.count, by: 2).map { index in
            let start = text.index(text.startIndex, offsetBy: index)
            return UInt8(text[start..<text.index(start, offsetBy: 2)], radix: 16)!
        }
    }
}
