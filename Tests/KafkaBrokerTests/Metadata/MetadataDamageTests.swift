// SPDX-License-Identifier: Apache-2.0

import Foundation
import HashTreeCollections
import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("Damage of a metadata log")
struct MetadataDamageTests {
    /// A directory with some topics, and what its controller knew when it stopped.
    private func made() async throws -> (MetadataTestDirectory, MetadataState) {
        let directory = MetadataTestDirectory()
        let state = try await directory.run { controller in
            for name in ["a", "b", "c"] {
                _ = await controller.create(.named(name, partitions: 2, configs: ["retention.ms": "1000"]))
            }
            return controller.store.image.state
        }
        return (directory, state)
    }

    /// Where the batches of the log begin, and its length at the end.
    private func bounds(_ directory: MetadataTestDirectory) throws -> [Int] {
        let bytes = try Data(contentsOf: URL(filePath: directory.logPath))
        var bounds = [0]
        while let start = bounds.last, start < bytes.count {
            let length = bytes[start + 8..<start + 12].reduce(0) { $0 << 8 | Int($1) }
            bounds.append(start + 12 + length)
        }
        return bounds
    }

    private func change(_ path: String, _ body: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        body(&bytes)
        try bytes.write(to: URL(filePath: path))
    }

    /// The refusal's text; nil if the directory opens.
    private func refusal(_ directory: MetadataTestDirectory) async -> String? {
        do {
            _ = try await directory.state()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func repair(_ directory: MetadataTestDirectory) throws -> [StorageCheck.Finding] {
        let logs = try LogDirectory.open(directory.path)
        defer { logs.close() }
        let check = try StorageCheck(logs)
        _ = try check.repair(clusterID: nil)
        return check.findings
    }

    @Test(
        "A bit that flips in any batch, in any of its fields, loses nothing silently, and a repair keeps what was before"
    )
    func flip() async throws {
        let (original, expected) = try await made()
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let bounds = try bounds(original)
        for (start, end) in zip(bounds, bounds.dropFirst()) {
            // Each field of the header, and two places in the records.
            let places = [0, 7, 8, 11, 12, 15, 16, 17, 21, 22, 23, 27, 57].map { start + $0 }
            for place in places + (0..<2).map({ _ in Int.random(in: start + 61..<end, using: &random) }) {
                let directory = try MetadataTestDirectory(copying: original.path)
                let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                try change(directory.logPath) { $0[place] ^= bit }
                guard let refusal = await refusal(directory) else {
                    var found = try await directory.state()
                    (found.epoch, found.offset, found.timestamp) = (expected.epoch, expected.offset, expected.timestamp)
                    #expect(found == expected, "seed \(seed), byte \(place), bit \(bit)")
                    continue
                }
                #expect(refusal.contains(directory.logPath), "seed \(seed), byte \(place): \(refusal)")
                #expect(refusal.contains("kafka storage check"))
                let before = try Data(contentsOf: URL(filePath: directory.logPath))
                #expect(!(try repair(directory)).isEmpty)
                let kept = try FileManager.default.contentsOfDirectory(atPath: directory.path)
                    .first { $0.hasSuffix("-stray") }
                let copy = try #require(kept) + "/00000000000000000000.log"
                #expect(try directory.contents(copy) == before)
                let found = try await directory.state()
                #expect(found.topics.allSatisfy { expected.topics[$0.key]?.id == $0.value.id })
            }
        }
    }

    @Test("A batch that is cut out, and a page that is zero, are refused with where it is and what follows")
    func gap() async throws {
        let (original, _) = try await made()
        let bounds = try bounds(original)
        for index in 1..<bounds.count - 2 {
            let (start, end) = (bounds[index], bounds[index + 1])
            let cut = try MetadataTestDirectory(copying: original.path)
            try change(cut.logPath) { $0.removeSubrange(start..<end) }
            let text = try #require(await refusal(cut))
            #expect(text.contains("damaged at byte \(start)") && text.contains("good records follow"), "\(text)")
            let zeroed = try MetadataTestDirectory(copying: original.path)
            try change(zeroed.logPath) { $0.replaceSubrange(start..<end, with: Data(count: end - start)) }
            #expect(try #require(await refusal(zeroed)).contains("damaged at byte \(start)"))
        }
    }

    @Test("What a repair would lose is told by name")
    func lost() async throws {
        let (directory, _) = try await made()
        let bounds = try bounds(directory)
        // The batch of the second topic.
        let start = bounds[bounds.count - 3]
        try change(directory.logPath) { $0[start + 70] ^= 1 }
        let findings = try repair(directory)
        #expect(findings.count == 1 && findings[0].isLoss)
        #expect(findings[0].remedy.contains("topics c (2 partitions); configurations of topic c"))
        #expect(try await directory.state().topics.keys.sorted() == ["a"])
    }

    @Test("With a snapshot behind the damage nothing is lost by a repair")
    func snapshot() async throws {
        let directory = MetadataTestDirectory()
        let expected = try await directory.run { controller in
            _ = await controller.create(.named("a"))
            try await controller.writeSnapshot()
            _ = await controller.create(.named("b"))
            return controller.store.image.state
        }
        try change(directory.logPath) { $0[100] ^= 1 }
        #expect(await refusal(directory) != nil)
        let findings = try repair(directory)
        #expect(findings.map(\.isLoss) == [false], "\(findings)")
        #expect(try await directory.state() == expected)
        try await directory.run { controller in
            #expect(await controller.create(.named("c")).errorCode == .none)
        }
        #expect(try await directory.state().topics.keys.sorted() == ["a", "b", "c"])
    }

    @Test("A log that ends before its last checkpoint is refused, though all its batches are good")
    func shorter() async throws {
        let (directory, expected) = try await made()
        let logs = try LogDirectory.open(directory.path)
        try logs.writeCheckpoint(.recoveryPoint, [KnownEnd.partition: expected.offset + 1])
        logs.close()
        #expect(await refusal(directory) == nil)
        let bounds = try bounds(directory)
        try change(directory.logPath) { $0.removeSubrange(bounds[bounds.count - 2]...) }
        #expect(try #require(await refusal(directory)).contains("where it reached \(expected.offset + 1)"))
        #expect(try repair(directory).map(\.isLoss) == [true])
        #expect(try await directory.state().topics.keys.sorted() == ["a", "b"])
    }

    @Test("What a kill leaves of the last write is cut off, a last batch that is complete and wrong is not")
    func tail() async throws {
        let (original, expected) = try await made()
        let bounds = try bounds(original)
        let (start, end) = (bounds[bounds.count - 2], bounds[bounds.count - 1])
        for keep in [1, 60, 61, 100, end - start - 1] {
            let directory = try MetadataTestDirectory(copying: original.path)
            try change(directory.logPath) { $0.removeSubrange((start + keep)...) }
            #expect(try await directory.state().topics.count == expected.topics.count - 1)
        }
        for count in [1, 300, 5000] {
            let padded = try MetadataTestDirectory(copying: original.path)
            try change(padded.logPath) { $0.append(Data(count: count)) }
            #expect(try await padded.state().topics == expected.topics)
        }
        for place in [start + 8, start + 11, start + 16, start + 30, end - 1] {
            let directory = try MetadataTestDirectory(copying: original.path)
            try change(directory.logPath) { $0[place] ^= 4 }
            #expect(await refusal(directory)?.contains("damaged at byte \(start)") == true, "byte \(place - start)")
        }
    }

    @Test("A changed node.id, a missing cluster.id and a lost meta.properties are refused and can be repaired")
    func identity() async throws {
        let (original, expected) = try await made()
        for (text, replacement) in [
            ("node.id=1", "node.id=3"), ("cluster.id=", "custer.id="), ("node.id=", "node,id="),
        ] {
            let directory = try MetadataTestDirectory(copying: original.path)
            try change(directory.path + "/meta.properties") { bytes in
                let changed = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: text, with: replacement)
                bytes = Data(changed.utf8)
            }
            #expect(await refusal(directory)?.contains(directory.path + "/meta.properties") == true)
            #expect(try repair(directory).count == 1)
            #expect(try await directory.state() == expected)
        }
        let directory = try MetadataTestDirectory(copying: original.path)
        try FileManager.default.removeItem(atPath: directory.path + "/meta.properties")
        #expect(await refusal(directory)?.contains("meta.properties is missing") == true)
        #expect(try repair(directory).map(\.isLoss) == [true])
        #expect(try await directory.state() == expected)
    }

    @Test("The id of the metadata's own topic, which is the same everywhere, is written anew")
    func topicID() async throws {
        let (directory, expected) = try await made()
        let path = directory.metadataPath + "/partition.metadata"
        let right = try Data(contentsOf: URL(filePath: path))
        for wrong in ["version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAEAAQ", "", "\0\0\0", "version: 9"] {
            try Data(wrong.utf8).write(to: URL(filePath: path))
            #expect(try await directory.state() == expected)
            #expect(try Data(contentsOf: URL(filePath: path)) == right)
        }
    }

    @Test("A quorum that keeps its voters itself goes on from a snapshot, and is missed without what said so")
    func voters() async throws {
        let directory = MetadataTestDirectory()
        var format = StorageFormat(
            clusterID: KafkaUUID.random().description, nodeID: 1, levels: ["metadata.version": 25])
        let voter = VotersRecord.Voter {
            $0.voterID = 1
            $0.voterDirectoryID = .random()
        }
        format.voters = VotersRecord { $0.voters = [voter] }
        try format.write(directory.path, now: 0)
        let expected = try await directory.run { controller in
            _ = await controller.create(.named("a"))
            return controller.store.image.state
        }
        try MetadataReader.forEachEntry(inFile: directory.logPath) { entry in
            // Kafka reads no other.
            if case .leaderChange(let message) = entry.content { #expect(message.version == 0) }
        }
        let first = directory.metadataPath + "/" + SnapshotID(offset: 0, epoch: 0).fileName
        let bytes = try Data(contentsOf: URL(filePath: first))
        for damaged in [nil, bytes.dropLast(1), Data(count: bytes.count)] {
            try? FileManager.default.removeItem(atPath: first)
            try damaged?.write(to: URL(filePath: first))
            #expect(await refusal(directory)?.contains("checkpoint") == true)
        }
        try bytes.write(to: URL(filePath: first))
        try await directory.run { controller in try await controller.writeSnapshot() }
        // It may be gone already: it is as old as its time says.
        try? FileManager.default.removeItem(atPath: first)
        #expect(try await directory.state().topicNames == expected.topicNames)
    }

    @Test("An epoch at the end of its range is gone on with")
    func epoch() async throws {
        let (directory, _) = try await made()
        let state = #"{"clusterId":"","leaderId":1,"leaderEpoch":2147483647,"votedId":-1,"data_version":0}"#
        try Data(state.utf8).write(to: URL(filePath: directory.metadataPath + "/" + QuorumState.fileName))
        try await directory.run { controller in #expect(await controller.currentEpoch == .max) }
    }
}
