// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("The share coordinator's state")
struct ShareStateShardTests {
    private let key = SharePartitionKey("g", KafkaUUID(high: 1, low: 1), 0)

    /// Writes records as a log would, and counts their offsets.
    private struct Log {
        var shard = ShareStateShard()
        var records: [ShareStateRecord] = []

        mutating func write(_ record: ShareStateRecord) {
            shard.apply(record, at: Int64(records.count))
            records.append(record)
        }
    }

    private func write(_ first: Int64, _ last: Int64, start: Int64 = -1, leader: Int32 = 0) -> ShareStateWrite {
        ShareStateWrite(
            stateEpoch: 1, leaderEpoch: leader, startOffset: start, deliveryCompleteCount: 2,
            batches: [ShareStateBatch(first, last, .acknowledged, 1)])
    }

    @Test("Only what was initialized can be read and written")
    func uninitialized() {
        let shard = ShareStateShard()
        #expect(throws: ShareError(.invalidRequest, ShareStateShard.readOfUnknown)) {
            try shard.read(key, leaderEpoch: 0, updatesPerSnapshot: 5, now: 0)
        }
        #expect(throws: ShareError(.invalidRequest, ShareStateShard.writeOfUnknown)) {
            try shard.write(key, write(0, 1), updatesPerSnapshot: 5, now: 0)
        }
        #expect(shard.delete(key) == nil)
    }

    @Test("Updates follow a snapshot until there are too many, and reading back leads to the same state")
    func snapshots() throws {
        var log = Log()
        log.write(try log.shard.initialize(key, stateEpoch: 1, startOffset: 0, now: 7))
        for offset in Int64(0)..<12 {
            let write = write(offset * 2, offset * 2, start: offset == 6 ? 8 : -1)
            log.write(try log.shard.write(key, write, updatesPerSnapshot: 5, now: 9))
        }
        let kinds = log.records.map { if case .snapshot = $0 { "S" } else { "U" } }.joined()
        #expect(kinds == "SUUUUUSUUUUUS")
        let state = log.shard.entries[key]!.state
        #expect(state.snapshotEpoch == 2 && state.startOffset == 8 && state.stateEpoch == 1)
        #expect(state.batches.map(\.first) == [8, 10, 12, 14, 16, 18, 20, 22])
        #expect(state.createTimestamp == 7 && state.writeTimestamp == 9)
        #expect(log.shard.firstNeededOffset == 12)
        var again = ShareStateShard()
        for (offset, record) in log.records.enumerated() where offset >= 12 { again.apply(record, at: Int64(offset)) }
        #expect(again.entries[key]?.state == state)
    }

    @Test("Leaders and states of the past are fenced, and a new leader is recorded when it reads")
    func fencing() throws {
        var log = Log()
        log.write(try log.shard.initialize(key, stateEpoch: 1, startOffset: 0, now: 0))
        let (before, record) = try log.shard.read(key, leaderEpoch: 4, updatesPerSnapshot: 5, now: 0)
        #expect(before.leaderEpoch == 0)
        log.write(try #require(record))
        #expect(log.shard.entries[key]?.state.leaderEpoch == 4)
        #expect(try log.shard.read(key, leaderEpoch: 4, updatesPerSnapshot: 5, now: 0).record == nil)
        #expect(throws: ShareError(.fencedLeaderEpoch)) {
            try log.shard.write(key, write(0, 1, leader: 3), updatesPerSnapshot: 5, now: 0)
        }
        log.write(try log.shard.initialize(key, stateEpoch: 2, startOffset: 50, now: 0))
        #expect(throws: ShareError(.fencedStateEpoch)) {
            try log.shard.write(key, write(0, 1, leader: 4), updatesPerSnapshot: 5, now: 0)
        }
        #expect(throws: ShareError(.fencedStateEpoch)) {
            try log.shard.initialize(key, stateEpoch: 1, startOffset: 0, now: 0)
        }
        #expect(log.shard.entries[key]?.state.startOffset == 50)
        log.write(try #require(log.shard.delete(key)))
        #expect(log.shard.entries.isEmpty && log.shard.firstNeededOffset == nil)
    }

    @Test("An idle share partition is written again, so that what lies behind it can go")
    func pruning() async throws {
        let states = MemoryShareLog(count: 1)
        let clock = ManualClock()
        let topics = FixedTopics(["orders": 2])
        let coordinator = ShareCoordinator(
            log: states, topics: topics, clock: clock.clock,
            configuration: ShareCoordinatorConfiguration(updatesPerSnapshot: 3), logger: quiet)
        let id = topics.topic(named: "orders")!.id
        let (idle, busy) = (SharePartitionKey("g", id, 0), SharePartitionKey("g", id, 1))
        try await coordinator.initialize(idle, stateEpoch: 1, startOffset: 5)
        try await coordinator.initialize(busy, stateEpoch: 1, startOffset: 0)
        for offset in Int64(0)..<20 {
            try coordinator.write(
                busy, ShareStateWrite(stateEpoch: 1, leaderEpoch: 0, startOffset: offset, deliveryCompleteCount: 0))
        }
        await coordinator.prune()
        #expect(try states.records().count == 22)
        clock.advance(400_000)
        coordinator.snapshotColdPartitions()
        await coordinator.prune()
        #expect(try states.records().count < 4)
        // Once is enough.
        let written = states.writtenCount(0)
        clock.advance(400_000)
        coordinator.snapshotColdPartitions()
        #expect(states.writtenCount(0) == written)

        let restarted = ShareCoordinator(
            log: states, topics: topics, clock: clock.clock, configuration: .init(), logger: quiet)
        #expect(try await restarted.summary(idle)?.startOffset == 5)
        #expect(try await restarted.summary(busy)?.startOffset == 19)
        restarted.topicsDeleted([id])
        #expect(try await restarted.summary(idle) == nil)
    }
}
