// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Testing

@Suite("The age of what is unread")
struct BatchTimestampTests {
    private let temporary = TemporaryDirectory()
    private let now: Int64 = 1_700_000_000_000

    @Test("The time is that of the batch that is read next, over segments and below the log's start")
    func next() throws {
        let log = try temporary.openLog { $0.config.segmentBytes = 1500 }
        #expect(try log.batchTimestamp(at: 0) == nil)
        for index in 0..<6 as Range<Int64> {
            _ = try log.append(batch(ofBytes: 1000, timestamp: now + index), leaderEpoch: 0, now: now)
        }
        _ = try log.append(
            batch([TestRecord(timestamp: now + 9), TestRecord(timestamp: now + 7)]), leaderEpoch: 0, now: now)
        for offset in 0..<6 as Range<Int64> { #expect(try log.batchTimestamp(at: offset) == now + offset) }
        #expect(try log.batchTimestamp(at: 7) == now + 9)
        #expect(try log.batchTimestamp(at: 8) == nil)
        #expect(try log.batchTimestamp(at: .max) == nil)
        try log.advanceLogStart(to: 3)
        #expect(try log.batchTimestamp(at: 0) == now + 3)
        #expect(try log.batchTimestamp(at: .min) == now + 3)
        #expect((log.size.byteCount, log.size.segmentCount) == (log.byteCount, log.segments.count))
    }

    @Test("The end of a transaction is nothing to read, and under LogAppendTime the time is the broker's")
    func markersAndAppendTime() throws {
        let log = try temporary.openLog { $0.config.messageTimestampType = .logAppendTime }
        _ = try log.append(
            idempotentBatch(producerID: 1, sequence: 0, transactional: true), leaderEpoch: 0, now: now)
        let marker = EndTransactionMarker(isCommit: true, coordinatorEpoch: 0)
            .batch(timestamp: 1, producerID: 1, producerEpoch: 0)
        _ = try log.append(marker, origin: .coordinator, leaderEpoch: 0, now: now + 1)
        #expect(log.logEndOffset == 2)
        #expect(try log.batchTimestamp(at: 0) == now)
        #expect(try log.batchTimestamp(at: 1) == nil)
        _ = try log.append(batch([TestRecord(timestamp: 5)]), leaderEpoch: 0, now: now + 2)
        #expect(try log.batchTimestamp(at: 1) == now + 2)
    }
}
