// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@Suite struct DirectoryTests {
    private let temporary = TemporaryDirectory()

    @Test("Partition directories are told apart, whatever dashes and dots their topics have")
    func partitionNames() throws {
        let directory = try LogDirectory.open(temporary.path)
        let unique = String(repeating: "0a", count: 16)
        let names = [
            "plain-0", "with-dashes-and-12", "dotted.name-3", "__consumer_offsets-49",
            "gone-7.\(unique)-delete", "odd-topic-1.\(unique)-stray", "moving-2.\(unique)-future", "a-delete-5",
        ]
        for name in names {
            try FileManager.default.createDirectory(
                atPath: "\(temporary.path)/\(name)", withIntermediateDirectories: false)
        }
        try Data().write(to: URL(filePath: "\(temporary.path)/file-1"))
        let found = Dictionary(uniqueKeysWithValues: try directory.partitions().map { ($0.name, $0) })
        #expect(found.count == names.count)
        func check(_ name: String, _ topic: String, _ partition: Int32, _ kind: PartitionDirectory.Kind) {
            #expect(found[name]?.topicPartition == TopicPartition(topic, partition))
            #expect(found[name]?.kind == kind)
        }
        check(names[0], "plain", 0, .current)
        check(names[1], "with-dashes-and", 12, .current)
        check(names[2], "dotted.name", 3, .current)
        check(names[3], "__consumer_offsets", 49, .current)
        check(names[4], "gone", 7, .delete)
        check(names[5], "odd-topic", 1, .stray)
        check(names[6], "moving", 2, .future)
        check(names[7], "a-delete", 5, .current)
        try FileManager.default.createDirectory(atPath: "\(temporary.path)/strange", withIntermediateDirectories: false)
        #expect(try logError { _ = try directory.partitions() }.message.contains("strange"))
    }

    @Test("A directory is locked against others, Java's kind of lock included")
    func lock() throws {
        let first = try LogDirectory.open("\(temporary.path)/data")
        let error = try logError { _ = try LogDirectory.open("\(temporary.path)/data") }
        #expect(error.code == .kafkaStorageError)
        #expect(error.message.contains("Another broker"))
        // FileChannel.lock takes a record lock of the process.
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = [
            "python3", "-c",
            """
            import fcntl, sys
            try: fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError: sys.exit(7)
            """, "\(temporary.path)/data/.lock",
        ]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 7)
        first.close()
        _ = try LogDirectory.open("\(temporary.path)/data")
    }

    @Test("meta.properties is written and read; Kafka's is understood")
    func metaProperties() throws {
        let directory = try LogDirectory.open(temporary.path)
        #expect(try directory.readMetaProperties() == nil)
        let meta = MetaProperties(clusterID: "yYasS5pHQ9aQduGwzX6VfA", nodeID: 1, directoryID: .random())
        try directory.write(meta)
        #expect(try directory.readMetaProperties() == meta)
        let unusual = MetaProperties(clusterID: "a cluster: one=\\1\nnode.id=2", nodeID: 1, directoryID: nil)
        try directory.write(unusual)
        #expect(try directory.readMetaProperties() == unusual)
        let golden = TemporaryDirectory()
        try GoldenDirectoryTests.unpack("kafka-4.0-clean", into: golden)
        let kafka = try LogDirectory.open(golden.path)
        #expect(
            try kafka.readMetaProperties()
                == MetaProperties(
                    clusterID: "yYasS5pHQ9aQduGwzX6VfA", nodeID: 1, directoryID: KafkaUUID("EMYekuyqmqzyV1TvteM1sg")))
        #expect(try kafka.takeCleanShutdownMarker()?.brokerEpoch == 310)
        #expect(try kafka.takeCleanShutdownMarker() == nil)
        try kafka.writeCleanShutdownMarker(brokerEpoch: 42)
        let text = try String(contentsOfFile: "\(golden.path)/.kafka_cleanshutdown", encoding: .utf8)
        #expect(text == #"{"version":0,"brokerEpoch":42}"#)
        #expect(try kafka.takeCleanShutdownMarker()?.brokerEpoch == 42)
    }

    @Test("Checkpoint files are written as Kafka writes them, and damaged ones are refused")
    func checkpoints() throws {
        let directory = try LogDirectory.open(temporary.path)
        #expect(try directory.readCheckpoint(.recoveryPoint).isEmpty)
        let offsets = [
            TopicPartition("b", 10): 7, TopicPartition("a-1", 0): 12 as Int64,
            TopicPartition("b", 2): 0,
        ]
        for kind in CheckpointKind.allCases {
            try directory.writeCheckpoint(kind, offsets)
            #expect(try directory.readCheckpoint(kind) == offsets)
        }
        let path = "\(temporary.path)/recovery-point-offset-checkpoint"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "0\n3\na-1 0 12\nb 2 0\nb 10 7\n")
        for damaged in ["1\n0\n", "0\n2\na 0 1\n", "0\n1\na 0\n", "0\n1\na 0 x\n", "0\nx\n"] {
            try damaged.write(toFile: path, atomically: false, encoding: .utf8)
            #expect(try logError { _ = try directory.readCheckpoint(.recoveryPoint) }.code == .kafkaStorageError)
        }
    }

    @Test("What a kill leaves of a file that was being replaced goes at the next start, and nothing else does")
    func unfinishedFiles() throws {
        let files = CheckpointKind.allCases.map(\.rawValue) + ["meta.properties", ".kafka_cleanshutdown"]
        for name in files + ["a-users-own"] { try Data().write(to: URL(filePath: "\(temporary.path)/\(name).tmp")) }
        _ = try LogDirectory.open(temporary.path)
        let left = try FileManager.default.contentsOfDirectory(atPath: temporary.path)
        #expect(left.sorted() == [".lock", "a-users-own.tmp"])
    }

    @Test("A topic's id is kept, and another one is refused")
    func topicID() throws {
        let path = "\(temporary.path)/t-0"
        let id = KafkaUUID.random()
        var options = PartitionLog.Options()
        options.topicID = id
        try PartitionLog.open(path, options: options, now: 0).close()
        #expect(
            try String(contentsOfFile: "\(path)/partition.metadata", encoding: .utf8) == "version: 0\ntopic_id: \(id)")
        let log = try PartitionLog.open(path, options: .init(), now: 0)
        #expect(log.topicID == id)
        options.topicID = .random()
        #expect(try logError { _ = try PartitionLog.open(path, options: options, now: 0) }.code == .inconsistentTopicID)
    }

    @Test("A deleted topic's directory is renamed at once, and removed later; who reads it reads on")
    func deletion() throws {
        let directory = try LogDirectory.open(temporary.path)
        let topic = String(repeating: "long", count: 60)
        let log = try PartitionLog.open("\(temporary.path)/\(topic)-3", options: .init(), now: 0)
        _ = try log.append(batch([TestRecord()]), leaderEpoch: 0, now: 2000)
        let slice = try log.read(from: 0, maxBytes: 1000).slice
        let renamed = try log.renameForDeletion()
        #expect(log.directory == renamed)
        let found = try #require(try directory.partitions().first)
        #expect(found.kind == .delete)
        #expect(found.name.utf8.count <= 255)
        #expect(found.topicPartition.partition == 3)
        #expect(topic.hasPrefix(found.topicPartition.topic))
        #expect(try logError { _ = try log.read(from: 0, maxBytes: 10) }.code == .unknownTopicOrPartition)
        #expect(
            try logError { _ = try log.append(batch([TestRecord()]), leaderEpoch: 0, now: 2000) }.code
                == .unknownTopicOrPartition)
        // The name is free for a new topic.
        let again = try PartitionLog.open("\(temporary.path)/\(topic)-3", options: .init(), now: 0)
        #expect(again.logEndOffset == 0)
        try LogDirectory.remove(renamed)
        try LogDirectory.remove(renamed)
        #expect(try directory.partitions().map(\.kind) == [.current])
        #expect(try slice.read().readableBytes == slice.byteCount)
        try again.close()
        try #require(try directory.partitions().first).renameToStray()
        #expect(try directory.partitions().map(\.kind) == [.stray])
    }

    @Test("Topic configurations are set by name, and nonsense is refused")
    func configurations() throws {
        var config = LogConfig()
        for name in LogConfig.names {
            let error = try logError { _ = try config.set(name, "nonsense") }
            #expect(error.code == .invalidConfig, "\(name)")
            #expect(error.message.contains(name))
        }
        #expect(config == LogConfig())
        #expect(try !config.set("min.insync.replicas", "1"))
        #expect(try config.set("cleanup.policy", "compact, delete"))
        #expect(config.cleanupPolicy == [.compact, .delete])
        #expect(try config.set("retention.ms", "-1"))
        #expect(config.retentionMs == -1)
        #expect(try config.set("compression.type", "zstd"))
        #expect(try config.set("compression.zstd.level", "7"))
        #expect(config.compression == CompressionSettings(.zstd, level: 7))
        #expect(try config.set("compression.type", "producer"))
        #expect(config.compression == nil)
    }

    @Test("A closed log refuses everything")
    func closed() throws {
        let log = try PartitionLog.open("\(temporary.path)/t-1", options: .init(), now: 0)
        try log.close()
        try log.close()
        #expect(try logError { _ = try log.read(from: 0, maxBytes: 1) }.code == .kafkaStorageError)
        #expect(try logError { try log.roll(now: 0) }.code == .kafkaStorageError)
    }
}
