// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

/// A directory that is gone after the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/kafka-log-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
        path = String(cString: made!)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    /// Makes a copy beside the original.
    func copy(_ directory: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: directory, toPath: other)
    }
}

extension TemporaryDirectory {
    /// Opens the log `t-0` in it, at 1700000000000.
    /// - Parameter clean: whether it was closed before; if not it is recovered.
    func openLog(
        clean: Bool = true, _ configure: (inout PartitionLog.Options) -> Void = { _ in }
    ) throws -> PartitionLog {
        var options = PartitionLog.Options()
        options.hadCleanShutdown = clean
        configure(&options)
        return try PartitionLog.open("\(path)/t-0", options: options, now: 1_700_000_000_000)
    }
}

/// Random numbers that come again from the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A new seed, printed so that a failure can be repeated with it in `TEST_SEED`.
    static func printed(_ test: String = #function) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("seed of \(test): \(seed)")
        return SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// A record as tests write and compare it.
struct TestRecord: Equatable, CustomStringConvertible {
    var offset: Int64 = -1
    var timestamp: Int64 = 1_000
    var key: [UInt8]?
    var value: [UInt8]?

    init(offset: Int64 = -1, timestamp: Int64 = 1_000, key: String? = nil, value: String? = "value") {
        self.offset = offset
        self.timestamp = timestamp
        self.key = key.map { Array($0.utf8) }
        self.value = value.map { Array($0.utf8) }
    }

    var description: String {
        let text = { (bytes: [UInt8]?) in bytes.map { String(decoding: $0, as: UTF8.self) } ?? "null" }
        return "\(offset)@\(timestamp) \(text(key))=\(text(value))"
    }
}

/// A batch of such records.
func batch(
    _ records: [TestRecord], compression: Compression = .none, baseOffset: Int64 = 0,
    _ configure: (inout RecordBatchProperties) -> Void = { _ in }
) -> ByteBuffer {
    var builder = RecordBatchBuilder(capacity: 1 << 20, baseOffset: baseOffset)
    for record in records {
        let appended = (record.key ?? []).withUnsafeBytes { key in
            (record.value ?? []).withUnsafeBytes { value in
                builder.append(
                    timestamp: record.timestamp, key: record.key == nil ? nil : key,
                    value: record.value == nil ? nil : value)
            }
        }
        precondition(appended)
    }
    var compressor = Compressor()
    return try! builder.finish(
        RecordBatchProperties(configure), compression: CompressionSettings(compression), with: &compressor)
}

/// A batch of one record of about this size.
func batch(ofBytes byteCount: Int, timestamp: Int64 = 1_000) -> ByteBuffer {
    let value = String(repeating: "x", count: max(byteCount - 75, 0))
    return batch([TestRecord(timestamp: timestamp, value: value)])
}

/// A batch of an idempotent producer.
func idempotentBatch(
    producerID: Int64, epoch: Int16 = 0, sequence: Int32, count: Int = 1, transactional: Bool = false,
    timestamp: Int64 = 1_000
) -> ByteBuffer {
    batch((0..<count).map { TestRecord(timestamp: timestamp, value: "\(sequence)+\($0)") }) {
        $0.producerID = producerID
        $0.producerEpoch = epoch
        $0.baseSequence = sequence
        $0.isTransactional = transactional
    }
}

extension PartitionLog {
    /// Reads everything that a reader may see, over all segments.
    func allBytes(from start: Int64? = nil, isolation: Isolation = .readUncommitted) throws -> [ByteBuffer] {
        var offset = start ?? logStartOffset
        var buffers: [ByteBuffer] = []
        while true {
            let slice = try read(from: offset, maxBytes: 1 << 20, isolation: isolation).slice
            if slice.isEmpty { return buffers }
            let bytes = try slice.read()
            var next: Int64?
            bytes.withUnsafeReadableBytes { raw in
                var batches = RecordBatchSequence(raw)
                while let (header, _) = try! batches.next() { next = header.nextOffset }
            }
            buffers.append(bytes)
            offset = try #require(next)
        }
    }

    /// The records that a reader sees who begins at `start`.
    func records(from start: Int64? = nil, isolation: Isolation = .readUncommitted) throws -> [TestRecord] {
        let first = start ?? logStartOffset
        var records: [TestRecord] = []
        var reader = RecordBatchReader()
        for bytes in try allBytes(from: start, isolation: isolation) {
            try bytes.withUnsafeReadableBytes { raw in
                var batches = RecordBatchSequence(raw)
                while let (header, batch) = try batches.next() {
                    if header.isControl { continue }
                    try reader.forEachRecord(in: batch, header: header) { record in
                        guard record.offset >= first else { return }
                        var copy = TestRecord(offset: record.offset, timestamp: record.timestamp)
                        copy.key = record.key.map(Array.init)
                        copy.value = record.value.map(Array.init)
                        records.append(copy)
                    }
                }
            }
        }
        return records
    }
}

/// The error that `body` must throw.
func logError(_ body: () throws -> Void) throws -> LogError {
    do {
        try body()
    } catch let error as LogError {
        return error
    }
    Issue.record("no error was thrown")
    throw CancellationError()
}
