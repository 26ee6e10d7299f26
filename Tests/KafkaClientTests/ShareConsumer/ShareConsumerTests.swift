// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite("Members of share groups")
struct ShareConsumerTests {
    @Test("Acknowledgements become runs of offsets, with one type where it is the same for all")
    func runs() {
        var acknowledgements = Acknowledgements()
        for offset: Int64 in [5, 3, 4] { acknowledgements.set(offset, .accept) }
        acknowledgements.set(9, .reject)
        acknowledgements.addGap(10...11)
        acknowledgements.set(12, .reject)
        #expect(
            acknowledgements.runs == [
                .init(first: 3, last: 5, types: [1]), .init(first: 9, last: 12, types: [3, 0, 0, 3]),
            ])
        #expect(acknowledgements.offsets == [3, 4, 5, 9, 12], "a gap is no record")
        #expect(Acknowledgements().runs.isEmpty)
    }

    @Test("A gap of any length is one run, and is walked by nobody")
    func longGap() {
        let far: Int64 = 1 << 62
        var acknowledgements = Acknowledgements()
        acknowledgements.set(4, .accept)
        acknowledgements.addGap(5...far)
        acknowledgements.set(far + 1, .accept)
        acknowledgements.addGap((Int64.max - 1)...Int64.max)
        let expected: [Acknowledgements.Run] = [
            .init(first: 4, last: 4, types: [1]), .init(first: 5, last: far, types: [0]),
            .init(first: far + 1, last: far + 1, types: [1]), .init(first: Int64.max - 1, last: Int64.max, types: [0]),
        ]
        #expect(acknowledgements.runs == expected)
    }

    @Test("What is said later of a record counts")
    func later() {
        var acknowledgements = Acknowledgements()
        acknowledgements.set(1, .accept)
        acknowledgements.set(1, .release)
        #expect(acknowledgements.runs == [.init(first: 1, last: 1, types: [2])])
    }

    private func records(_ acquired: [ClosedRange<Int64>], batches: [(base: Int64, count: Int)] = []) throws
        -> ShareRecords
    {
        var buffer = ByteBuffer()
        for batch in batches {
            var builder = RecordBatchBuilder(capacity: 1000, baseOffset: batch.base)
            for _ in 0..<batch.count {
                _ = Array("v".utf8).withUnsafeBytes { builder.append(timestamp: 1, key: nil, value: $0) }
            }
            buffer.writeImmutableBuffer(builder.finish(RecordBatchProperties { _ in }))
        }
        return try ShareRecords(
            TopicPartition("t", 0), buffer,
            acquired.map { range in
                ShareFetchResponse.AcquiredRecords {
                    $0.firstOffset = range.lowerBound
                    $0.lastOffset = range.upperBound
                    $0.deliveryCount = 1
                }
            })
    }

    @Test("What was acquired can be had as records with bytes of their own")
    func ownBytes() throws {
        let found = try records([1...1, 5...5], batches: [(0, 3)]).records()
        #expect(found.map(\.offset) == [1] && found[0].value?.string == "v" && found[0].key == nil)
        #expect(found[0].topic == "t" && found[0].partition == 0 && found[0].timestamp == 1)
    }

    @Test("Acquired offsets without a record are gaps, however many there are")
    func gaps() throws {
        let none = try records([4...6])
        #expect(none.count == 0 && none.gaps == [4...6])
        let far: Int64 = 1 << 62
        let some = try records([0...1, 3...far], batches: [(0, 2), (5, 2), (9, 1)])
        #expect(some.offsets == [0, 1, 5, 6, 9])
        #expect(some.gaps == [3...4, 7...8, 10...far])
        let last = Int64.max
        let all = try records([0...last], batches: [(0, 1), (last, 1)])
        #expect(all.offsets == [0, last])
        #expect(all.gaps == [1...(last - 1)])
    }

    @Test("Ranges that overlap, or stand in no order, count once; records that were not acquired don't count")
    func overlaps() throws {
        let found = try records([7...8, 2...5, 4...7, -9...0], batches: [(0, 10)])
        #expect(found.offsets == [0, 2, 3, 4, 5, 6, 7, 8] && found.gaps.isEmpty)
    }

    @Test("Epochs of a session begin with 0 and never come back to it")
    func epochs() {
        var session = ShareSession()
        #expect(session.epoch == 0)
        session.advance()
        #expect(session.epoch == 1)
        session.epoch = .max
        session.advance()
        #expect(session.epoch == 1)
    }
}
