// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite("What a for loop works on")
struct RecordLoopTests {
    private static let partition = FetchScript.partition

    /// Records as a fetch brings them, with control records or none behind them.
    private static func fetched(_ offset: Int64, _ count: Int, nextOffset: Int64) -> FetchedRecords {
        FetchedRecords(
            partition: partition, buffer: count == 0 ? .init() : FetchScript.batch(offset, count), startOffset: offset,
            nextOffset: nextOffset, leaderEpoch: -1, highWatermark: 100, lastStableOffset: -1, logStartOffset: 0)
    }

    /// The offsets that the loop gets until it needs something else.
    private static func work(_ loop: RecordLoop, _ owner: Int) -> [Int64] {
        var offsets: [Int64] = []
        while case .work(let record) = loop.next(owner, isMember: false) { offsets.append(record.offset) }
        return offsets
    }

    @Test("What is behind the last record is finished with it, and what holds no records at once")
    func ends() {
        let loop = RecordLoop()
        let owner = loop.begin()
        #expect(loop.expect(Self.partition, for: owner))
        loop.add(Self.fetched(5, 2, nextOffset: 9))
        _ = loop.next(owner, isMember: false)
        #expect(loop.takeFinished().isEmpty)
        _ = loop.next(owner, isMember: false)
        #expect(loop.takeFinished() == [Self.partition: 6])
        #expect(Self.work(loop, owner).isEmpty)
        #expect(loop.takeFinished() == [Self.partition: 9])
        #expect(loop.expect(Self.partition, for: owner))
        loop.add(Self.fetched(9, 0, nextOffset: 12))
        #expect(loop.takeFinished() == [Self.partition: 12])
    }

    @Test("What a loop that has had its day still fetches is not taken, and nothing of the new one's is dropped")
    func displaced() {
        let loop = RecordLoop()
        let first = loop.begin()
        let second = loop.begin()
        #expect(loop.expect(Self.partition, for: second))
        loop.add(Self.fetched(0, 3, nextOffset: 3))
        #expect(!loop.expect(TopicPartition("orders", 1), for: first))
        #expect(Self.work(loop, second) == [0, 1, 2])
        guard case .displaced = loop.next(first, isMember: false) else {
            Issue.record("the first loop is not told")
            return
        }
    }

    @Test("Records of a partition that has gone meanwhile are not worked on, nor is the one in hand finished")
    func discarded() {
        let loop = RecordLoop()
        let owner = loop.begin()
        #expect(loop.expect(Self.partition, for: owner))
        loop.discard(Self.partition)
        loop.add(Self.fetched(0, 3, nextOffset: 3))
        #expect(Self.work(loop, owner).isEmpty)
        #expect(loop.expect(Self.partition, for: owner))
        loop.add(Self.fetched(0, 3, nextOffset: 3))
        _ = loop.next(owner, isMember: false)
        loop.discard(Self.partition)
        #expect(Self.work(loop, owner).isEmpty && loop.takeFinished().isEmpty)
    }
}
