// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("Records of a share partition")
struct SharePartitionStateTests {
    private var limits = SharePartitionState.Limits()

    private func wanted(
        _ member: String = "a", max: Int64 = 500, batch: Int64 = 500, mode: ShareAcquisition.Mode = .batchOptimized,
        deadline: Int64 = 100
    ) -> ShareAcquisition {
        ShareAcquisition(memberID: member, maxRecords: max, batchSize: batch, mode: mode, deadline: deadline)
    }

    private func batches(_ ranges: ClosedRange<Int64>...) -> [ShareLogBatch] {
        ranges.map { ShareLogBatch(base: $0.lowerBound, last: $0.upperBound) }
    }

    private func all(_ type: AcknowledgeType, _ range: ClosedRange<Int64>) -> [AcknowledgementBatch] {
        [AcknowledgementBatch(first: range.lowerBound, last: range.upperBound, types: [type])]
    }

    @Test("Members get different records, and what is accepted from the start on is forgotten")
    func queue() throws {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        #expect(state.acquire(wanted("a"), batches(0...9), limits) == [AcquiredRecords(0...9)])
        #expect(state.nextFetchOffset == 10)
        #expect(state.acquire(wanted("b"), batches(10...19), limits) == [AcquiredRecords(10...19)])
        try state.acknowledge(all(.accept, 10...19), by: "b", deadline: 0, limits)
        #expect(state.records.startOffset == 0 && state.records.terminalCount == 10)
        #expect(
            state.write(leaderEpoch: 3)
                == ShareStateWrite(
                    stateEpoch: 1, leaderEpoch: 3, startOffset: 0, deliveryCompleteCount: 10,
                    batches: [ShareStateBatch(10, 19, .acknowledged, 1)]))
        state.changesWritten()
        try state.acknowledge(all(.accept, 0...9), by: "a", deadline: 0, limits)
        #expect(state.records.startOffset == 20 && state.records.runs.isEmpty)
        #expect(state.write(leaderEpoch: 3).batches.isEmpty && state.write(leaderEpoch: 3).startOffset == 20)
    }

    @Test("Whole batches come, or not one record more than wanted")
    func modes() {
        var whole = SharePartitionState(startOffset: 0, stateEpoch: 1)
        let log = batches(0...4, 5...9, 10...14)
        #expect(whole.acquire(wanted(max: 6), log, limits) == [AcquiredRecords(0...9)])
        var exact = SharePartitionState(startOffset: 0, stateEpoch: 1)
        #expect(exact.acquire(wanted(max: 6, mode: .recordLimit), log, limits) == [AcquiredRecords(0...5)])
        #expect(exact.nextFetchOffset == 6)
        // Read again from the batch in which it stopped.
        #expect(
            exact.acquire(wanted(max: 2, mode: .recordLimit), batches(5...9), limits) == [AcquiredRecords(6...7)])
        var split = SharePartitionState(startOffset: 0, stateEpoch: 1)
        #expect(
            split.acquire(wanted(batch: 5), log, limits)
                == [AcquiredRecords(0...4), AcquiredRecords(5...9), AcquiredRecords(10...14)])
    }

    @Test("Each record can be acknowledged in its own way, and what is released comes again")
    func types() throws {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        _ = state.acquire(wanted(), batches(0...4), limits)
        let batch = AcknowledgementBatch(first: 0, last: 4, types: [.accept, .release, .reject, .gap, .release])
        try state.acknowledge([batch], by: "a", deadline: 0, limits)
        #expect(state.records.startOffset == 1 && state.nextFetchOffset == 1)
        #expect(
            state.write(leaderEpoch: 0).batches == [
                ShareStateBatch(1, 1, .available, 1), ShareStateBatch(2, 3, .archived, 1),
                ShareStateBatch(4, 4, .available, 1),
            ])
        #expect(
            state.acquire(wanted("b"), batches(0...4, 5...6), limits)
                == [AcquiredRecords(1...1, 2), AcquiredRecords(4...4, 2), AcquiredRecords(5...6)])
    }

    @Test("Nobody acknowledges what it does not have")
    func refusals() throws {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        func code(_ member: String, _ range: ClosedRange<Int64>) -> ErrorCode? {
            var draft = state
            do throws(ShareError) {
                try draft.acknowledge(all(.accept, range), by: member, deadline: 0, limits)
                return nil
            } catch { return error.code }
        }
        #expect(code("a", 0...1) == .invalidRecordState)
        _ = state.acquire(wanted(), batches(0...9), limits)
        #expect(code("b", 0...9) == .invalidRecordState)
        #expect(code("a", 5...10) == .invalidRequest)
        #expect(code("a", 10...11) == .invalidRequest)
        try state.acknowledge(all(.accept, 0...4), by: "a", deadline: 0, limits)
        // Before the start all is done already.
        #expect(code("a", 0...4) == nil)
        #expect(code("a", 3...9) == nil)
        try state.acknowledge(all(.release, 5...6), by: "a", deadline: 0, limits)
        #expect(code("a", 5...9) == .invalidRecordState)
        #expect(code("a", 7...9) == nil)
    }

    @Test("A record that is delivered too often is archived; the last time it comes alone")
    func deliveryLimit() throws {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        var counts: [Int64: Int16] = [:]
        var sizes: [Int64] = []
        while state.records.startOffset < 8 {
            let ranges = state.acquire(wanted(), batches(0...7), limits)
            #expect(!ranges.isEmpty)
            sizes.append(ranges.acquiredCount)
            for range in ranges {
                for offset in range.first...range.last {
                    #expect(range.deliveryCount == counts[offset, default: 0] + 1)
                    counts[offset] = range.deliveryCount
                }
                try state.acknowledge(all(.release, range.first...range.last), by: "a", deadline: 0, limits)
            }
            if sizes.count > 200 { break }
        }
        #expect(counts.values.allSatisfy { $0 == 5 })
        #expect(sizes.prefix(3) == [8, 8, 8] && sizes[3] == 4 && sizes.suffix(3) == [1, 1, 1])
    }

    @Test("Locks end, unless they are renewed")
    func locks() throws {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        _ = state.acquire(wanted(), batches(0...9), limits)
        try state.acknowledge(all(.renew, 0...4), by: "a", deadline: 200, limits)
        #expect(state.changes.isEmpty && state.records.earliestDeadline == 100)
        state.expire(now: 99, limits)
        #expect(state.nextFetchOffset == 10)
        state.expire(now: 100, limits)
        #expect(state.nextFetchOffset == 5 && state.changes == [ShareStateBatch(5, 9, .available, 1)])
        #expect(state.records.earliestDeadline == 200)
        state.expire(now: 200, limits)
        #expect(state.nextFetchOffset == 0 && state.records.earliestDeadline == nil)
    }

    @Test("What a member had when it went does not count as delivered")
    func release() {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        _ = state.acquire(wanted("a"), batches(0...4), limits)
        _ = state.acquire(wanted("b"), batches(5...9), limits)
        state.release(memberID: "a")
        #expect(state.changes == [ShareStateBatch(0, 4, .available, 0)])
        #expect(state.acquire(wanted("c"), batches(0...4), limits) == [AcquiredRecords(0...4)])
    }

    @Test("No more than the window is in flight, but what is in it comes again")
    func window() throws {
        var limits = limits
        limits.recordLocks = 10
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        #expect(state.acquire(wanted(mode: .recordLimit), batches(0...99), limits) == [AcquiredRecords(0...9)])
        #expect(!state.canAcquire(limits))
        #expect(state.acquire(wanted(), batches(0...99), limits).isEmpty)
        try state.acknowledge(all(.release, 4...5), by: "a", deadline: 0, limits)
        #expect(state.canAcquire(limits))
        #expect(state.acquire(wanted("b"), batches(0...99), limits) == [AcquiredRecords(4...5, 2)])
        try state.acknowledge(all(.accept, 0...3), by: "a", deadline: 0, limits)
        #expect(state.acquire(wanted(mode: .recordLimit), batches(0...99), limits) == [AcquiredRecords(10...13)])
    }

    @Test("Offsets that compaction or retention took hold nothing up")
    func gaps() throws {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        #expect(state.acquire(wanted(), batches(5...9), limits) == [AcquiredRecords(5...9)])
        #expect(state.records.startOffset == 5)
        try state.acknowledge(all(.accept, 5...9), by: "a", deadline: 0, limits)
        #expect(state.records.startOffset == 10)
        _ = state.acquire(wanted(), batches(10...19), limits)
        state.records.moveStart(to: 15)
        try state.acknowledge(all(.accept, 10...19), by: "a", deadline: 0, limits)
        #expect(state.records.startOffset == 20)
        _ = state.acquire(wanted(), batches(20...29), limits)
        state.release(memberID: "a")
        #expect(state.acquire(wanted(), batches(25...29), limits) == [AcquiredRecords(25...29)])
        #expect(state.records.startOffset == 25)
    }

    @Test("Records of aborted transactions are not handed out")
    func aborted() {
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        var log = batches(0...1, 2...4, 5...6, 7...8)
        log[1].isAborted = true
        log[3].isAborted = true
        #expect(state.acquire(wanted(), log, limits) == [AcquiredRecords(0...1), AcquiredRecords(5...6)])
        #expect(state.nextFetchOffset == 9 && state.records.terminalCount == 5)
    }

    @Test("What is kept comes back; offsets that it says nothing of were never delivered")
    func restart() {
        var kept = ShareGroupState()
        kept.stateEpoch = 4
        kept.batches = [
            ShareStateBatch(12, 13, .acknowledged, 1), ShareStateBatch(15, 16, .available, 2),
            ShareStateBatch(18, 18, .archived, 5),
        ]
        var state = SharePartitionState(kept, startOffset: 10)
        #expect(state.stateEpoch == 4 && state.nextFetchOffset == 10 && state.records.terminalCount == 3)
        #expect(
            state.acquire(wanted(), batches(10...19), limits)
                == [
                    AcquiredRecords(10...11), AcquiredRecords(14...14), AcquiredRecords(15...16, 3),
                    AcquiredRecords(17...17), AcquiredRecords(19...19),
                ])
        kept.batches = [ShareStateBatch(10, 13, .acknowledged, 1)]
        #expect(SharePartitionState(kept, startOffset: 10).records.startOffset == 14)
    }
}
