// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import KafkaText
import NIOCore
import SystemPackage
import Testing

@testable import kafka

@Suite("dump-log prints the files of a data directory")
struct DumpLogTests {
    /// A segment of two batches in a temporary directory.
    func withSegment(_ change: (inout [UInt8]) -> Void = { _ in }, _ body: (String) async throws -> Void) async throws {
        var bytes: [UInt8] = []
        for (index, values) in [["a", "b"], ["c"]].enumerated() {
            var builder = RecordBatchBuilder(capacity: 4096, baseOffset: Int64(index * 2))
            for value in values {
                _ = Array(value.utf8).withUnsafeBytes { builder.append(timestamp: 1000, key: nil, value: $0) }
            }
            bytes += Array(builder.finish().readableBytesView)
        }
        change(&bytes)
        let path = "/tmp/kafka-dump-\(UInt64.random(in: 0 ... .max)).log"
        let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: .create, permissions: .ownerReadWrite)
        _ = try file.closeAfter { try file.writeAll(bytes) }
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test("An offset at the end of all numbers is printed, and what follows is a gap")
    func lastOffsets() async throws {
        try await withSegment { bytes in
            bytes.replaceSubrange(0..<8, with: [0x7F] + Array(repeating: 0xFF, count: 7))
        } _: { path in
            let run = await CommandRun(["dump-log", path, "--print-data-log"])
            #expect(run.output.contains("baseOffset: \(Int64.max)"), "\(run)")
        }
    }

    @Test("A producer snapshot with sequence numbers at both ends is printed")
    func extremeSequences() async throws {
        var entry = [UInt8](repeating: 0, count: 46)
        // The last sequence number, the offset delta before it, and no transaction.
        entry.replaceSubrange(10..<14, with: [0x7F, 0xFF, 0xFF, 0xFF])
        entry.replaceSubrange(22..<26, with: [0x80, 0, 0, 0])
        entry.replaceSubrange(38..<46, with: Array(repeating: 0xFF, count: 8))
        let body = [0, 0, 0, 1] + entry
        let checksum = body.withUnsafeBytes { CRC32C.checksum($0) }
        let bytes = [0, 1] + withUnsafeBytes(of: checksum.bigEndian) { Array($0) } + body
        let path = "/tmp/kafka-dump-\(UInt64.random(in: 0 ... .max)).snapshot"
        let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: .create, permissions: .ownerReadWrite)
        _ = try file.closeAfter { try file.writeAll(bytes) }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = await CommandRun(["dump-log", path])
        #expect(run.status == 0 && run.output.contains("lastSequence: \(Int32.max)"), "\(run)")
    }

    @Test("Batches and records of a log")
    func log() async throws {
        try await withSegment { path in
            let run = await CommandRun(["dump-log", path, "--print-data-log"])
            #expect(run.status == 0 && run.error.isEmpty)
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(lines.count == 7)
            #expect(lines[2].hasPrefix("baseOffset: 0 lastOffset: 1 count: 2 baseSequence: -1 lastSequence: -1"))
            #expect(lines[2].hasSuffix("isvalid: true"))
            #expect(
                lines[3]
                    == "| offset: 0 CreateTime: 1000 keySize: -1 valueSize: 1 sequence: -1 headerKeys: [] payload: a")
        }
    }

    @Test("A corrupted byte is reported with file and position, and the rest is printed")
    func corrupted() async throws {
        try await withSegment({ $0[70] ^= 1 }) { path in
            let run = await CommandRun(["dump-log", path, "--print-data-log"])
            #expect(run.status == 1)
            #expect(run.output.contains("isvalid: false"))
            #expect(run.output.contains("payload: c"))
            #expect(run.error.contains(path) && run.error.contains("position 0"))
        }
    }

    @Test("Missing offsets are listed at the end, as those of a compacted log")
    func gaps() async throws {
        // The second batch begins at offset 7, which no checksum covers.
        try await withSegment({ $0[12 + Int($0[11]) + 7] = 7 }) { path in
            let run = await CommandRun(["dump-log", path, "--print-data-log"])
            #expect(run.status == 0)
            #expect(run.error == "Non-consecutive offsets in \(path)\n  1 is followed by 7\n")
            #expect(await CommandRun(["dump-log", path]).error.isEmpty)
        }
    }

    @Test("A log that ends within a batch is reported")
    func truncated() async throws {
        try await withSegment({ $0.removeLast(3) }) { path in
            let run = await CommandRun(["dump-log", path])
            #expect(run.status == 1)
            #expect(run.output.contains("invalid bytes at the end of"))
        }
    }

    @Test("Each entry of an index that points nowhere is reported")
    func wildIndex() async throws {
        let directory = "/tmp/kafka-dump-\(UInt64.random(in: 0 ... .max))"
        #expect(mkdir(directory, 0o700) == 0)
        defer { rmdir(directory) }
        // The base offset is as large as the name of a segment can have it.
        let stem = "\(directory)/\(Int64.max)"
        let entries: [Int32] = [7, -1, 8, .min, -9, 61, .max, .max]
        let index = entries.flatMap { number in withUnsafeBytes(of: number.bigEndian) { Array($0) } }
        for (path, bytes) in [(stem + ".log", [UInt8](repeating: 0, count: 100)), (stem + ".index", index)] {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: .create, permissions: .ownerReadWrite)
            _ = try file.closeAfter { try file.writeAll(bytes) }
        }
        defer { for ending in [".log", ".index"] { unlink(stem + ending) } }
        let run = await CommandRun(["dump-log", stem + ".index"])
        #expect(run.status == 1)
        #expect(run.error.split(separator: "\n").filter { $0.contains("the log has no batch there") }.count == 4)
    }

    @Test("The fields that a version doesn't have are left out")
    func versions() {
        let value = OffsetCommitValue { $0.offset = 1 }
        func names(_ version: Int16) -> [String] {
            guard case .object(let members) = MessageJSON.object(value, version: version) else { return [] }
            return members.map(\.name)
        }
        #expect(names(0) == ["offset", "metadata", "commitTimestamp"])
        #expect(names(1) == ["offset", "metadata", "commitTimestamp", "expireTimestamp"])
        #expect(names(3) == ["offset", "leaderEpoch", "metadata", "commitTimestamp"])
        #expect(names(4) == names(3), "a tagged field at its default is left out")
    }
}
