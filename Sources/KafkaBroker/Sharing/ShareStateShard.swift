// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The share partitions of one partition of `__share_group_state`: requests in, records out, and the state that
/// applying them yields.
struct ShareStateShard: Sendable {
    struct Entry: Sendable {
        var state: ShareGroupState
        /// Updates since the last snapshot.
        var updateCount = 0
        /// Where that snapshot is: what lies before the first of them is not needed any more.
        var snapshotOffset: Int64
    }

    private(set) var entries: [SharePartitionKey: Entry] = [:]
    /// The offset behind the last record.
    private(set) var endOffset: Int64 = 0

    /// The offset before which every record is superseded; nil if there is nothing to go by.
    var firstNeededOffset: Int64? { entries.values.map(\.snapshotOffset).min() }

    /// Whether there is more behind the first needed record than one snapshot for each share partition.
    var isSpread: Bool { firstNeededOffset.map { endOffset.subtractingSaturating($0) > Int64(entries.count) } ?? false }

    mutating func apply(_ record: ShareStateRecord, at offset: Int64) {
        endOffset = offset.addingSaturating(1)
        switch record {
        case .snapshot(let key, let state?): entries[key] = Entry(state: state, snapshotOffset: offset)
        case .snapshot(let key, nil): entries[key] = nil
        case .update(let key, let update):
            // One without its snapshot is the rest of a partition that was deleted.
            entries[key]?.state.apply(update)
            entries[key]?.updateCount += 1
        }
    }
}

// MARK: Requests

/// What a share partition's leader has to say.
struct ShareStateWrite: Sendable, Equatable {
    var stateEpoch: Int32
    var leaderEpoch: Int32
    /// -1: unchanged
    var startOffset: Int64
    var deliveryCompleteCount: Int32 = -1
    var batches: [ShareStateBatch] = []
}

extension ShareStateShard {
    static let writeOfUnknown = "Write operation on uninitialized share partition not allowed."
    static let readOfUnknown = "Read operation on uninitialized share partition not allowed."

    /// Puts a share partition at an offset, with nothing in flight.
    func initialize(
        _ key: SharePartitionKey, stateEpoch: Int32, startOffset: Int64, now: Int64
    ) throws(ShareError) -> ShareStateRecord {
        let current = entries[key]?.state
        if stateEpoch != -1, let current, current.stateEpoch > stateEpoch { throw ShareError(.fencedStateEpoch) }
        var state = ShareGroupState()
        state.snapshotEpoch = current.map { $0.snapshotEpoch.addingSaturating(1) } ?? 0
        state.stateEpoch = stateEpoch == -1 ? current?.stateEpoch ?? 0 : stateEpoch
        state.startOffset = startOffset
        state.deliveryCompleteCount = startOffset == -1 ? -1 : 0
        (state.createTimestamp, state.writeTimestamp) = (now, now)
        return .snapshot(key, state)
    }

    /// The state of a share partition, and the record of a leader epoch that was not known yet.
    func read(
        _ key: SharePartitionKey, leaderEpoch: Int32, updatesPerSnapshot: Int, now: Int64
    ) throws(ShareError) -> (state: ShareGroupState, record: ShareStateRecord?) {
        guard let entry = entries[key] else { throw ShareError(.invalidRequest, Self.readOfUnknown) }
        let state = entry.state
        if leaderEpoch != -1, state.leaderEpoch > leaderEpoch { throw ShareError(.fencedLeaderEpoch) }
        guard leaderEpoch != -1, state.leaderEpoch != leaderEpoch else { return (state, nil) }
        let write = ShareStateWrite(
            stateEpoch: state.stateEpoch, leaderEpoch: leaderEpoch, startOffset: state.startOffset,
            deliveryCompleteCount: state.deliveryCompleteCount)
        return (state, record(key, entry, write, updatesPerSnapshot: updatesPerSnapshot, now: now))
    }

    func write(
        _ key: SharePartitionKey, _ write: ShareStateWrite, updatesPerSnapshot: Int, now: Int64
    ) throws(ShareError) -> ShareStateRecord {
        guard let entry = entries[key] else { throw ShareError(.invalidRequest, Self.writeOfUnknown) }
        guard write.batches.allSatisfy(\.isPossible) else { throw ShareError(.invalidRequest) }
        if write.leaderEpoch != -1, entry.state.leaderEpoch > write.leaderEpoch { throw ShareError(.fencedLeaderEpoch) }
        if write.stateEpoch != -1, entry.state.stateEpoch > write.stateEpoch { throw ShareError(.fencedStateEpoch) }
        return record(key, entry, write, updatesPerSnapshot: updatesPerSnapshot, now: now)
    }

    /// Nil if there is nothing to delete.
    func delete(_ key: SharePartitionKey) -> ShareStateRecord? { entries[key] == nil ? nil : .snapshot(key, nil) }

    /// Snapshots of share partitions that have not had one for a time, so that the log before them can go.
    func snapshots(olderThan timestamp: Int64, now: Int64) -> [ShareStateRecord] {
        entries.filter { $0.value.state.writeTimestamp <= timestamp }.sorted { $0.key < $1.key }
            .map { .snapshot($0.key, $0.value.state.nextSnapshot(now: now)) }
    }

    /// An update; a snapshot after so many of them, so that few are to be read back.
    private func record(
        _ key: SharePartitionKey, _ entry: Entry, _ write: ShareStateWrite, updatesPerSnapshot: Int, now: Int64
    ) -> ShareStateRecord {
        let update = ShareStateRecord.Update(
            snapshotEpoch: entry.state.snapshotEpoch, leaderEpoch: write.leaderEpoch, startOffset: write.startOffset,
            deliveryCompleteCount: write.deliveryCompleteCount,
            batches: [ShareStateBatch]().merging(write.batches, from: write.startOffset))
        guard entry.updateCount >= updatesPerSnapshot else { return .update(key, update) }
        var state = entry.state
        state.apply(update)
        if write.stateEpoch != -1 { state.stateEpoch = write.stateEpoch }
        return .snapshot(key, state.nextSnapshot(now: now))
    }
}

extension ShareGroupState {
    fileprivate func nextSnapshot(now: Int64) -> ShareGroupState {
        var state = self
        state.snapshotEpoch = state.snapshotEpoch.addingSaturating(1)
        state.writeTimestamp = now
        return state
    }
}
