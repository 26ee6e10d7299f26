// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KafkaBroker

/// Reads a new directory with a parser of its own, made from the definition of the format.
@Suite struct MetadataFilesTests {
    private struct Batch {
        var baseOffset: Int64
        var leaderEpoch: Int32
        var isControl: Bool
        /// Key and value.
        var records: [([UInt8]?, [UInt8])]
    }

    private struct Cursor {
        var bytes: ArraySlice<UInt8>

        mutating func take(_ count: Int) -> [UInt8] {
            defer { bytes = bytes.dropFirst(count) }
            return Array(bytes.prefix(count))
        }

        mutating func integer<I: FixedWidthInteger>(_ type: I.Type = I.self) -> I {
            take(I.bitWidth / 8).reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
        }

        mutating func unsigned() -> Int {
            var (value, shift) = (0, 0)
            while true {
                let byte = Int(take(1)[0])
                value |= (byte & 0x7f) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }

        mutating func varint() -> Int {
            let raw = unsigned()
            return raw >> 1 ^ -(raw & 1)
        }
    }

    private func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { word, _ in word >> 1 ^ (word & 1 == 1 ? 0x82f6_3b78 : 0) }
        }
    }

    private func batches(_ data: Data) throws -> [Batch] {
        var cursor = Cursor(bytes: Array(data)[...])
        var batches: [Batch] = []
        while !cursor.bytes.isEmpty {
            let baseOffset: Int64 = cursor.integer()
            let length: Int32 = cursor.integer()
            var inner = Cursor(bytes: cursor.take(Int(length))[...])
            let leaderEpoch: Int32 = inner.integer()
            #expect(inner.integer(Int8.self) == 2)
            #expect(inner.integer(UInt32.self) == checksum(inner.bytes))
            let attributes: Int16 = inner.integer()
            #expect(attributes & ~0x20 == 0, "uncompressed, not transactional, CreateTime")
            let lastOffsetDelta: Int32 = inner.integer()
            #expect(inner.integer(Int64.self) > 1_700_000_000_000)
            #expect(inner.integer(Int64.self) > 1_700_000_000_000)
            #expect(inner.integer(Int64.self) == -1 && inner.integer(Int16.self) == -1)
            #expect(inner.integer(Int32.self) == -1)
            let count: Int32 = inner.integer()
            #expect(lastOffsetDelta == count - 1)
            var batch = Batch(
                baseOffset: baseOffset, leaderEpoch: leaderEpoch, isControl: attributes & 0x20 != 0, records: [])
            for index in 0..<count {
                var record = Cursor(bytes: inner.take(inner.varint())[...])
                #expect(record.take(1) == [0] && record.varint() == 0 && record.varint() == Int(index))
                let keyCount = record.varint()
                let key = keyCount < 0 ? nil : record.take(keyCount)
                batch.records.append((key, record.take(record.varint())))
                #expect(record.varint() == 0 && record.bytes.isEmpty)
            }
            #expect(inner.bytes.isEmpty)
            batches.append(batch)
        }
        return batches
    }

    /// Frame version, type and version of a record.
    private func frame(_ value: [UInt8]) -> (type: Int, version: Int, body: ArraySlice<UInt8>) {
        var cursor = Cursor(bytes: value[...])
        #expect(cursor.unsigned() == 1)
        let type = cursor.unsigned()
        return (type, cursor.unsigned(), cursor.bytes)
    }

    @Test("The log of a new directory is what Apache Kafka's controller writes")
    func log() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in _ = await controller.create(.named("orders", partitions: 2)) }
        let batches = try batches(try directory.contents("__cluster_metadata-0/00000000000000000000.log"))
        var next: Int64 = 0
        for batch in batches {
            #expect(batch.baseOffset == next && batch.leaderEpoch == 1)
            next += Int64(batch.records.count)
        }
        // The leader: control record type 2, key and value of version 0.
        #expect(batches[0].isControl)
        #expect(batches[0].records[0].0 == [0, 0, 0, 2])
        #expect(batches[0].records[0].1 == [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 1, 0, 0])
        let frames = batches.dropFirst().map { batch in batch.records.map { frame($0.1) } }
        #expect(
            batches.dropFirst().allSatisfy { batch in !batch.isControl && batch.records.allSatisfy { $0.0 == nil } })
        #expect(
            frames.map { $0.map { "\($0.type)/\($0.version)" } } == [
                ["23/0", "12/0", "12/0", "12/0", "24/0"],  // Begin, levels, end.
                ["27/0"],  // The controller registers.
                ["0/3"],  // The broker registers.
                ["17/0"],  // It is unfenced.
                ["2/0", "3/2", "3/2"],  // A topic with two partitions.
            ])
        #expect(Array(frames[0][0].body) == [1, 0, 18, 18] + Array("Bootstrap records".utf8))
        #expect(Array(frames[0][1].body) == [17] + Array("metadata.version".utf8) + [0, 25, 0])
        // The broker's epoch is the offset of its registration, 7.
        let registration = Array(frames[2][0].body)
        #expect(registration[0..<5] == [0, 0, 0, 1, 0] && registration[21..<29] == [0, 0, 0, 0, 0, 0, 0, 7])
        #expect(Array(frames[3][0].body) == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 1, 0xff])
        // Partition 1: index, topic id, replicas, in-sync, removing, adding, leader, epochs, directories.
        let id = Array(frames[4][0].body.dropFirst(7).prefix(16))
        let partition = Array(frames[4][2].body)
        #expect(partition[0..<4] == [0, 0, 0, 1] && Array(partition[4..<20]) == id)
        #expect(
            Array(partition[20..<46]) == [2, 0, 0, 0, 1, 2, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
                + [partition[45]])
    }

    @Test("bootstrap.checkpoint, quorum-state, meta.properties and the rest are as Kafka leaves them")
    func files() async throws {
        let directory = MetadataTestDirectory()
        try await directory.run { controller in try await controller.writeSnapshot() }
        let bootstrap = try batches(try directory.contents("bootstrap.checkpoint"))
        #expect(bootstrap.map(\.isControl) == [true, false, true])
        #expect(bootstrap.map(\.baseOffset) == [0, 1, 4])
        #expect(bootstrap[0].records[0].0 == [0, 0, 0, 3] && bootstrap[2].records[0].0 == [0, 0, 0, 4])
        #expect(bootstrap[1].records.map { frame($0.1).type } == [12, 12, 12])

        let quorum = String(decoding: try directory.contents("__cluster_metadata-0/quorum-state"), as: UTF8.self)
        #expect(
            quorum == #"{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"#
                + #""currentVoters":[{"voterId":1}],"data_version":0}"#)
        let topic = String(decoding: try directory.contents("__cluster_metadata-0/partition.metadata"), as: UTF8.self)
        #expect(topic.hasPrefix("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ"))
        let epochs = try directory.contents("__cluster_metadata-0/leader-epoch-checkpoint")
        #expect(String(decoding: epochs, as: UTF8.self) == "0\n1\n1 0\n")
        let properties = String(decoding: try directory.contents("meta.properties"), as: UTF8.self)
        for line in ["version=1\n", "node.id=1\n", "cluster.id=", "directory.id="] {
            #expect(properties.contains(line))
        }
        let snapshot = try #require(SnapshotID.all(in: directory.metadataPath).last)
        let contents = try batches(try directory.contents("__cluster_metadata-0/" + snapshot.fileName))
        #expect(contents.map(\.leaderEpoch) == [1, 1, 1] && contents.map(\.isControl) == [true, false, true])
        #expect(contents[1].records.map { frame($0.1).type } == [12, 12, 12, 27, 0])
        #expect(snapshot.fileName == "00000000000000000009-0000000001.checkpoint")
    }
}
