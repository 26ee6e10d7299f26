// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension ShareStateRecord {
    func encoded() throws(WireError) -> CoordinatorRecord {
        switch self {
        case .snapshot(let key, let state):
            try CoordinatorRecord(
                ShareSnapshotKey {
                    ($0.groupID, $0.topicID, $0.partition) = (key.groupID, key.topicID, key.partition)
                }, state.map(Self.value), version: 0)
        case .update(let key, let update):
            try CoordinatorRecord(
                ShareUpdateKey {
                    ($0.groupID, $0.topicID, $0.partition) = (key.groupID, key.topicID, key.partition)
                }, Self.value(update), version: 0)
        }
    }

    private static func value(_ state: ShareGroupState) -> ShareSnapshotValue {
        ShareSnapshotValue {
            $0.snapshotEpoch = state.snapshotEpoch
            $0.stateEpoch = state.stateEpoch
            $0.leaderEpoch = state.leaderEpoch
            $0.startOffset = state.startOffset
            $0.deliveryCompleteCount = state.deliveryCompleteCount
            $0.createTimestamp = state.createTimestamp
            $0.writeTimestamp = state.writeTimestamp
            $0.stateBatches = state.batches.map { batch in
                .init {
                    ($0.firstOffset, $0.lastOffset) = (batch.first, batch.last)
                    ($0.deliveryState, $0.deliveryCount) = (batch.state, batch.deliveryCount)
                }
            }
        }
    }

    private static func value(_ update: Update) -> ShareUpdateValue {
        ShareUpdateValue {
            $0.snapshotEpoch = update.snapshotEpoch
            $0.leaderEpoch = update.leaderEpoch
            $0.startOffset = update.startOffset
            $0.deliveryCompleteCount = update.deliveryCompleteCount
            $0.stateBatches = update.batches.map { batch in
                .init {
                    ($0.firstOffset, $0.lastOffset) = (batch.first, batch.last)
                    ($0.deliveryState, $0.deliveryCount) = (batch.state, batch.deliveryCount)
                }
            }
        }
    }
}

extension ShareStateRecord {
    /// Reads a record; nil for a type that this broker doesn't know.
    init?(_ record: CoordinatorRecord) throws(WireError) {
        var keyBytes = record.key
        guard let type = keyBytes.readInteger(as: Int16.self) else { throw .truncated }
        switch type {
        case ShareSnapshotKey.recordType:
            let key = try ShareSnapshotKey.decode(keyBytes, version: 0)
            let value: ShareSnapshotValue? = try Self.value(record)
            self = .snapshot(SharePartitionKey(key.groupID, key.topicID, key.partition), value.map(Self.state))
        case ShareUpdateKey.recordType:
            let key = try ShareUpdateKey.decode(keyBytes, version: 0)
            // An update has no tombstone: the snapshot's stands for all of the partition.
            guard let value: ShareUpdateValue = try Self.value(record) else { return nil }
            self = .update(SharePartitionKey(key.groupID, key.topicID, key.partition), Self.update(value))
        default:
            return nil
        }
    }

    private static func value<Value: Message>(_ record: CoordinatorRecord) throws(WireError) -> Value? {
        guard var bytes = record.value else { return nil }
        guard let version = bytes.readInteger(as: Int16.self) else { throw .truncated }
        return try Value.decode(bytes, version: version)
    }

    private static func state(_ value: ShareSnapshotValue) -> ShareGroupState {
        var state = ShareGroupState()
        state.snapshotEpoch = value.snapshotEpoch
        state.stateEpoch = value.stateEpoch
        state.leaderEpoch = value.leaderEpoch
        state.startOffset = value.startOffset
        state.deliveryCompleteCount = value.deliveryCompleteCount
        state.createTimestamp = value.createTimestamp
        state.writeTimestamp = value.writeTimestamp
        state.batches = value.stateBatches.map {
            ShareStateBatch($0.firstOffset, $0.lastOffset, rawState: $0.deliveryState, $0.deliveryCount)
        }
        return state
    }

    private static func update(_ value: ShareUpdateValue) -> Update {
        Update(
            snapshotEpoch: value.snapshotEpoch, leaderEpoch: value.leaderEpoch, startOffset: value.startOffset,
            deliveryCompleteCount: value.deliveryCompleteCount,
            batches: value.stateBatches.map {
                ShareStateBatch($0.firstOffset, $0.lastOffset, rawState: $0.deliveryState, $0.deliveryCount)
            })
    }
}
