// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What the leader of a share partition knows of it: a pure state machine, whose changes are to be written to the
/// share coordinator before they count.
struct SharePartitionState: Sendable, Equatable {
    /// How much may be delivered, and how often.
    struct Limits: Sendable, Equatable {
        /// `share.delivery.count.limit`
        var deliveryCount: Int16 = 5
        /// `share.partition.max.record.locks`
        var recordLocks: Int64 = 2000
    }

    var records: InFlightRecords
    /// As the share coordinator told it.
    let stateEpoch: Int32
    /// What changed and is to be written, in order.
    private(set) var changes: [ShareStateBatch] = []

    init(startOffset: Int64, stateEpoch: Int32) {
        records = InFlightRecords(startOffset: startOffset)
        self.stateEpoch = stateEpoch
    }

    /// The state that was kept; the records that it says nothing of were never delivered, as far as anyone knows.
    init(_ state: ShareGroupState, startOffset: Int64) {
        self.init(startOffset: startOffset, stateEpoch: state.stateEpoch)
        for batch in [ShareStateBatch]().merging(state.batches, from: startOffset) {
            records.append(through: batch.first - 1, .available)
            let kept = ShareRecordState(rawValue: batch.state) ?? .available
            records.append(
                through: batch.last, kept == .acquired ? .available : kept,
                deliveryCount: min(batch.deliveryCount, Self.highestDeliveryCount))
        }
        records.advance()
    }

    /// Far beyond what `share.delivery.count.limit` can be.
    private static var highestDeliveryCount: Int16 { 1000 }

    /// Where the next record to deliver is to be read.
    var nextFetchOffset: Int64 { records.firstAvailable ?? records.endOffset }

    /// What is to be written about the changes so far, in which the window has moved on already.
    func write(leaderEpoch: Int32) -> ShareStateWrite {
        ShareStateWrite(
            stateEpoch: stateEpoch, leaderEpoch: leaderEpoch, startOffset: records.startOffset,
            deliveryCompleteCount: Int32(clamping: records.terminalCount),
            batches: [ShareStateBatch]().merging(changes, from: records.startOffset))
    }

    mutating func changesWritten() { changes = [] }

    mutating func note(_ run: InFlightRecords.Run) {
        changes.append(ShareStateBatch(run.first, run.last, run.state, run.deliveryCount))
    }
}

// MARK: Giving back

extension SharePartitionState {
    /// A member goes: what it has was never processed, so that the delivery does not count.
    mutating func release(memberID: String) {
        transition { run in
            guard run.state == .acquired, run.memberID == memberID else { return false }
            run.end(in: .available)
            run.deliveryCount = max(run.deliveryCount.subtractingSaturating(1), 0)
            return true
        }
    }

    /// Locks end: what was delivered often enough is not delivered again.
    mutating func expire(now: Int64, _ limits: Limits) {
        transition { run in
            guard run.state == .acquired, run.deadline <= now else { return false }
            run.end(in: run.deliveryCount >= limits.deliveryCount ? .archived : .available)
            return true
        }
    }

    private mutating func transition(_ change: (inout InFlightRecords.Run) -> Bool) {
        guard records.count > 0 else { return }
        var changed: [InFlightRecords.Run] = []
        // Not empty, by the guard.
        let window = records.startOffset...max(records.endOffset &- 1, records.startOffset)
        records.update(window) { run in
            if change(&run) { changed.append(run) }
        }
        for run in changed { note(run) }
        records.advance()
    }
}

extension InFlightRecords.Run {
    /// Nobody has it any more.
    mutating func end(in state: ShareRecordState) {
        self.state = state
        (memberID, deadline) = (nil, .max)
    }
}
