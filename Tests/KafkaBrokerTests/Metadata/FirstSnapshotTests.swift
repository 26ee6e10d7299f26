// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("The snapshot that a format leaves at offset 0")
struct FirstSnapshotTests {
    /// What `kafka-storage format` of Apache Kafka's trunk of August 2026 wrote, metadata.version 33.
    static let written = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden/metadata/first-snapshot-4.4.checkpoint")
    static let levels: [String: Int16] = [
        "metadata.version": 33, "group.version": 1, "transaction.version": 2, "share.version": 2, "streams.version": 1,
        "eligible.leader.replicas.version": 1,
    ]

    private func put(into directory: MetadataTestDirectory) throws {
        try FileManager.default.createDirectory(atPath: directory.metadataPath, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Self.written.path, toPath: directory.metadataPath + "/00000000000000000000-0000000000.checkpoint")
    }

    @Test("begins a new log, which has its records from then on")
    func new() async throws {
        let directory = MetadataTestDirectory()
        try put(into: directory)
        for _ in 0..<2 {
            #expect(try await directory.run { controller in await controller.image.features } == Self.levels)
        }
        #expect(try MetadataImage.read(file: directory.logPath).features == Self.levels)
    }

    @Test("is shown of a directory that nobody has started")
    func unused() throws {
        let directory = MetadataTestDirectory()
        try put(into: directory)
        #expect(try MetadataImage.read(directory: directory.metadataPath).features == Self.levels)
    }

    @Test("says nothing of the metadata beside a log, such as that of a leader which a new node follows")
    func besideLog() async throws {
        let directory = MetadataTestDirectory()
        let before = try await directory.run { controller in await controller.image.features }
        try put(into: directory)
        #expect(before["share.version"] == nil)
        #expect(try await directory.run { controller in await controller.image.features } == before)
        #expect(try MetadataImage.read(directory: directory.metadataPath).features == before)
        #expect(try StorageCheck(LogDirectory.open(directory.path)).findings.isEmpty)
    }

    @Test("is refused with levels that nobody knows here")
    func unknown() throws {
        #expect(throws: Never.self) { try SupportedFeatures.check([("metadata.version", 33)], in: "/data") }
        for (name, level) in [("metadata.version", 34), ("share.version", 3), ("other.version", 1)] as [(String, Int16)]
        {
            let error = #expect(throws: MetadataError.self) {
                try SupportedFeatures.check([(name, level)], in: "/data")
            }
            #expect(error?.message.contains(name) == true && error?.message.contains("/data") == true)
        }
    }

    @Test("A registration supports the levels that the directory has, and no more than is served besides")
    func registration() {
        let plain = SupportedFeatures.inDirectory(with: ["metadata.version": 25])
        #expect(plain == SupportedFeatures.all.sorted { $0.name < $1.name })
        let newest = SupportedFeatures.inDirectory(with: Self.levels)
        for (name, level) in Self.levels {
            #expect(newest.contains { $0.name == name && $0.minimum <= level && level <= $0.maximum }, "\(name)")
        }
        #expect(Set(newest.map(\.name)).count == newest.count)
    }
}
