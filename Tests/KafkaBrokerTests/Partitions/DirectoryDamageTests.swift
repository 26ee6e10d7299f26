// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// A running broker's files are damaged at random: either everything is there as before, or the start is refused with
/// the place. `DAMAGE_ROUNDS` makes it longer, `DAMAGE_SEED` repeats a run.
@Suite("Damage of a data directory", .serialized)
struct DirectoryDamageTests {
    private static let rounds = ProcessInfo.processInfo.environment["DAMAGE_ROUNDS"].flatMap { Int($0) } ?? 24

    @Test("Random damage of what says which topics there are loses nothing silently", arguments: [true, false])
    func random(afterCleanStop: Bool) async throws {
        let seed =
            ProcessInfo.processInfo.environment["DAMAGE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("DAMAGE_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let (original, expected) = try await made(afterCleanStop: afterCleanStop)
        var refusals = 0
        for round in 0..<Self.rounds {
            let directory = try MetadataTestDirectory(copying: original.path)
            let what = try damage(directory.path, isTornAllowed: !afterCleanStop, &random)
            let place = "seed \(seed), round \(round): \(what)"
            do {
                let broker = try await Broker.start(.init(dataDirectory: directory.path))
                let found = try await facts(broker)
                try await broker.stop()
                #expect(found == expected, "\(place)")
            } catch {
                refusals += 1
                #expect("\(error)".contains(directory.path), "\(place): \(error)")
            }
        }
        #expect(refusals > 0)
    }

    @Test("A damaged checkpoint of the recovery points is gone on without", arguments: [true, false])
    func recoveryPoints(afterCleanStop: Bool) async throws {
        let (directory, expected) = try await made(afterCleanStop: afterCleanStop)
        try Data("0\n7\na 0".utf8).write(to: URL(filePath: "\(directory.path)/recovery-point-offset-checkpoint"))
        let broker = try await Broker.start(.init(dataDirectory: directory.path))
        #expect(try await facts(broker) == expected)
        try await broker.stop()
    }

    /// A directory of a broker that has stopped, or that was copied while it ran, as a kill leaves it.
    private func made(afterCleanStop: Bool) async throws -> (MetadataTestDirectory, [String]) {
        let directory = MetadataTestDirectory()
        let broker = try await Broker.start(.init(dataDirectory: directory.path))
        let connection = try BlockingConnection(broker.bootstrapServers)
        for (name, count) in [("a", 2), ("b", 1), ("c", 3)] {
            let created = try await connection.send(
                CreateTopicsRequest {
                    $0.topics = [.named(name, partitions: Int32(count), configs: ["retention.ms": "86400000\(count)"])]
                    $0.timeoutMs = 10_000
                }, version: 7)
            #expect(created.topics[0].errorCode == .none)
            for index in 0..<count {
                let builder = try RecordBatchBuilder.of(values: ["one", "two", name])
                let produced = try await connection.send(
                    ProduceRequest {
                        $0.acks = -1
                        $0.timeoutMs = 10_000
                        $0.topicData = [
                            .init {
                                $0.name = name
                                $0.partitionData = [
                                    .init {
                                        $0.index = Int32(index)
                                        $0.records = .bytes(builder)
                                    }
                                ]
                            }
                        ]
                    }, version: 9)
                #expect(produced.responses[0].partitionResponses[0].errorCode == .none)
            }
        }
        let expected = try await facts(broker)
        try await connection.close()
        if afterCleanStop {
            try await broker.stop()
            return (directory, expected)
        }
        let copy = try MetadataTestDirectory(copying: directory.path)
        try await broker.stop()
        return (copy, expected)
    }

    /// What a client sees of the topics: names, ids, ends and configurations.
    private func facts(_ broker: Broker) async throws -> [String] {
        let connection = try BlockingConnection(broker.bootstrapServers)
        let metadata = try await connection.send(MetadataRequest { $0.topics = nil }, version: 12)
        var facts: [String] = []
        for topic in metadata.topics {
            let name = topic.name ?? ""
            let offsets = try await connection.send(
                ListOffsetsRequest {
                    $0.replicaID = -1
                    $0.topics = [
                        .init {
                            $0.name = name
                            $0.partitions = topic.partitions.map { partition in
                                .init {
                                    $0.partitionIndex = partition.partitionIndex
                                    $0.timestamp = -1
                                }
                            }
                        }
                    ]
                }, version: 5)
            let ends = offsets.topics[0].partitions.sorted { $0.partitionIndex < $1.partitionIndex }
                .map { "\($0.errorCode) \($0.offset)" }
            let configs = try await connection.send(
                DescribeConfigsRequest {
                    $0.resources = [
                        .init {
                            $0.resourceType = 2
                            $0.resourceName = name
                            $0.configurationKeys = ["retention.ms"]
                        }
                    ]
                }, version: 4)
            let retention = configs.results[0].configs[0].value ?? ""
            facts.append("\(name) \(topic.topicID) \(ends) \(retention)")
        }
        try await connection.close()
        return facts
    }

    /// Damages one file, and says how.
    private func damage(
        _ directory: String, isTornAllowed: Bool, _ random: inout SeededGenerator
    ) throws -> String {
        let manager = FileManager.default
        let all = try manager.subpathsOfDirectory(atPath: directory).filter { path in
            path.hasPrefix("__cluster_metadata-0/") || path.hasSuffix("/partition.metadata")
                || !path.contains("/") && !path.hasPrefix(".lock") && path.contains(".")
        }.sorted()
        // The log itself every other time.
        let log = "__cluster_metadata-0/00000000000000000000.log"
        let name = Bool.random(using: &random) ? log : all.randomElement(using: &random)!
        let path = directory + "/" + name
        var bytes = try Data(contentsOf: URL(filePath: path))
        // A log that ends early is what a kill leaves, but for what the partitions tell of it.
        let kinds = isTornAllowed && name == log ? 2 : 5
        let kind = bytes.isEmpty ? 4 : Int.random(in: 0..<kinds, using: &random)
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
        switch kind {
        case 0:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1:
            // Not up to the end.
            let count = min(Int.random(in: 1...200, using: &random), max(bytes.count - place - 100, 1))
            bytes.replaceSubrange(place..<place + count, with: (0..<count).map { _ in 0xa5 })
        case 2:
            bytes.replaceSubrange(place..., with: Data(count: bytes.count - place))
        case 3:
            bytes.removeSubrange(place...)
        default:
            try manager.removeItem(atPath: path)
            return "\(name) is gone"
        }
        try bytes.write(to: URL(filePath: path))
        return "\(name), kind \(kind) at byte \(place)"
    }

    @Test("A partition whose file names a topic that there never was keeps the broker from serving an empty one")
    func otherTopic() async throws {
        let (directory, expected) = try await made(afterCleanStop: true)
        let path = directory.path + "/a-1/partition.metadata"
        let right = try Data(contentsOf: URL(filePath: path))
        for text in [
            "version: 0\ntopic_id: QUJDREVGR0hJSktMTU5PUA", "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA", "\0\0",
        ] {
            try Data(text.utf8).write(to: URL(filePath: path))
            let error = await #expect(throws: BrokerError.self) {
                try await Broker.start(.init(dataDirectory: directory.path))
            }
            #expect(error?.description.contains(path) == true && error?.description.contains("repair") == true)
        }
        try right.write(to: URL(filePath: path))
        let broker = try await Broker.start(.init(dataDirectory: directory.path))
        #expect(try await facts(broker) == expected)
        try await broker.stop()
    }

    @Test("A partition of a deleted topic is set aside, one that the metadata lost keeps the broker from starting")
    func unknown() async throws {
        let (directory, _) = try await made(afterCleanStop: true)
        let manager = FileManager.default
        try manager.copyItem(atPath: directory.path + "/b-0", toPath: directory.path + "/kept")
        try manager.moveItem(atPath: directory.path + "/kept", toPath: directory.path + ".kept")
        defer { try? manager.removeItem(atPath: directory.path + ".kept") }
        var broker = try await Broker.start(.init(dataDirectory: directory.path))
        let connection = try BlockingConnection(broker.bootstrapServers)
        let deleted = try await connection.send(
            DeleteTopicsRequest {
                $0.topics = [.init { $0.name = "b" }]
                $0.timeoutMs = 10_000
            }, version: 6)
        #expect(deleted.responses[0].errorCode == .none)
        try await connection.close()
        try await broker.stop()
        // As a kill between the record and the renaming leaves it.
        try manager.copyItem(atPath: directory.path + ".kept", toPath: directory.path + "/b-0")
        broker = try await Broker.start(.init(dataDirectory: directory.path))
        try await broker.stop()
        let strays = try manager.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix("-stray") }
        #expect(strays.count == 1 && strays[0].hasPrefix("b-0."))
        try manager.copyItem(atPath: directory.path + "/a-0", toPath: directory.path + "/other-0")
        let error = await #expect(throws: BrokerError.self) {
            try await Broker.start(.init(dataDirectory: directory.path))
        }
        #expect(error?.description.contains(directory.path + "/other-0") == true)
    }
}

extension RecordBatchBuilder {
    fileprivate static func of(values: [String]) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 1024, baseOffset: 0)
        for value in values {
            var text = value
            let fits = text.withUTF8 {
                builder.appendValue(UnsafeRawBufferPointer($0), timestamp: WallClock.milliseconds())
            }
            #expect(fits)
        }
        return builder.finish(RecordBatchProperties())
    }
}
