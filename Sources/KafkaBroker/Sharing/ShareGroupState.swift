// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What the share coordinator keeps of a share partition.
struct ShareGroupState: Sendable, Equatable {
    /// Counts the snapshots.
    var snapshotEpoch: Int32 = 0
    /// Grows when the share group puts the partition somewhere else; writes of an earlier one are refused.
    var stateEpoch: Int32 = 0
    var leaderEpoch: Int32 = 0
    /// -1 until the leader has found where to begin.
    var startOffset: Int64 = -1
    /// Records at and after the start that are done with; -1 if that is not known.
    var deliveryCompleteCount: Int32 = -1
    /// Milliseconds since 1970.
    var createTimestamp: Int64 = 0
    var writeTimestamp: Int64 = 0
    var batches: [ShareStateBatch] = []
}

/// A record of `__share_group_state`; without a value it is a tombstone.
enum ShareStateRecord: Sendable, Equatable {
    case snapshot(SharePartitionKey, ShareGroupState?)
    case update(SharePartitionKey, Update)

    /// What changed since the last snapshot or update.
    struct Update: Sendable, Equatable {
        var snapshotEpoch: Int32
        /// -1: unchanged
        var leaderEpoch: Int32
        /// -1: unchanged
        var startOffset: Int64
        var deliveryCompleteCount: Int32
        var batches: [ShareStateBatch]
    }

    var key: SharePartitionKey {
        switch self {
        case .snapshot(let key, _), .update(let key, _): key
        }
    }
}

extension ShareGroupState {
    mutating func apply(_ update: ShareStateRecord.Update) {
        if update.leaderEpoch != -1 { leaderEpoch = update.leaderEpoch }
        if update.startOffset != -1 { startOffset = update.startOffset }
        deliveryCompleteCount = update.deliveryCompleteCount
        batches = batches.merging(update.batches, from: startOffset)
    }
}
