// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// Partitions that the file system does not let be opened or deleted for a while.
@Suite struct LogManagerTests {
    private let path = FileManager.default.temporaryDirectory.appending(
        path: "kafka-logs-\(UInt64.random(in: 0 ... .max))"
    ).path
    private static let name = TopicPartition("t", 0)

    private func manager(_ directory: LogDirectory, hadCleanShutdown: Bool = true) throws -> LogManager {
        try LogManager(
            directory: directory, registry: PartitionRegistry(), hadCleanShutdown: hadCleanShutdown,
            producers: ProducerSettings(), metadataEnd: { 0 }, logger: quiet)
    }

    private func request(_ id: KafkaUUID) -> LogManager.Request {
        var config = LogConfig()
        config.fileDeleteDelayMs = .max
        return .init(topicPartition: Self.name, topicID: id, leaderEpoch: 0, config: config)
    }

    private func append(_ partition: Partition?) throws {
        var builder = RecordBatchBuilder(capacity: 200)
        let isAppended = [1, 2, 3].withUnsafeBytes { builder.append(timestamp: 1, key: nil, value: $0) }
        #expect(isAppended)
        _ = try #require(partition).append(builder.finish(), origin: .client, now: 1)
    }

    @Test(
        "A topic that has the name of one whose directory can't be renamed yet waits for that, and both keep their own")
    func nameOfADeletedTopic() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = try LogDirectory.open(path)
        defer { directory.close() }
        let logs = try manager(directory)
        let faults = FileFaults(under: path)
        defer { faults.end() }
        let (old, new) = (KafkaUUID(high: 1, low: 1), KafkaUUID(high: 1, low: 2))
        try logs.open([request(old)], areNew: true, now: 0)
        try append(logs.registry.partition("t", 0))
        faults.set(.init(isLasting: true, error: EIO, operations: [.rename]))
        logs.delete(topic: "t", now: 0)
        // It fails once more, and nothing after that.
        faults.set(.init(isLasting: false, error: EIO, operations: [.rename]))
        #expect(throws: LogError.self) { try logs.open([request(new)], areNew: true, now: 0) }
        faults.set(.init(isLasting: true, error: EIO, operations: [.rename]))
        logs.maintain(now: 0)
        #expect(logs.registry.partition("t", 0) == nil)
        #expect(logs.registry.unopened == [Self.name])
        faults.set(nil)
        logs.maintain(now: 0)
        let partition = try #require(logs.registry.partition("t", 0))
        #expect(partition.topicID == new && partition.log.logEndOffset == 0)
        try append(partition)
        let kinds = try directory.partitions().map(\.kind)
        #expect(kinds.count { $0 == .current } == 1 && kinds.count { $0 == .delete } == 1)
        try logs.close(brokerEpoch: 1)
        #expect(try directory.readCheckpoint(.recoveryPoint)[Self.name] == 1)
    }

    @Test("On a full disk what is deleted goes at once, whatever its delay")
    func fullDisk() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = try LogDirectory.open(path)
        defer { directory.close() }
        let logs = try manager(directory)
        var other = request(KafkaUUID(high: 1, low: 2))
        other.topicPartition = TopicPartition("u", 0)
        try logs.open([request(KafkaUUID(high: 1, low: 1)), other], areNew: true, now: 0)
        for topic in ["t", "u"] { try append(logs.registry.partition(topic, 0)) }
        logs.delete(topic: "t", now: 0)
        logs.maintain(now: 0)
        #expect(try directory.partitions().count { $0.kind == .delete } == 1)
        let faults = FileFaults(under: "\(path)/u-0")
        defer { faults.end() }
        faults.set(.init(isLasting: true, error: ENOSPC, operations: [.write]))
        #expect(throws: LogError.self) { try append(logs.registry.partition("u", 0)) }
        logs.maintain(now: 0)
        #expect(try directory.partitions().map(\.kind) == [.current])
        faults.set(nil)
        try append(logs.registry.partition("u", 0))
        try logs.close(brokerEpoch: 1)
    }

    @Test("A partition that waits to be opened, and is asked for again meanwhile, is opened once")
    func askedForAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = try LogDirectory.open(path)
        defer { directory.close() }
        let logs = try manager(directory)
        let id = KafkaUUID(high: 1, low: 1)
        let faults = FileFaults(under: "\(path)/t-0")
        defer { faults.end() }
        faults.set(.init(isLasting: true, error: EMFILE, operations: [.open]))
        for _ in 0..<2 { try logs.open([request(id)], now: 0) }
        #expect(logs.registry.unopened == [Self.name])
        faults.set(nil)
        try logs.open([request(id)], areNew: true, now: 0)
        #expect(logs.registry.unopened.isEmpty)
        let partition = try #require(logs.registry.partition("t", 0))
        try append(partition)
        logs.maintain(now: 0)
        #expect(logs.registry.partition("t", 0) === partition)
        try append(logs.registry.partition("t", 0))
        #expect(partition.log.logEndOffset == 2)
        try logs.close(brokerEpoch: 1)
    }

    @Test("A partition that turns out to be damaged when it is tried again keeps its checkpoint, and no stop is clean")
    func damagedLater() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = try LogDirectory.open(path)
        defer { directory.close() }
        var logs = try manager(directory)
        try logs.open([request(KafkaUUID(high: 1, low: 1))], areNew: true, now: 0)
        try append(logs.registry.partition("t", 0))
        try logs.close(brokerEpoch: 1)
        _ = try directory.takeCleanShutdownMarker()
        let faults = FileFaults(under: "\(path)/t-0")
        defer { faults.end() }
        faults.set(.init(isLasting: true, error: EMFILE, operations: [.open]))
        logs = try manager(directory, hadCleanShutdown: false)
        // The directory is another topic's, which shows once it can be read.
        try logs.open([request(KafkaUUID(high: 1, low: 2))], now: 0)
        faults.set(nil)
        for _ in 0..<2 { logs.maintain(now: 0) }
        #expect(logs.registry.partition("t", 0) == nil)
        #expect(logs.registry.unopened == [Self.name])
        #expect(throws: LogError.self) { try logs.close(brokerEpoch: 1) }
        #expect(try directory.takeCleanShutdownMarker() == nil)
        #expect(try directory.readCheckpoint(.recoveryPoint)[Self.name] == 1)
        logs.delete(topic: "t", now: 0)
        #expect(logs.registry.unopened.isEmpty)
    }

    @Test("What was known of a partition that can't be opened is known at the next start", arguments: [true, false])
    func unopened(hadCleanShutdown: Bool) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = try LogDirectory.open(path)
        defer { directory.close() }
        let id = KafkaUUID(high: 1, low: 1)
        var logs = try manager(directory)
        try logs.open([request(id)], areNew: true, now: 0)
        for _ in 0..<3 { try append(logs.registry.partition("t", 0)) }
        try logs.registry.partition("t", 0)?.log.advanceLogStart(to: 2)
        try logs.close(brokerEpoch: 1)
        _ = try directory.takeCleanShutdownMarker()
        let faults = FileFaults(under: "\(path)/t-0")
        defer { faults.end() }
        faults.set(.init(isLasting: true, error: EMFILE, operations: [.open]))
        logs = try manager(directory, hadCleanShutdown: hadCleanShutdown)
        // A start goes on without it.
        try logs.open([request(id)], now: 0)
        #expect(logs.registry.unopened == [Self.name])
        logs.flush()
        if hadCleanShutdown {
            try logs.close(brokerEpoch: 1)
        } else {
            #expect(throws: LogError.self) { try logs.close(brokerEpoch: 1) }
        }
        #expect((try directory.takeCleanShutdownMarker() != nil) == hadCleanShutdown)
        faults.set(nil)
        logs = try manager(directory)
        try logs.open([request(id)], now: 0)
        let log = try #require(logs.registry.partition("t", 0)).log
        #expect(log.logStartOffset == 2 && log.logEndOffset == 3)
        try logs.close(brokerEpoch: 1)
    }
}
