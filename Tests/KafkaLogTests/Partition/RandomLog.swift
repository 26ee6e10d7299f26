// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

/// A log that is written at random, and what was written.
struct RandomLog {
    struct Written: Equatable {
        var header: RecordBatchHeader
        var segment: Int64
        var position: Int
    }

    let directory: String
    let log: PartitionLog
    var random: SeededGenerator
    var now: Int64 = 1_700_000_000_000
    private var sequences: [Int64: Int32] = [:]

    init(_ directory: String, config: LogConfig, random: SeededGenerator) throws {
        self.directory = directory
        self.random = random
        log = try PartitionLog.open(directory, options: .init(config: config), now: now)
    }

    /// Appends a batch of some size, codec, time and producer.
    mutating func append() throws {
        let count = Int.random(in: 1...8, using: &random)
        let codec = Compression.allCases.randomElement(using: &random)!
        now += Int64.random(in: 0...20, using: &random)
        let start = now - Int64.random(in: 0...200, using: &random)
        let records = (0..<count).map { index in
            TestRecord(
                timestamp: start + Int64(index % 3), key: "k\(index)",
                value: String(repeating: "v", count: Int.random(in: 0...300, using: &random)))
        }
        let producer = Int64.random(in: -1...3, using: &random)
        let sequence = sequences[producer] ?? 0
        let bytes = batch(records, compression: codec) {
            guard producer >= 0 else { return }
            $0.producerID = producer
            $0.producerEpoch = 0
            $0.baseSequence = sequence
        }
        sequences[producer] = sequence + Int32(count)
        _ = try log.append(bytes, leaderEpoch: Int32(now / 500 % 1_000_000), now: now)
    }

    /// What the files of a directory hold, found without any index.
    static func scan(_ directory: String) throws -> [Written] {
        var written: [Written] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        where name.hasSuffix(".log") {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(directory)/\(name)")))
            let segment = try #require(Int64(name.dropLast(4)))
            bytes.withUnsafeBytes { bytes in
                var position = 0
                while let header = try? RecordBatchReader.validate(UnsafeRawBufferPointer(rebasing: bytes[position...]))
                {
                    written.append(Written(header: header, segment: segment, position: position))
                    position += header.byteCount
                }
            }
        }
        return written
    }
}

/// Checks that a log finds every offset and timestamp where a scan of its files finds them.
///
/// - Parameter markers: The offsets of ends of transactions, which readers don't see.
func expectFindable(_ log: PartitionLog, _ written: [RandomLog.Written], markers: Set<Int64> = []) throws {
    var wrong: [String] = []
    var candidates = written[...]
    for offset in log.logStartOffset..<log.logEndOffset {
        while let first = candidates.first, first.header.lastOffset < offset { candidates.removeFirst() }
        let wanted = try #require(candidates.first)
        let slice = try log.read(from: offset, maxBytes: 1).slice
        if slice.position != Int64(wanted.position) || slice.byteCount != wanted.header.byteCount {
            wrong.append("offset \(offset) at \(slice.position), not \(wanted.position)")
        }
    }
    let records = try log.records()
    #expect(records.map(\.offset) == (log.logStartOffset..<log.logEndOffset).filter { !markers.contains($0) })
    let times = Set(records.map(\.timestamp)).sorted()
    let probes = Set(times.flatMap { [$0 - 1, $0, $0 + 1] }).union([0])
    for time in probes {
        let found = try log.offset(for: .timestamp(time))
        // They have a time too.
        if let found, markers.contains(found.offset) { continue }
        let wanted = records.first { $0.timestamp >= time }
        if found?.offset != wanted?.offset || found?.timestamp != wanted?.timestamp {
            wrong.append("time \(time) at \(String(describing: found)), not \(String(describing: wanted))")
        }
    }
    #expect(wrong.isEmpty)
    guard markers.isEmpty else { return }
    let largest = times.last
    #expect(try log.offset(for: .maxTimestamp)?.offset == records.first { $0.timestamp == largest }?.offset)
}
