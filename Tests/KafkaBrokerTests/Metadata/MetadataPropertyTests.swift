// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite struct MetadataPropertyTests {
    @Test("After any changes and snapshots, a restart finds the same metadata", arguments: 0..<8)
    func restart(round: Int) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var operations = RandomOperations(seed: seed)
        let directory = MetadataTestDirectory()
        for _ in 0..<4 {
            var expected: MetadataState?
            let count = operations.number(1...25)
            (operations, expected) = try await directory.run { [operations] controller in
                var operations = operations
                for _ in 0..<count { try await operations.perform(controller) }
                return (operations, controller.store.image.state)
            }
            #expect(try await directory.state() == expected, "seed \(seed)")
        }
    }

    @Test("A snapshot that was put into a directory without a log is what is known; a log that is gone is missed")
    func snapshotAlone() async throws {
        let directory = MetadataTestDirectory()
        let expected = try await directory.run { controller in
            _ = await controller.createTopics([.named("a", partitions: 3), .named("b")], validateOnly: false)
            try await controller.writeSnapshot()
            return controller.store.image.state
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.metadataPath)
        where name.hasSuffix("log") || name.hasSuffix("index") || name == "leader-epoch-checkpoint" {
            try FileManager.default.removeItem(atPath: directory.metadataPath + "/" + name)
        }
        await #expect(throws: MetadataError.self) { try await directory.state() }
        // Where nobody has led yet, nothing is missing.
        try FileManager.default.removeItem(atPath: directory.metadataPath + "/" + QuorumState.fileName)
        #expect(try await directory.state() == expected)
        try await directory.run { controller in
            #expect(await controller.create(.named("c")).errorCode == .none)
        }
        #expect(try await directory.state().topics.count == 3)
    }

    @Test("A broken snapshot is passed over while the log has everything")
    func brokenSnapshot() async throws {
        let directory = MetadataTestDirectory()
        let expected = try await directory.run { controller in
            _ = await controller.create(.named("a", partitions: 3))
            try await controller.writeSnapshot()
            return controller.store.image.state
        }
        let name = try #require(SnapshotID.all(in: directory.metadataPath).last).fileName
        let path = URL(filePath: directory.metadataPath + "/" + name)
        var bytes = try Data(contentsOf: path)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: path)
        #expect(try await directory.state() == expected)
    }

    @Test("Snapshots come by themselves, and the oldest go with what they cover")
    func retention() async throws {
        let directory = MetadataTestDirectory()
        let overrides: [(name: String, value: String)] = [
            ("metadata.log.max.record.bytes.between.snapshots", "20000"), ("metadata.max.retention.bytes", "60000"),
            ("metadata.log.segment.bytes", "8388608"),
        ]
        let expected = try await directory.run(overrides: overrides) { controller in
            for round in 0..<60 {
                _ = await controller.create(.named("t", partitions: 50, configs: ["retention.ms": "\(round)"]))
                _ = await controller.deleteTopics([.init { $0.name = "t" }], apiVersion: 6)
            }
            _ = await controller.create(.named("last"))
            return controller.store.image.state
        }
        let snapshots = SnapshotID.all(in: directory.metadataPath)
        #expect(!snapshots.isEmpty && snapshots.count < 8, "\(snapshots)")
        #expect(try await directory.state(overrides: overrides) == expected)
    }

    @Test("A directory cut off anywhere in its metadata log is what it was after a whole operation")
    func crash() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let directory = MetadataTestDirectory()
        // What there was when the log had so many bytes.
        let steps = try await directory.run { controller in
            var operations = RandomOperations(seed: seed)
            var steps: [(byteCount: Int, state: MetadataState)] = []
            for _ in 0..<40 {
                try await operations.perform(controller)
                steps.append((try Self.size(directory), controller.store.image.state))
            }
            return steps
        }
        for name in SnapshotID.all(in: directory.metadataPath) {
            try FileManager.default.removeItem(atPath: directory.metadataPath + "/" + name.fileName)
        }
        let whole = try Data(contentsOf: URL(filePath: directory.logPath))
        var cuts = Set(steps.flatMap { [$0.byteCount - 1, $0.byteCount, $0.byteCount + 1] })
        for _ in 0..<60 { cuts.insert(Int.random(in: steps[0].byteCount...whole.count)) }
        for cut in cuts.sorted() where cut <= whole.count && cut >= steps[0].byteCount {
            try whole.prefix(cut).write(to: URL(filePath: directory.logPath))
            var found = try await directory.state()
            let expected = steps.last { $0.byteCount <= cut }!.state
            // An offset is taken by control records as well, which are no operation.
            (found.offset, found.timestamp) = (expected.offset, expected.timestamp)
            #expect(found == expected, "seed \(seed), cut at \(cut)")
        }
    }

    private static func size(_ directory: MetadataTestDirectory) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.logPath)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}
