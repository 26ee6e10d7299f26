// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

/// Data directories that Apache Kafka 4 wrote, and what its own readers find in them.
@Suite struct GoldenDirectoryTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Golden/datadir")
    /// The recordings are of that day.
    static let now: Int64 = 1_795_219_000_000

    struct GoldenRecord: Equatable, CustomStringConvertible {
        var offset: Int64
        var timestampType: Int
        var timestamp: Int64
        var key: String?
        var value: String?
        var headers: [String]

        var description: String {
            "\(offset) \(timestampType) \(timestamp) \(key ?? "nil") \(value ?? "nil") \(headers)"
        }
    }

    static func unpack(_ name: String, into directory: TemporaryDirectory) throws {
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = [
            "tar", "--sparse", "--zstd", "-C", directory.path, "-xf", golden.appending(path: name + ".tar.zst").path,
        ]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
    }

    static func openAll(_ directory: LogDirectory) throws -> [TopicPartition: PartitionLog] {
        let isClean = try directory.takeCleanShutdownMarker() != nil
        let recoveryPoints = try directory.readCheckpoint(.recoveryPoint)
        let starts = try directory.readCheckpoint(.logStartOffset)
        var logs: [TopicPartition: PartitionLog] = [:]
        for partition in try directory.partitions() where partition.kind == .current {
            var options = PartitionLog.Options()
            options.hadCleanShutdown = isClean
            options.recoveryPoint = recoveryPoints[partition.topicPartition] ?? 0
            options.logStartOffset = starts[partition.topicPartition] ?? 0
            logs[partition.topicPartition] = try PartitionLog.open(partition.path, options: options, now: now)
        }
        return logs
    }

    static func expected() throws -> [String: Any] {
        let data = try Data(contentsOf: golden.appending(path: "expected.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    static func hex(_ bytes: UnsafeRawBufferPointer?) -> String? {
        bytes.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }

    /// Reads as a consumer does, leaving out control batches and, where asked, aborted transactions.
    static func records(of log: PartitionLog, isolation: Isolation) throws -> [GoldenRecord] {
        let aborted =
            isolation == .readCommitted ? try log.abortedTransactions(from: log.logStartOffset, to: .max) : []
        var found: [GoldenRecord] = []
        var reader = RecordBatchReader()
        for bytes in try log.allBytes(isolation: isolation) {
            try bytes.withUnsafeReadableBytes { raw in
                var batches = RecordBatchSequence(raw)
                while let (header, batch) = try batches.next() {
                    let isAborted = aborted.contains {
                        $0.producerID == header.producerID && header.isTransactional
                            && $0.firstOffset <= header.baseOffset && header.lastOffset < $0.lastOffset
                    }
                    if header.isControl || isAborted { continue }
                    try reader.forEachRecord(in: batch, header: header) { record in
                        guard record.offset >= log.logStartOffset else { return }
                        found.append(
                            GoldenRecord(
                                offset: record.offset, timestampType: header.timestampType == .logAppendTime ? 2 : 1,
                                timestamp: record.timestamp, key: hex(record.key), value: hex(record.value),
                                headers: record.headers.map {
                                    String(decoding: $0.key, as: UTF8.self) + "=" + (hex($0.value) ?? "nil")
                                }))
                    }
                }
            }
        }
        return found
    }

    static func records(expected: [[Any]]) -> [GoldenRecord] {
        expected.map { fields in
            GoldenRecord(
                offset: (fields[0] as! NSNumber).int64Value, timestampType: (fields[1] as! NSNumber).intValue,
                timestamp: (fields[2] as! NSNumber).int64Value, key: fields[3] as? String, value: fields[4] as? String,
                headers: (fields[5] as! [[Any]]).map { "\($0[0])=" + (($0[1] as? String) ?? "nil") })
        }
    }

    @Test(
        "Every record that Kafka wrote is read back, cleanly stopped or killed",
        arguments: ["kafka-4.0-clean", "kafka-4.0-killed"])
    func everyRecordIsThere(archive: String) throws {
        let temporary = TemporaryDirectory()
        try Self.unpack(archive, into: temporary)
        let directory = try LogDirectory.open(temporary.path)
        let logs = try Self.openAll(directory)
        let expected = try Self.expected()
        for (name, isolation) in [("read_uncommitted", Isolation.readUncommitted), ("read_committed", .readCommitted)] {
            for (partition, value) in try #require(expected[name] as? [String: [String: Any]]) {
                let log = try #require(logs.first { $0.key.description == partition }?.value)
                #expect(log.logStartOffset == (value["low"] as! NSNumber).int64Value, "\(partition)")
                let high = isolation == .readCommitted ? log.lastStableOffset : log.highWatermark
                #expect(high == (value["high"] as! NSNumber).int64Value, "\(partition) \(name)")
                let list = try #require(
                    value.first { $0.key.hasPrefix("records") || $0.key.hasPrefix("first") }?.value as? [[Any]])
                let found = try Self.records(of: log, isolation: isolation)
                if partition == "small-segments-0" {
                    // Of its records only some are listed, and of their values the checksums.
                    var some = Array(found.prefix(3)) + Array(found.suffix(3))
                    var wanted = Self.records(expected: list)
                    for index in some.indices { some[index].value = nil }
                    for index in wanted.indices { wanted[index].value = nil }
                    #expect(some == wanted)
                    #expect(found.count == 2600)
                } else {
                    #expect(found == Self.records(expected: list), "\(partition) \(name)")
                }
            }
        }
        for log in logs.values { try log.close() }
    }
}
