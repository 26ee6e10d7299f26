// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite("What a consumer's caller says is done with")
struct ConsumerPartitionTests {
    private func records(_ offsets: Range<Int64>) -> FetchedRecords {
        FetchedRecords(
            partition: TopicPartition("t", 0), buffer: ByteBuffer(), startOffset: offsets.lowerBound,
            nextOffset: offsets.upperBound, leaderEpoch: 7, highWatermark: -1, lastStableOffset: -1, logStartOffset: -1)
    }

    @Test("counts from the first record handed out to the last, and no other")
    func bounds() {
        var partition = ConsumerPartition(.offset(5000), token: 1)
        partition.settle(1000)
        #expect(partition.position == 5000)
        partition.handOut(records(5000..<5100), settling: false)
        for (said, position) in [(1000, 5000), (5101, 5000), (5000, 5000), (5050, 5050), (5100, 5100)]
            as [(Int64, Int64)]
        {
            partition.settle(said)
            #expect(partition.position == position, "\(said)")
        }
        #expect(partition.leaderEpoch == 7)
    }

    @Test("is no more than what is not put back, the last first", arguments: [true, false])
    func puttingBack(settling: Bool) {
        var partition = ConsumerPartition(.offset(0), token: 1)
        for part in [0..<10, 10..<20, 20..<30] as [Range<Int64>] {
            partition.handOut(records(part), settling: settling)
        }
        #expect(partition.takeBack(records(10..<20)) == nil)
        #expect(partition.takeBack(records(20..<30)) == 1)
        #expect(partition.takeBack(records(15..<20)) == 1)
        #expect(partition.takeBack(records(-5..<15)) == nil)
        #expect(partition.position == (settling ? 15 : 0))
        partition.settle(20)
        #expect(partition.position == (settling ? 15 : 0))
        partition.handOut(records(15..<20), settling: settling)
        partition.settle(20)
        #expect(partition.position == 20)
    }

    @Test("is nothing of what was handed out before a seek")
    func seeking() {
        var partition = ConsumerPartition(.offset(20), token: 2)
        #expect(partition.takeBack(records(10..<20)) == nil)
        #expect(partition.position == 20)
    }

    @Test("is everything that was handed out, where poll says it")
    func polling() {
        var partition = ConsumerPartition(.earliest, token: 1)
        partition.handOut(records(0..<10), settling: true)
        #expect(partition.position == 10)
    }
}
