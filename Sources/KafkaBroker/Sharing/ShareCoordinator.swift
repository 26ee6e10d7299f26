// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization

/// How share state is kept; the defaults are Kafka's.
struct ShareCoordinatorConfiguration: Sendable, Equatable {
    /// `share.coordinator.snapshot.update.records.per.snapshot`
    var updatesPerSnapshot = 500
    /// `share.coordinator.state.topic.prune.interval.ms`
    var pruneIntervalMs: Int64 = 300_000
    /// `share.coordinator.cold.partition.snapshot.interval.ms`
    var coldSnapshotIntervalMs: Int64 = 300_000
}

/// Keeps the state of share partitions in `__share_group_state` (KIP-932).
///
/// No actor, because acknowledgements are answered where they come in: a decision, its record and its application
/// are one step under a lock, and only what may have to create the topic suspends.
final class ShareCoordinator: TopicCoordinator {
    struct State {
        var configuration: ShareCoordinatorConfiguration
        /// What is in the partitions that can be used.
        var shards: [Int32: ShareStateShard] = [:]
        var timers: [Task<Void, Never>] = []
        var listener: (@Sendable (SharePartitionKey) -> Void)?
    }

    let log: any ShareStateLog
    /// Where the state is kept.
    let topic: CoordinatorTopic
    let topics: any TopicLookup
    let clock: CoordinatorClock
    let logger: Logger
    let warnings: RepeatedWarnings
    let state: Mutex<State>

    init(
        log: any ShareStateLog, topics: any TopicLookup, clock: CoordinatorClock,
        configuration: ShareCoordinatorConfiguration, logger: Logger
    ) {
        self.log = log
        topic = CoordinatorTopic(TopicName.shareState, log, clock, logger)
        self.topics = topics
        self.clock = clock
        self.logger = logger
        warnings = RepeatedWarnings(logger)
        state = Mutex(State(configuration: configuration))
    }

    /// Has `listener` called with every share partition that was put elsewhere or deleted.
    func onChange(_ listener: @escaping @Sendable (SharePartitionKey) -> Void) {
        state.withLock { $0.listener = listener }
    }

    /// Begins to read the state back and returns at once.
    func start() {
        discover()
        let timers = [
            repeating(every: { $0.pruneIntervalMs }) { await $0.prune() },
            repeating(every: { $0.coldSnapshotIntervalMs }) { $0.snapshotColdPartitions() },
        ]
        state.withLock { $0.timers = timers }
    }

    /// Stops the timers; later requests are refused.
    func stop() {
        topic.stop()
        state.withLock { state in
            for timer in state.timers { timer.cancel() }
            state.listener = nil
        }
    }

    private func repeating(
        every interval: @escaping @Sendable (ShareCoordinatorConfiguration) -> Int64,
        _ action: @escaping @Sendable (ShareCoordinator) async -> Void
    ) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                do { try await clock.sleep(max(interval(state.withLock { $0.configuration }), 1)) } catch { return }
                await action(self)
            }
        }
    }
}

// MARK: Requests

extension ShareCoordinator {
    /// Puts a share partition at an offset (-1: wherever its leader finds), with nothing in flight.
    func initialize(_ key: SharePartitionKey, stateEpoch: Int32, startOffset: Int64) async throws(ShareError) {
        try await prepare()
        try perform(key) { (shard, _, now) throws(ShareError) in
            let record = try shard.initialize(key, stateEpoch: stateEpoch, startOffset: startOffset, now: now)
            return ((), [record])
        }
        tell(key)
    }

    /// The state that the leader of a share partition begins with.
    func read(_ key: SharePartitionKey, leaderEpoch: Int32) throws(ShareError) -> ShareGroupState {
        try perform(key) { (shard, configuration, now) throws(ShareError) in
            let (state, record) = try shard.read(
                key, leaderEpoch: leaderEpoch, updatesPerSnapshot: configuration.updatesPerSnapshot, now: now)
            return (state, record.map { [$0] } ?? [])
        }
    }

    func write(_ key: SharePartitionKey, _ write: ShareStateWrite) throws(ShareError) {
        try perform(key) { (shard, configuration, now) throws(ShareError) in
            let record = try shard.write(
                key, write, updatesPerSnapshot: configuration.updatesPerSnapshot, now: now)
            return ((), [record])
        }
    }

    /// Forgets a share partition; it is fine if there is none.
    func delete(_ key: SharePartitionKey) async throws(ShareError) {
        await loaded()
        guard topic.partitionCount != nil else { return }
        try perform(key, checksTopic: false) { (shard, _, _) in ((), shard.delete(key).map { [$0] } ?? []) }
        tell(key)
    }

    /// The state of a share partition; nil if it is not known.
    func summary(_ key: SharePartitionKey) async throws(ShareError) -> ShareGroupState? {
        await loaded()
        guard topic.partitionCount != nil else { return nil }
        return try perform(key) { (shard, _, _) in (shard.entries[key]?.state, []) }
    }

    /// Topics are gone, and with them what share groups have read of them.
    func topicsDeleted(_ topicIDs: Set<KafkaUUID>) {
        let keys = state.withLock { state in
            state.shards.values.flatMap { $0.entries.keys.filter { topicIDs.contains($0.topicID) } }.sorted()
        }
        for key in keys {
            do throws(ShareError) {
                try perform(key, checksTopic: false) { (shard, _, _) in ((), shard.delete(key).map { [$0] } ?? []) }
            } catch {
                logger.error("Can't delete the share state of \(key.coordinatorKey): \(error)")
            }
            tell(key)
        }
    }

    private func tell(_ key: SharePartitionKey) { state.withLock { $0.listener }?(key) }

    /// Carries a request out: its records are written, and then applied.
    private func perform<Answer: Sendable>(
        _ key: SharePartitionKey, checksTopic: Bool = true,
        _ body: (ShareStateShard, ShareCoordinatorConfiguration, _ now: Int64) throws(ShareError) -> (
            Answer, [ShareStateRecord]
        )
    ) throws(ShareError) -> Answer {
        guard key.partition >= 0 else {
            throw ShareError(.invalidRequest, "The partition id cannot be a negative number.")
        }
        if checksTopic {
            guard let topic = topics.topic(id: key.topicID), key.partition < topic.partitionCount else {
                throw ShareError(.unknownTopicOrPartition)
            }
        }
        let now = clock.now()
        let outcome: Result<Answer, ShareError> = state.withLock { state in
            do throws(ShareError) {
                let partition = try locate(key, &state)
                let (answer, records) = try body(state.shards[partition]!, state.configuration, now)
                try write(records, to: partition, &state)
                return .success(answer)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// The partition of the topic that keeps a share partition, which can be used now.
    private func locate(_ key: SharePartitionKey, _ state: inout State) throws(ShareError) -> Int32 {
        let found: Int32?
        do throws(CoordinatorLogError) { found = try topic.find(key.coordinatorKey, self) } catch {
            throw ShareError(error.code)
        }
        guard let partition = found else { throw ShareError(.coordinatorNotAvailable) }
        // Of a topic that is new.
        if state.shards[partition] == nil { state.shards[partition] = ShareStateShard() }
        return partition
    }

    /// Appends records as one batch, and applies them.
    func write(_ records: [ShareStateRecord], to partition: Int32, _ state: inout State) throws(ShareError) {
        guard !records.isEmpty else { return }
        do {
            let offset = try log.append(try records.map { try $0.encoded() }, to: partition, transaction: nil)
            for (index, record) in records.enumerated() {
                state.shards[partition]?.apply(record, at: offset.addingSaturating(Int64(index)))
            }
        } catch {
            warnings.log(
                .error, "writes to __share_group_state that failed",
                "Can't write to partition \(partition) of __share_group_state: \(error)")
            throw ShareError((error as? CoordinatorLogError)?.clientCode ?? .unknownServerError)
        }
    }
}
