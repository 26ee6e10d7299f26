// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization

extension ShareCoordinator {
    /// Notices a topic that exists, and begins to read it.
    func discover() {
        topic.discover(self)
    }

    /// Makes `__share_group_state` ready for use, by creating and by waiting for it.
    func prepare() async throws(ShareError) {
        discover()
        do throws(CoordinatorLogError) {
            _ = try await topic.create()
        } catch {
            logger.error("Can't create __share_group_state: \(error)")
            throw ShareError(error.clientCode, error.message)
        }
        await topic.loaded()
    }

    /// Makes ready what keeps a share partition, for FindCoordinator; `.none` when it is.
    func prepare(_ key: SharePartitionKey) async -> ErrorCode {
        do throws(ShareError) { try await prepare() } catch { return error.code }
        do throws(CoordinatorLogError) { try await topic.prepare(key.coordinatorKey) } catch { return error.code }
        return .none
    }

    /// Whether what there is has not been read back yet.
    var isLoading: Bool {
        discover()
        return topic.isLoading
    }

    /// Waits until what there is has been read back.
    func loaded() async {
        discover()
        await topic.loaded()
    }

    /// `__share_group_state` was deleted, and with it all that was known.
    func topicDeleted() {
        state.withLock { state in
            topic.deleted()
            state.shards = [:]
        }
    }

    func load(_ load: CoordinatorTopic.Load) async throws {
        let shard = try await read(load.partition)
        state.withLock { state in
            if topic.accept(load) { state.shards[load.partition] = shard }
        }
    }

    private func read(_ partition: Int32) async throws -> ShareStateShard {
        var shard = ShareStateShard()
        try await log.replay(partition) { record in
            guard case .data(let data) = record.content else { return }
            do throws(WireError) {
                // One of an unknown type stays in the log for a broker that knows it.
                guard let decoded = try ShareStateRecord(data) else { return }
                shard.apply(decoded, at: record.offset)
            } catch {
                let place = "offset \(record.offset) of __share_group_state-\(partition)"
                logger.error("Passing over the record at \(place): \(error)")
            }
        }
        return shard
    }
}

// MARK: Maintenance

extension ShareCoordinator {
    /// Gives up the records before the oldest snapshot that is needed.
    func prune() async {
        let bounds = state.withLock { $0.shards.compactMapValues(\.firstNeededOffset) }
        for (partition, offset) in bounds.sorted(by: { $0.key < $1.key }) {
            do { try await log.deleteRecords(before: offset, in: partition) } catch {
                logger.error("Can't prune partition \(partition) of __share_group_state: \(error)")
            }
        }
    }

    /// Writes what has not changed for a time again, so that an idle share partition keeps no log from being pruned.
    func snapshotColdPartitions() {
        let now = clock.now()
        state.withLock { state in
            let limit = now - state.configuration.coldSnapshotIntervalMs
            for partition in state.shards.keys.sorted() {
                guard let shard = state.shards[partition] else { continue }
                // When all are idle, one round is enough.
                guard shard.isSpread else { continue }
                let records = shard.snapshots(olderThan: limit, now: now)
                // A failure is logged, and made good in the next round.
                for record in records { try? write([record], to: partition, &state) }
            }
        }
    }
}
