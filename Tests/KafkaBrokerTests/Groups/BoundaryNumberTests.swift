// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// Numbers that no honest client sends and no broker writes: a result that doesn't fit is the nearest one that does.
@Suite("Numbers at the ends of their types, in groups, transactions and share groups")
struct BoundaryNumberTests {
    private static let extremes: [Int64] = [.min, .min + 1, -2, 0, 1, .max / 2, .max - 1, .max]

    @Test("An offset's own retention may reach to the end of time", arguments: extremes)
    func retention(_ retention: Int64) {
        var driver = ShardDriver()
        #expect(driver.commit([("orders", 0, 7)], version: 4, retention: retention) == [.none])
        #expect(driver.fetch("orders", 0).committedOffset == 7)
    }

    @Test("An offset that was committed at an impossible time expires or doesn't", arguments: extremes)
    func commitTimestamp(_ timestamp: Int64) {
        let offset = CommittedOffset(OffsetCommitValue { $0.commitTimestamp = timestamp }, recordOffset: 0)
        #expect(offset.isExpired(.sinceCommit, now: 1_000, retentionMs: 500) == (timestamp <= 500))
        #expect(offset.isExpired(.since(timestamp), now: 1_000, retentionMs: 500) == (timestamp <= 500))
    }

    @Test(
        "A group begins whatever its first member says of its rebalance timeout", arguments: [Int32.min, -1, 0, .max])
    func rebalanceTimeout(_ timeout: Int32) {
        var driver = ShardDriver()
        driver.configuration.initialRebalanceDelayMs = 3_000
        let id = driver.joinFresh(rebalance: timeout).id
        driver.advance(3_000)
        #expect(driver.joins[id]?.errorCode == ErrorCode.none)
    }

    @Test("Session timeouts are refused where the configured bounds contradict each other")
    func sessionBounds() {
        var driver = ShardDriver()
        driver.configuration.minSessionTimeoutMs = 60_000
        driver.configuration.maxSessionTimeoutMs = 6_000
        let id = driver.join(session: 10_000)
        #expect(
            GroupShard.check(
                JoinGroupRequest { ($0.groupID, $0.sessionTimeoutMs) = ("g", 10_000) }, driver.configuration)
                == .invalidSessionTimeout)
        #expect(driver.joins[id] != nil)
    }

    @Test("A consumer group that was written with the last epoch there is goes on answering")
    func consumerEpochs() {
        var driver = ShardDriver()
        let topic = driver.topics.topic(named: "orders")!
        var group = ConsumerGroup(groupID: ShardDriver.group)
        var member = ConsumerGroup.Member("old")
        member.topicNames = ["orders"]
        member.rebalanceTimeoutMs = .max
        (member.epoch, member.previousEpoch, member.state) = (.max, .max, .unrevokedPartitions)
        member.pendingRevocation = [topic.id: [-7, 0, .max]]
        group.members = ["old": member]
        let impossible = [
            "orders": TopicFacts(name: "orders", id: topic.id, partitionCount: -3),
            "twin": TopicFacts(name: "twin", id: topic.id, partitionCount: .max),
        ]
        let records = [
            group.record(of: member), group.epochRecord(.max), group.topicsRecord(impossible),
            group.targetRecord("old", [topic.id: [-1, .min, 0, .max]]), group.targetEpochRecord(.max - 1),
            group.currentRecord(of: member),
        ]
        for (offset, record) in records.enumerated() {
            driver.shard.apply(record, offset: .max - Int64(offset), producerID: -1, now: driver.now)
        }
        driver.perform { shard, context, effects in shard.loaded(context, &effects) }
        for assignor in ["range", "uniform"] {
            let response = driver.perform { shard, context, effects in
                shard.heartbeat(
                    ConsumerGroupHeartbeatRequest {
                        ($0.groupID, $0.memberID, $0.memberEpoch) = (ShardDriver.group, "new \(assignor)", 0)
                        ($0.rebalanceTimeoutMs, $0.subscribedTopicNames) = (.max, ["orders"])
                        ($0.topicPartitions, $0.serverAssignor) = ([], assignor)
                    }, GroupClient(clientID: "client", host: "/127.0.0.1", apiVersion: 1), context, &effects)
            }
            #expect(response.errorCode == .none)
        }
        driver.advance(.max / 2)
        #expect(driver.shard.consumerGroups[ShardDriver.group]?.epoch == .max)
    }

    @Test("Partitions that can't be are not assigned, whatever was assigned before")
    func assignors() {
        let topic = KafkaUUID.random()
        let members = ["a", "b"].map {
            AssignedMember(memberID: $0, instanceID: nil, topicIDs: [topic], current: [topic: [.min, -1, 0, 3, .max]])
        }
        for assignor in PartitionAssignors.byName.values {
            let assigned = assignor.assign(members, partitionCounts: [topic: 3]).values.flatMap { $0[topic] ?? [] }
            #expect(assigned.sorted() == [0, 1, 2])
        }
    }

    @Test("A share group acquires at the end of all offsets")
    func shareAcquisition() {
        let limits = SharePartitionState.Limits()
        var kept = ShareGroupState()
        kept.startOffset = 0
        kept.batches = [ShareStateBatch(0, .max - 1, .available, 3), ShareStateBatch(5, .max, .available, .max)]
        var state = SharePartitionState(kept, startOffset: 0)
        let last = Int64.max - 1
        for mode in [ShareAcquisition.Mode.batchOptimized, .recordLimit] {
            let wanted = ShareAcquisition(
                memberID: "a", maxRecords: .max, batchSize: 1, mode: mode, deadline: .max)
            let ranges = state.acquire(wanted, [ShareLogBatch(base: last - 1, last: last)], limits)
            #expect(ranges.acquiredCount >= 0)
        }
        #expect(state.write(leaderEpoch: .max).deliveryCompleteCount >= 0)
    }

    @Test("Share state that was written with the last epoch there is can be written again")
    func shareSnapshots() throws {
        var shard = ShareStateShard()
        let key = SharePartitionKey("queue", .random(), 0)
        var state = ShareGroupState()
        (state.snapshotEpoch, state.stateEpoch, state.leaderEpoch, state.startOffset) = (.max, .max, .max, .max)
        state.batches = [ShareStateBatch(.max, .min, .available, .min), ShareStateBatch(.min, .max, .available, .max)]
        shard.apply(.snapshot(key, state), at: .max)
        #expect(shard.snapshots(olderThan: .max, now: 1).count == 1)
        _ = try shard.initialize(key, stateEpoch: .max, startOffset: .min, now: 1)
        let write = ShareStateWrite(
            stateEpoch: -1, leaderEpoch: -1, startOffset: .max, batches: [ShareStateBatch(0, .max - 1, .archived, .max)]
        )
        for snapshot in [0, 500] {
            shard.apply(try shard.write(key, write, updatesPerSnapshot: snapshot, now: 1), at: .max)
        }
        _ = shard.isSpread
    }

    @Test("A transaction that began at an impossible time is timed out or isn't", arguments: extremes)
    func transactions(_ timestamp: Int64) {
        var metadata = TransactionMetadata(producerID: .max, timeoutMs: .max - 1, lastUpdateTimestamp: timestamp)
        (metadata.state, metadata.startTimestamp, metadata.producerEpoch) = (.ongoing, timestamp, .max)
        _ = metadata.isTimedOut(now: 1_000)
        metadata.state = .completeCommit
        #expect(metadata.isExpired(now: 1_000, after: 500) == (timestamp <= 500))
        let expected = ProducerIdentity(id: .max, epoch: .max)
        for epoch: Int16 in [.min, -1, .max] {
            metadata.producerEpoch = epoch
            _ = metadata.initializing(
                timeoutMs: 1, expected: expected, newProducerID: 5, serverVersion: 2, now: .max)
            _ = metadata.initializing(timeoutMs: 1, expected: nil, newProducerID: 5, serverVersion: 0, now: .min)
        }
    }

    @Test("A timer may be set for the end of time")
    func timers() {
        var queue = TimerQueue<Int>()
        queue.apply(.start(after: .max), to: 1, now: 5)
        queue.apply(.startUnlessRunning(after: .max), to: 2, now: 5)
        #expect(queue.nextDeadline == .max && queue.popDue(.max - 1) == nil)
    }
}
