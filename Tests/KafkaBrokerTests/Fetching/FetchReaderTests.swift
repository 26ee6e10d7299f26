// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite struct FetchReaderTests {
    @Test("A fetch out of range is told nothing but the error", arguments: [Isolation.readUncommitted, .readCommitted])
    func outOfRange(_ isolation: Isolation) throws {
        let world = try ShareWorld()
        let reader = FetchReader(
            registry: world.registry, isolation: isolation, usesTopicIDs: false, maxBytes: 1_000)
        func fetch(_ offset: Int64) -> FetchResponse.Partition {
            var topic = FetchRequest.Topic()
            topic.topic = "orders"
            var partition = FetchRequest.Partition()
            partition.fetchOffset = offset
            partition.currentLeaderEpoch = -1
            partition.lastFetchedEpoch = -1
            return reader.read([FetchedPartition(topic, partition)]).answers[0].partition
        }
        let good = fetch(0)
        #expect(good.errorCode == .none && good.logStartOffset == 0)
        #expect(good.abortedTransactions == (isolation == .readCommitted ? [] : nil))
        let bad = fetch(1)
        #expect(bad.errorCode == .offsetOutOfRange)
        #expect(bad.highWatermark == -1 && bad.lastStableOffset == -1 && bad.logStartOffset == -1)
        #expect(bad.abortedTransactions == nil)
    }
}
