// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import NIOCore
import Testing

@Suite struct AppendTests {
    private let temporary = TemporaryDirectory()
    private let now: Int64 = 1_700_000_000_000

    private func open(_ configure: (inout LogConfig) -> Void = { _ in }) throws -> PartitionLog {
        var config = LogConfig()
        configure(&config)
        return try PartitionLog.open("\(temporary.path)/t-0", options: .init(config: config), now: now)
    }

    @Test("What a file was given on disk beyond its batches goes back when nobody writes any more")
    func allocation() throws {
        let log = try open()
        for _ in 0..<20 { _ = try log.append(batch(ofBytes: 1_000_000), leaderEpoch: 0, now: now) }
        let path = "\(temporary.path)/t-0/00000000000000000000.log"
        // The file is as long as its batches at any time: others read it, and a restart after a crash.
        #expect(try occupied(path).byteCount == Int(log.byteCount))
        try log.flush()
        for _ in 0..<2 { try log.maintain(now: now) }
        let idle = try occupied(path)
        #expect(idle.onDisk <= idle.byteCount + 65_536)
        for _ in 0..<2 { _ = try log.append(batch(ofBytes: 1_000_000), leaderEpoch: 0, now: now) }
        let byteCount = Int(log.byteCount)
        try log.close()
        let closed = try occupied(path)
        #expect(closed.byteCount == byteCount)
        #expect(closed.onDisk <= byteCount + 65_536)
        let reopened = try PartitionLog.open("\(temporary.path)/t-0", options: .init(), now: now)
        #expect(reopened.logEndOffset == 22)
    }

    private func occupied(_ path: String) throws -> (byteCount: Int, onDisk: Int) {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return (Int(status.st_size), Int(status.st_blocks) * 512)
    }

    @Test("Batches get the next offsets and the leader's epoch, and are read back as they came")
    func appendAndRead() throws {
        let log = try open()
        let first = try log.append(batch([TestRecord(value: "a"), TestRecord(value: "b")]), leaderEpoch: 3, now: now)
        #expect(first.baseOffset == 0)
        #expect(first.lastOffset == 1)
        #expect(first.logAppendTime == -1)
        let second = try log.append(
            batch([TestRecord(key: "k", value: nil)], compression: .lz4), leaderEpoch: 3, now: now)
        #expect(second.baseOffset == 2)
        #expect(log.logEndOffset == 3)
        #expect(log.highWatermark == 3)
        #expect(log.lastStableOffset == 3)
        #expect(
            try log.records() == [
                TestRecord(offset: 0, value: "a"), TestRecord(offset: 1, value: "b"),
                TestRecord(offset: 2, key: "k", value: nil),
            ])
        #expect(log.latestEpoch == 3)
        let bytes = try log.read(from: 0, maxBytes: 1 << 20).slice.read()
        let header = RecordBatchHeader(bytes, at: bytes.readerIndex)
        #expect(header.partitionLeaderEpoch == 3)
        try bytes.withUnsafeReadableBytes { _ = try RecordBatchReader.validate($0) }
    }

    @Test("A batch with a wrong checksum is refused and nothing is appended")
    func wrongChecksum() throws {
        let log = try open()
        var bytes = batch([TestRecord()])
        bytes.setInteger(bytes.getInteger(at: bytes.writerIndex - 1, as: UInt8.self)! ^ 1, at: bytes.writerIndex - 1)
        let error = try logError { _ = try log.append(bytes, leaderEpoch: 0, now: now) }
        #expect(error.code == .corruptMessage)
        #expect(log.logEndOffset == 0)
        #expect(log.byteCount == 0)
    }

    @Test("A produce request has exactly one batch, which begins at offset 0")
    func oneBatch() throws {
        let log = try open()
        var two = batch([TestRecord()])
        two.writeImmutableBuffer(batch([TestRecord()]))
        #expect(try logError { _ = try log.append(two, leaderEpoch: 0, now: now) }.code == .invalidRecord)
        #expect(try logError { _ = try log.append(ByteBuffer(), leaderEpoch: 0, now: now) }.code == .invalidRecord)
        let later = batch([TestRecord()], baseOffset: 5)
        #expect(try logError { _ = try log.append(later, leaderEpoch: 0, now: now) }.code == .invalidRecord)
        // Coordinators may write many.
        #expect(try log.append(two, origin: .coordinator, leaderEpoch: 0, now: now).lastOffset == 1)
    }

    @Test("Batches above max.message.bytes or segment.bytes are too large")
    func sizes() throws {
        let log = try open {
            $0.maxMessageBytes = 1000
            $0.segmentBytes = 500
        }
        #expect(
            try logError { _ = try log.append(batch(ofBytes: 2000), leaderEpoch: 0, now: now) }.code == .messageTooLarge
        )
        #expect(
            try logError { _ = try log.append(batch(ofBytes: 800), leaderEpoch: 0, now: now) }.code
                == .recordListTooLarge)
        #expect(log.logEndOffset == 0)
    }

    @Test("Clients can't write control records")
    func controlRecords() throws {
        let log = try open()
        let marker = EndTransactionMarker(isCommit: true, coordinatorEpoch: 0)
            .batch(timestamp: 1, producerID: 1, producerEpoch: 0)
        #expect(try logError { _ = try log.append(marker, leaderEpoch: 0, now: now) }.code == .invalidRecord)
    }

    @Test("Under LogAppendTime all records have the broker's time")
    func logAppendTime() throws {
        let log = try open { $0.messageTimestampType = .logAppendTime }
        let result = try log.append(
            batch([TestRecord(timestamp: 5, value: "a"), TestRecord(timestamp: 9, value: "b")], compression: .zstd),
            leaderEpoch: 0, now: now)
        #expect(result.logAppendTime == now)
        #expect(try log.records().map(\.timestamp) == [now, now])
        let bytes = try log.read(from: 0, maxBytes: 1 << 20).slice.read()
        let header = try bytes.withUnsafeReadableBytes { try RecordBatchReader.validate($0) }
        #expect(header.timestampType == .logAppendTime)
        #expect(header.baseTimestamp == 5)
    }

    @Test("A timestamp out of bounds names the record")
    func timestampBounds() throws {
        let log = try open {
            $0.messageTimestampBeforeMaxMs = 1000
            $0.messageTimestampAfterMaxMs = 100
        }
        for (bad, good) in [(now - 1001, now - 1000), (now + 101, now + 100)] {
            let records = [TestRecord(timestamp: good), TestRecord(timestamp: bad), TestRecord(timestamp: -1)]
            let error = try logError { _ = try log.append(batch(records), leaderEpoch: 0, now: now) }
            #expect(error.code == .invalidTimestamp)
            #expect(error.recordErrors.map(\.index) == [1])
            #expect(error.recordErrors[0].message.contains("\(bad)"))
            _ = try log.append(batch([TestRecord(timestamp: good)]), leaderEpoch: 0, now: now)
        }
        #expect(log.logEndOffset == 2)
    }

    @Test("Records without a key are refused one by one on a compacted topic")
    func keysOnCompactedTopics() throws {
        let log = try open { $0.cleanupPolicy = .compact }
        let records = [TestRecord(key: "a"), TestRecord(), TestRecord(key: ""), TestRecord()]
        let error = try logError { _ = try log.append(batch(records), leaderEpoch: 0, now: now) }
        #expect(error.code == .invalidRecord)
        #expect(error.recordErrors.map(\.index) == [1, 3])
        #expect(log.logEndOffset == 0)
    }

    @Test("What an append may inflate holds for that append alone")
    func inflationLimit() throws {
        let log = try open()
        let records = [TestRecord(timestamp: now - 2, value: "a"), TestRecord(timestamp: now - 1, value: "b")]
        _ = try log.append(batch(records, compression: .gzip), leaderEpoch: 0, now: now)
        let refused = try logError {
            _ = try log.append(batch(records, compression: .gzip), leaderEpoch: 0, now: now, inflationLimit: 1)
        }
        #expect(refused.code == .operationNotAttempted)
        #expect(try log.offset(for: .timestamp(now - 1))?.offset == 1)
    }

    @Test("Another compression.type than the producer's compresses anew", arguments: Compression.allCases)
    func recompression(codec: Compression) throws {
        let log = try open { $0.compressionType = codec }
        for source in Compression.allCases {
            let records = (0..<100).map { TestRecord(key: "key-\($0)", value: "value of \(source) \($0)") }
            let result = try log.append(batch(records, compression: source), leaderEpoch: 7, now: now)
            let bytes = try log.read(from: result.baseOffset, maxBytes: 1 << 20).slice.read()
            let header = try bytes.withUnsafeReadableBytes { try RecordBatchReader.validate($0) }
            #expect(header.compression == codec)
            #expect(header.partitionLeaderEpoch == 7)
            #expect(header.baseOffset == result.baseOffset)
            #expect(try log.records(from: result.baseOffset).map(\.value) == records.map(\.value))
        }
    }

    @Test("Copies keep their offsets, which must go up")
    func replication() throws {
        let log = try open()
        let source = batch([TestRecord(value: "a")], baseOffset: 100) { $0.partitionLeaderEpoch = 4 }
        let result = try log.append(source, origin: .replication, leaderEpoch: -1, now: now)
        #expect(result.baseOffset == 100)
        #expect(log.logEndOffset == 101)
        #expect(log.latestEpoch == 4)
        #expect(try log.read(from: 0, maxBytes: 1 << 20).slice.read() == source)
        #expect(
            try logError { _ = try log.append(source, origin: .replication, leaderEpoch: -1, now: now) }.code
                == .invalidRecord)
        #expect(
            try logError { _ = try log.append(source, origin: .raftLeader, leaderEpoch: 5, now: now) }.code
                == .invalidRecord)
    }

    @Test("Reads outside of the log are out of range, and at its end they are empty")
    func ranges() throws {
        let log = try open()
        for _ in 0..<10 { _ = try log.append(batch(ofBytes: 100), leaderEpoch: 0, now: now) }
        #expect(try log.read(from: 10, maxBytes: 100).slice.isEmpty)
        #expect(try logError { _ = try log.read(from: 11, maxBytes: 100) }.code == .offsetOutOfRange)
        try log.advanceLogStart(to: 4)
        #expect(try logError { _ = try log.read(from: 3, maxBytes: 100) }.code == .offsetOutOfRange)
        #expect(try log.read(from: 4, maxBytes: 100, minOneBatch: false).logStartOffset == 4)
        #expect(try logError { try log.advanceLogStart(to: 11) }.code == .offsetOutOfRange)
    }

    @Test("A slice ends where the maximum says, but its first batch is whole or missing")
    func sliceSizes() throws {
        let log = try open()
        for _ in 0..<3 { _ = try log.append(batch(ofBytes: 1000), leaderEpoch: 0, now: now) }
        let size = Int(log.byteCount) / 3
        #expect(try log.read(from: 0, maxBytes: 1, minOneBatch: true).slice.byteCount == size)
        #expect(try log.read(from: 0, maxBytes: 1, minOneBatch: false).slice.isEmpty)
        #expect(try log.read(from: 0, maxBytes: size + 10, minOneBatch: false).slice.byteCount == size + 10)
        let second = try log.read(from: 1, maxBytes: 1 << 20).slice
        #expect(second.position == Int64(size))
        #expect(second.byteCount == 2 * size)
    }

    @Test("The batch that holds an offset in its middle is returned")
    func middleOfBatch() throws {
        let log = try open()
        _ = try log.append(batch((0..<10).map { TestRecord(value: "\($0)") }), leaderEpoch: 0, now: now)
        let slice = try log.read(from: 5, maxBytes: 1 << 20).slice
        #expect(slice.position == 0)
        #expect(try log.records(from: 5).first?.offset == 5)
    }
}
