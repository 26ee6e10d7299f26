// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@Suite struct IndexTests {
    private let temporary = TemporaryDirectory()

    @Test("Index lookups find what a scan finds, before and after a restart", arguments: [0, 100, 1000, 4096])
    func lookupsEqualScan(interval: Int) throws {
        var config = LogConfig()
        config.segmentBytes = 12_000
        config.indexIntervalBytes = interval
        let directory = "\(temporary.path)/random-\(interval)"
        var random = try RandomLog(directory, config: config, random: .printed())
        for _ in 0..<150 { try random.append() }
        let written = try RandomLog.scan(directory)
        #expect(Set(written.map(\.segment)).count > 2)
        try expectFindable(random.log, written)
        try random.log.close()
        let reopened = try PartitionLog.open(directory, options: .init(config: config), now: random.now)
        #expect(reopened.recovery.scannedSegments == 0)
        #expect(reopened.recovery.messages.isEmpty)
        #expect(reopened.logEndOffset == written.last?.header.nextOffset)
        try expectFindable(reopened, written)
    }

    @Test("An index with many entries is searched by pages, and its newest entries in memory")
    func manyEntries() throws {
        var config = LogConfig()
        config.indexIntervalBytes = 0
        let directory = "\(temporary.path)/t-1"
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        for index in 0..<3000 {
            _ = try log.append(batch([TestRecord(timestamp: Int64(index))]), leaderEpoch: 0, now: 5000)
        }
        let size = Int64(batch([TestRecord()]).readableBytes)
        for offset in [0, 1, 2, 511, 512, 513, 1023, 1024, 1025, 2000, 2900, 2998, 2999] as [Int64] {
            #expect(try log.read(from: offset, maxBytes: 1).slice.position == offset * size)
            #expect(try log.offset(for: .timestamp(offset))?.offset == offset)
        }
    }

    @Test("Zeros behind the entries, as Kafka leaves them when it is killed, are no entries")
    func padding() throws {
        var config = LogConfig()
        config.indexIntervalBytes = 0
        let directory = "\(temporary.path)/t-2"
        let log = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        for index in 0..<50 {
            _ = try log.append(batch([TestRecord(timestamp: Int64(index))]), leaderEpoch: 0, now: 5000)
        }
        let written = try RandomLog.scan(directory)
        try log.close()
        for (suffix, size) in [("index", 65536), ("timeindex", 65532)] {
            #expect(truncate("\(directory)/00000000000000000000.\(suffix)", off_t(size)) == 0)
        }
        let reopened = try PartitionLog.open(directory, options: .init(config: config), now: 0)
        try expectFindable(reopened, written)
        _ = try reopened.append(batch([TestRecord(timestamp: 99)]), leaderEpoch: 0, now: 5000)
        try reopened.close()
        let sizes = try ["index", "timeindex"].map {
            try FileManager.default.attributesOfItem(atPath: "\(directory)/00000000000000000000.\($0)")[.size] as? Int
        }
        #expect(sizes == [49 * 8, 50 * 12])
    }

    @Test("A full index rolls the segment")
    func fullIndexRolls() throws {
        var config = LogConfig()
        config.indexIntervalBytes = 0
        config.segmentIndexBytes = 120
        let log = try PartitionLog.open("\(temporary.path)/t-3", options: .init(config: config), now: 0)
        for index in 0..<100 {
            _ = try log.append(batch([TestRecord(timestamp: Int64(index))]), leaderEpoch: 0, now: 5000)
        }
        #expect(log.segments.map(\.baseOffset) == Array(stride(from: 0, to: 100, by: 10)))
        #expect(try log.records().count == 100)
    }

    @Test("Offsets of timestamps respect the log start and the bound of the reader")
    func boundsOfTimestamps() throws {
        let log = try PartitionLog.open("\(temporary.path)/t-4", options: .init(), now: 0)
        for time in [10, 30, 20] as [Int64] {
            _ = try log.append(batch([TestRecord(timestamp: time)]), leaderEpoch: 2, now: 100)
        }
        #expect(try log.offset(for: .earliest) == TimestampAndOffset(timestamp: -1, offset: 0, leaderEpoch: 2))
        #expect(try log.offset(for: .latest) == TimestampAndOffset(timestamp: -1, offset: 3, leaderEpoch: 2))
        #expect(try log.offset(for: .maxTimestamp) == TimestampAndOffset(timestamp: 30, offset: 1, leaderEpoch: 2))
        #expect(try log.offset(for: .timestamp(15))?.offset == 1)
        #expect(try log.offset(for: .timestamp(31)) == nil)
        try log.advanceLogStart(to: 2)
        #expect(try log.offset(for: .earliest)?.offset == 2)
        #expect(try log.offset(for: .timestamp(5))?.offset == 2)
    }

    @Test("An empty log has no timestamps")
    func emptyLog() throws {
        let log = try PartitionLog.open("\(temporary.path)/t-5", options: .init(), now: 0)
        #expect(try log.offset(for: .maxTimestamp) == nil)
        #expect(try log.offset(for: .timestamp(0)) == nil)
        #expect(try log.offset(for: .latest)?.offset == 0)
    }
}
