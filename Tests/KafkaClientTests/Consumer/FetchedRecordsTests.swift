// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite struct FetchedRecordsTests {
    private func batch(
        _ base: Int64, _ values: [String], producer: Int64 = -1, transactional: Bool = false
    ) -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 10_000, baseOffset: base)
        for value in values {
            _ = Array(value.utf8).withUnsafeBytes { builder.append(timestamp: 1, key: nil, value: $0) }
        }
        return builder.finish(
            RecordBatchProperties {
                $0.producerID = producer
                $0.producerEpoch = producer < 0 ? -1 : 0
                $0.baseSequence = producer < 0 ? -1 : 0
                $0.isTransactional = transactional
            })
    }

    private func marker(_ base: Int64, commit: Bool, producer: Int64) -> ByteBuffer {
        EndTransactionMarker(isCommit: commit, coordinatorEpoch: 0).batch(
            baseOffset: base, timestamp: 1, producerID: producer, producerEpoch: 0)
    }

    private func fetched(_ batches: [ByteBuffer], from start: Int64 = 0) -> FetchedRecords {
        var buffer = ByteBuffer()
        for batch in batches { buffer.writeImmutableBuffer(batch) }
        return FetchedRecords(
            partition: TopicPartition("x", 0), buffer: buffer, startOffset: start, nextOffset: 0, leaderEpoch: -1,
            highWatermark: 0,
            lastStableOffset: 0, logStartOffset: 0)
    }

    private func visit(_ records: FetchedRecords) throws -> [String] {
        var reader = RecordBatchReader()
        var seen: [String] = []
        try records.forEachRecord(&reader) { record in
            seen.append(
                "\(record.offset):\(String(decoding: record.value ?? .init(start: nil, count: 0), as: UTF8.self))")
        }
        return seen
    }

    @Test("Records before the offset that was asked for are not visited, and control batches never")
    func start() throws {
        let records = fetched(
            [batch(0, ["a", "b", "c"]), marker(3, commit: true, producer: 9), batch(4, ["d"])], from: 1)
        #expect(try visit(records) == ["1:b", "2:c", "4:d"])
    }

    @Test("Read committed leaves out what was aborted, and only that")
    func readCommitted() throws {
        var records = fetched([
            batch(0, ["t1"], producer: 1, transactional: true), batch(1, ["t2"], producer: 2, transactional: true),
            batch(2, ["plain"]), marker(3, commit: false, producer: 1),
            batch(4, ["t1 again"], producer: 1, transactional: true), marker(5, commit: true, producer: 1),
            marker(6, commit: true, producer: 2),
        ])
        #expect(try visit(records) == ["0:t1", "1:t2", "2:plain", "4:t1 again"])
        records.isolation = .readCommitted
        records.aborted = [
            FetchResponse.AbortedTransaction {
                $0.producerID = 1
                $0.firstOffset = 0
            }
        ]
        #expect(try visit(records) == ["1:t2", "2:plain", "4:t1 again"])
    }

    @Test(
        "What follows an aborted transaction is seen wherever reading goes on",
        arguments: 0...6 as ClosedRange<Int64>)
    func readCommittedFrom(offset: Int64) throws {
        var records = fetched([
            batch(0, ["t1", "t1"], producer: 1, transactional: true), marker(2, commit: false, producer: 1),
            batch(3, ["t1 again", "and again"], producer: 1, transactional: true),
            marker(5, commit: true, producer: 1),
        ])
        records.isolation = .readCommitted
        records.aborted = [
            FetchResponse.AbortedTransaction {
                $0.producerID = 1
                $0.firstOffset = 0
            }
        ]
        records.startOffset = offset
        let committed = [(Int64(3), "3:t1 again"), (4, "4:and again")]
        #expect(try visit(records) == committed.filter { $0.0 >= offset }.map(\.1))
    }

    @Test("A visit ends when the visitor says so")
    func stop() throws {
        var reader = RecordBatchReader()
        var seen: [Int64] = []
        try fetched([batch(0, ["a", "b"]), batch(2, ["c"])]).forEachRecord(
            &reader,
            while: { record in
                seen.append(record.offset)
                return seen.count < 2
            })
        #expect(seen == [0, 1])
    }

    @Test("A flipped bit is an error that names partition and offset, unless checksums are not checked")
    func corruption() throws {
        var records = fetched([batch(0, ["a"]), batch(1, ["bbbb"])])
        let last = records.buffer.writerIndex - 2
        records.buffer.setInteger(UInt8(ascii: "x"), at: last)
        let error = #expect(throws: ClientError.self) { try visit(records) }
        #expect(error?.message.hasPrefix("partition x-0, in the batch at offset 1: ") == true)
        records.checksCRCs = false
        #expect(try visit(records).count == 2)
    }
}
