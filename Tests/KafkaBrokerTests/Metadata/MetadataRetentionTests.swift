// SPDX-License-Identifier: Apache-2.0

import Foundation
import HashTreeCollections
import Testing

@testable import KafkaBroker

@Suite("What is kept of the metadata's past") struct MetadataRetentionTests {
    private let directory = MetadataTestDirectory()

    private func files(_ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.metadataPath).filter { $0.hasSuffix(suffix) }
    }

    @Test("A snapshot is written when the last change has waited for an hour, though no other one follows")
    func snapshotByTime() async throws {
        try await directory.run { controller in
            _ = await controller.create(.named("orders"))
            try await controller.maintain()
            #expect(try files(".checkpoint").isEmpty)
            directory.pass(hours: 1)
            try await controller.maintain()
            #expect(try files(".checkpoint").count == 1)
            directory.pass(hours: 1)
            try await controller.maintain()
            #expect(try files(".checkpoint").count == 1, "nothing has changed")
        }
        #expect(try await directory.state().topics.keys.sorted() == ["orders"])
    }

    @Test("Who closes a log that has grown by a megabyte leaves a snapshot, so that restarts don't become slower")
    func snapshotAtClose() async throws {
        try await directory.run { controller in _ = await controller.create(.named("orders", partitions: 5_000)) }
        // Each start makes the broker the leader of every partition.
        var starts = 0
        while try files(".checkpoint").isEmpty, starts < 20 {
            try await directory.run { _ in }
            starts += 1
        }
        #expect((1..<20).contains(starts))
        let state = try await directory.state()
        try await directory.run { _ in }
        #expect(try files(".checkpoint").count == 1)
        #expect(try await directory.state().topics["orders"]?.partitions.count == 5_000)
        #expect(state.topics["orders"]?.partitions.count == 5_000)
    }

    @Test(
        "Snapshots go when metadata.max.retention.ms has passed, and with them what the next one covers; never the last"
    )
    func retentionByTime() async throws {
        let overrides = [("metadata.log.segment.bytes", "8388608"), ("metadata.log.segment.ms", "3600000")]
        try await directory.run(overrides: overrides) { controller in
            for name in ["a", "b", "c"] {
                _ = await controller.create(.named(name))
                try await controller.writeSnapshot()
                directory.pass(hours: 48)
            }
            #expect(try files(".checkpoint").count == 3)
            let segments = try files(".log").count
            directory.pass(hours: 48)
            try await controller.maintain()
            // The first is 192 hours old, the second 144.
            #expect(try files(".checkpoint").count == 2)
            #expect(try files(".log").count < segments)
            #expect(try files(".deleted").isEmpty == false)
            directory.pass(hours: 1)
            try await controller.maintain()
            #expect(try files(".checkpoint").count == 2 && files(".deleted").isEmpty)
            directory.pass(hours: 1_000)
            try await controller.maintain()
            #expect(try files(".checkpoint").count == 1)
        }
        #expect(try await directory.state().topics.keys.sorted() == ["a", "b", "c"])
    }

    @Test("Snapshots go while all of it is larger than metadata.max.retention.bytes")
    func retentionBySize() async throws {
        try await directory.run(overrides: [("metadata.max.retention.bytes", "1")]) { controller in
            for name in ["a", "b"] {
                _ = await controller.create(.named(name))
                try await controller.writeSnapshot()
            }
            #expect(try files(".checkpoint").count == 1)
        }
        #expect(try await directory.state().topics.keys.sorted() == ["a", "b"])
    }
}
