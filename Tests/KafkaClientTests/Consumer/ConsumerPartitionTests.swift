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

    @Test("is everything that was handed out, where poll says it")
    func polling() {
        var partition = ConsumerPartition(.earliest, token: 1)
        partition.handOut(records(0..<10), settling: true)
        #expect(partition.position == 10)
    }
}
