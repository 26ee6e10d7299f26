// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization

/// The share partitions that this broker leads and that somebody reads.
final class SharePartitions: Sendable {
    let registry: PartitionRegistry
    let coordinator: ShareCoordinator
    /// The settings of a group, as they are now.
    let settings: @Sendable (_ groupID: String) -> ShareGroupSettings
    /// Whether share.version is at least 1.
    let isEnabled: @Sendable () -> Bool
    let sessions: ShareSessionCache
    private let timers: ShareLockTimers
    private let logger: Logger
    private let partitions = Mutex<[SharePartitionKey: SharePartition]>([:])

    init(
        registry: PartitionRegistry, coordinator: ShareCoordinator, sessionLimit: Int,
        settings: @escaping @Sendable (String) -> ShareGroupSettings, isEnabled: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.registry = registry
        self.coordinator = coordinator
        self.settings = settings
        self.isEnabled = isEnabled
        self.logger = logger
        sessions = ShareSessionCache(limit: sessionLimit)
        timers = ShareLockTimers(clock: coordinator.clock)
    }

    func start() {
        timers.start { [weak self] key in
            guard let self, let partition = self.existing(key) else { return }
            partition.expireLocks(self.settings(key.groupID))
        }
        // What was put elsewhere is read anew at its next use.
        coordinator.onChange { [weak self] key in self?.remove { $0 == key } }
    }

    func stop() { timers.stop() }

    /// The share partition of an open partition; nil if there is no such partition.
    subscript(key: SharePartitionKey) -> SharePartition? {
        guard let partition = registry.topic(key.topicID)?.partitions[key.partition] else { return nil }
        return partitions.withLock { partitions in
            if let known = partitions[key], known.partition === partition { return known }
            let made = SharePartition(key, partition, coordinator, timers)
            partitions[key] = made
            return made
        }
    }

    func existing(_ key: SharePartitionKey) -> SharePartition? { partitions.withLock { $0[key] } }

    var count: Int { partitions.withLock { $0.count } }

    func topicsDeleted(_ topicIDs: Set<KafkaUUID>) { remove { topicIDs.contains($0.topicID) } }

    private func remove(_ isGone: (SharePartitionKey) -> Bool) {
        let gone = partitions.withLock { partitions in
            let gone = partitions.filter { isGone($0.key) }
            for key in gone.keys { partitions[key] = nil }
            return Array(gone.values)
        }
        for partition in gone { partition.partition.wake() }
    }

    /// Ends a member's session, and gives back what it has.
    func end(_ session: ShareSession) {
        let settings = settings(session.key.groupID)
        for place in session.partitions {
            let key = SharePartitionKey(session.key.groupID, place.topicID, place.partition)
            do throws(ShareError) {
                try existing(key)?.release(memberID: session.key.memberID, settings)
            } catch {
                coordinator.warnings.log(
                    .error, "records that can't be given back",
                    "Can't give back what \(session.key.memberID.printable) has of \(key.coordinatorKey): \(error)")
            }
        }
        // Nobody reads them any more: what counts is written.
        guard !sessions.hasMembers(session.key.groupID) else { return }
        remove { $0.groupID == session.key.groupID }
    }

    /// A client is gone, and its sessions with it.
    func disconnected(_ connectionID: Int) {
        for session in sessions.remove(connection: connectionID) { end(session) }
    }

    /// Carries a member's acknowledgements out.
    func acknowledge(
        _ batches: [AcknowledgementBatch], _ key: SharePartitionKey, by memberID: String,
        _ settings: ShareGroupSettings
    ) -> ShareError? {
        guard let partition = self[key] else { return ShareError(.unknownTopicOrPartition) }
        do throws(ShareError) {
            try partition.acknowledge(batches, by: memberID, settings)
            return nil
        } catch { return error }
    }
}
