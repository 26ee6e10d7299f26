// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite struct MetadataTransactionTests {
    private static let id = KafkaUUID.random()

    private static let topic = [
        VersionedRecord(BeginTransactionRecord { $0.name = "a large change" }),
        VersionedRecord(
            TopicRecord {
                $0.name = "half"; $0.topicID = id
            }),
        VersionedRecord(
            PartitionRecord {
                $0.partitionID = 0; $0.topicID = id; $0.replicas = [1]; $0.isr = [1]
            }, 2),
    ]

    /// Appends records behind everything, as a controller does that dies before it is through.
    private func append(_ records: [VersionedRecord], to directory: MetadataTestDirectory) throws {
        var draft = MetadataDraft(.empty)
        let log = try MetadataLog(
            dataDirectory: directory.path, nodeID: 1, configuration: BrokerConfiguration(), now: 0,
            replayingInto: &draft)
        try log.append(try MetadataBatches.Frames(records), now: 0)
        try log.close()
    }

    @Test("A metadata transaction that never ended is invisible, and aborted by the next controller")
    func unfinished() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { _ in }
        try append(Self.topic, to: directory)
        #expect(try await directory.state().topics.isEmpty)
        try await directory.run { controller in
            #expect(controller.store.image.topics.isEmpty)
            #expect(await controller.create(.named("half")).errorCode == .none)
        }
        var aborts = 0
        try MetadataReader.forEachEntry(inFile: directory.logPath) { entry in
            if case .record(let versioned) = entry.content, versioned.record is AbortTransactionRecord { aborts += 1 }
        }
        #expect(aborts == 1)
        #expect(try await directory.state().topics.keys.sorted() == ["half"])
    }

    @Test("A metadata transaction that ended is visible as a whole, one that was aborted not at all")
    func finished() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { _ in }
        try append(Self.topic + [VersionedRecord(AbortTransactionRecord())], to: directory)
        #expect(try await directory.state().topics.isEmpty)
        try append(Self.topic + [VersionedRecord(EndTransactionRecord())], to: directory)
        #expect(try await directory.state().topicNames[Self.id] == "half")
    }

    @Test("A bootstrap that never ended is done again")
    func bootstrap() async throws {
        let directory = MetadataTestDirectory()
        // Says who the directory's owner is, which comes before any record.
        _ = try await directory.state()
        let begin = VersionedRecord(BeginTransactionRecord { $0.name = "Bootstrap records" })
        let level = VersionedRecord(
            FeatureLevelRecord {
                $0.name = "metadata.version"; $0.featureLevel = 20
            })
        try append([begin, level], to: directory)
        #expect(try await directory.state().features.isEmpty)
        try await directory.run { controller in
            #expect(controller.store.image.metadataVersion == Features.newMetadataVersion)
        }
    }

    @Test("A change larger than a batch is a metadata transaction over several, none above 8 MiB")
    func large() async throws {
        let directory = MetadataTestDirectory()
        let long = String(repeating: "x", count: 100_000)
        let state = try await directory.run { controller in
            let resources = (0..<100).map { index in
                (
                    resource: ConfigResource(.clientMetrics, "subscription\(index)"),
                    changes: [ConfigChange(name: "metrics", operation: 0, value: "\(index)." + long)]
                )
            }
            #expect(await controller.incrementalAlterConfigs(resources, validateOnly: false).allSatisfy { $0 == nil })
            return controller.store.image.state
        }
        #expect(state.configurations.count == 100)
        var kinds: [String] = []
        try MetadataReader.forEachEntry(inFile: directory.logPath) { entry in
            guard case .record(let versioned) = entry.content else { return }
            if versioned.record is BeginTransactionRecord { kinds.append("begin") }
            if versioned.record is EndTransactionRecord { kinds.append("end") }
        }
        #expect(kinds == ["begin", "end", "begin", "end"])
        #expect(try await directory.state() == state)
    }
}
