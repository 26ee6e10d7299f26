// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import Synchronization

/// A partition as its leader hands it out to the members of a share group.
final class SharePartition: Sendable {
    /// Records that a member was given.
    struct Fetched: Sendable {
        var ranges: [AcquiredRecords]
        var slice: LogSlice
    }

    private struct State {
        /// Nil until it is read, and after an error that says that somebody else changed it.
        var loaded: SharePartitionState?
        /// The earliest moment at which locks are looked at.
        var wakeUp: Int64?
    }

    let key: SharePartitionKey
    let partition: Partition
    private let coordinator: ShareCoordinator
    private let timers: ShareLockTimers
    private let clock: CoordinatorClock
    private let state = Mutex(State())

    init(
        _ key: SharePartitionKey, _ partition: Partition, _ coordinator: ShareCoordinator, _ timers: ShareLockTimers
    ) {
        self.key = key
        self.partition = partition
        self.coordinator = coordinator
        self.timers = timers
        clock = coordinator.clock
    }

    /// Gives a member records; nil if there are none for it at the moment.
    func acquire(
        _ wanted: ShareAcquisition, maxBytes: Int, _ settings: ShareGroupSettings
    ) throws(ShareError) -> Fetched? {
        try withState(settings) { (loaded) throws(ShareError) in
            for _ in 0..<Self.attempts {
                let before = loaded.nextFetchOffset
                guard let section = try self.read(loaded, wanted, maxBytes, settings) else { return nil }
                let ranges = loaded.acquire(wanted, section.batches, settings.limits)
                if let first = ranges.first, let last = ranges.last,
                    let slice = section.slice(first.first...last.last)
                {
                    return Fetched(ranges: ranges, slice: slice)
                }
                // There may be more behind what was aborted or compacted away.
                guard loaded.nextFetchOffset != before else { return nil }
            }
            return nil
        }
    }

    /// How many bytes could be acquired; those that can be delivered again count as more than enough.
    func availableBytes(_ maxBytes: Int, _ settings: ShareGroupSettings) throws(ShareError) -> Int {
        try withState(settings) { (loaded) throws(ShareError) in
            if loaded.records.firstAvailable != nil { return .max }
            guard loaded.canAcquire(settings.limits), loaded.nextFetchOffset < self.bound(settings) else { return 0 }
            return try self.readLog(loaded.nextFetchOffset, maxBytes, settings).slice.byteCount
        }
    }

    func acknowledge(
        _ batches: [AcknowledgementBatch], by memberID: String, _ settings: ShareGroupSettings
    ) throws(ShareError) {
        let deadline = clock.uptime() + Int64(settings.lockDurationMs)
        try change(settings) { (loaded) throws(ShareError) in
            try loaded.acknowledge(batches, by: memberID, deadline: deadline, settings.limits)
        }
    }

    /// A member's session ended: others can have what it had.
    func release(memberID: String, _ settings: ShareGroupSettings) throws(ShareError) {
        guard state.withLock({ $0.loaded != nil }) else { return }
        try change(settings) { $0.release(memberID: memberID) }
    }

    /// Ends the locks that are due.
    func expireLocks(_ settings: ShareGroupSettings) {
        let now = clock.uptime()
        state.withLock { state in
            state.wakeUp = nil
            guard var loaded = state.loaded else { return }
            loaded.expire(now: now, settings.limits)
            do throws(ShareError) { if !loaded.changes.isEmpty { try write(&loaded) } } catch {
                // Written or not: nobody has the records any more.
                coordinator.warnings.log(
                    .error, "locks whose end can't be written",
                    "Can't write that locks of \(key.coordinatorKey) ended: \(error)")
            }
            loaded.changesWritten()
            state.loaded = loaded
            schedule(&state)
        }
        partition.wake()
    }

    /// A copy of what is known; nil before the first use.
    var snapshot: SharePartitionState? { state.withLock { $0.loaded } }

    /// Fetches without records before a member is asked to come again.
    private static var attempts: Int { 32 }
}

// MARK: State

extension SharePartition {
    private func withState<Answer: Sendable>(
        _ settings: ShareGroupSettings, _ body: (inout SharePartitionState) throws(ShareError) -> Answer
    ) throws(ShareError) -> Answer {
        let outcome: Result<Answer, ShareError> = state.withLock { state in
            do throws(ShareError) {
                if state.loaded == nil { state.loaded = try load(settings) }
                // Retention and DeleteRecords take records away whoever has them.
                state.loaded!.records.moveStart(to: partition.log.logStartOffset)
                let answer = try body(&state.loaded!)
                schedule(&state)
                return .success(answer)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Changes the state if that can be written, and lets the fetches that wait know.
    private func change(
        _ settings: ShareGroupSettings, _ body: (inout SharePartitionState) throws(ShareError) -> Void
    ) throws(ShareError) {
        defer { partition.wake() }
        do throws(ShareError) {
            try withState(settings) { (loaded) throws(ShareError) in
                var draft = loaded
                try body(&draft)
                if !draft.changes.isEmpty { try self.write(&draft) }
                draft.changesWritten()
                loaded = draft
            }
        } catch {
            // Somebody else has the say: what is known here is worth nothing.
            if [.notLeaderOrFollower, .unknownTopicOrPartition, .groupIDNotFound].contains(error.code) {
                state.withLock { $0.loaded = nil }
            }
            throw error
        }
    }

    private func write(_ draft: inout SharePartitionState) throws(ShareError) {
        do throws(ShareError) {
            try coordinator.write(key, draft.write(leaderEpoch: partition.leaderEpoch))
        } catch { throw error.toldByLeader }
    }

    private func load(_ settings: ShareGroupSettings) throws(ShareError) -> SharePartitionState {
        do throws(ShareError) {
            let leaderEpoch = partition.leaderEpoch
            let kept = try coordinator.read(key, leaderEpoch: leaderEpoch)
            guard kept.startOffset < 0 else { return SharePartitionState(kept, startOffset: kept.startOffset) }
            // Kept from the beginning, so that a restart doesn't take a later end for the start.
            let start = try beginning(settings)
            try coordinator.write(
                key,
                ShareStateWrite(
                    stateEpoch: kept.stateEpoch, leaderEpoch: leaderEpoch, startOffset: start,
                    deliveryCompleteCount: 0))
            return SharePartitionState(startOffset: start, stateEpoch: kept.stateEpoch)
        } catch { throw error.toldByLeader }
    }

    private func beginning(_ settings: ShareGroupSettings) throws(ShareError) -> Int64 {
        switch settings.reset {
        case .earliest: return partition.log.logStartOffset
        case .latest: return partition.log.highWatermark
        case .ago(let duration):
            do throws(LogError) {
                let found = try partition.log.offset(for: .timestamp(max(clock.now() - duration, 0)))
                return found?.offset ?? partition.log.highWatermark
            } catch { throw ShareError(error.code, error.message) }
        }
    }

    /// Has the locks looked at when the first of them ends.
    private func schedule(_ state: inout State) {
        guard let deadline = state.loaded?.records.earliestDeadline, deadline < state.wakeUp ?? .max else { return }
        state.wakeUp = deadline
        timers.schedule(key, at: deadline)
    }
}

// MARK: Reading

extension SharePartition {
    private func read(
        _ loaded: SharePartitionState, _ wanted: ShareAcquisition, _ maxBytes: Int, _ settings: ShareGroupSettings
    ) throws(ShareError) -> ShareLogSection? {
        let offset = loaded.nextFetchOffset
        guard loaded.canAcquire(settings.limits), offset < bound(settings) else { return nil }
        let read = try readLog(offset, maxBytes, settings)
        do throws(LogError) {
            let section = try ShareLogSection(
                read, enough: wanted.maxRecords, behind: max(offset, loaded.records.endOffset))
            return section.batches.isEmpty ? nil : section
        } catch { throw ShareError(error.code, error.message) }
    }

    private func readLog(
        _ offset: Int64, _ maxBytes: Int, _ settings: ShareGroupSettings
    ) throws(ShareError) -> LogReadResult {
        do throws(LogError) {
            return try partition.log.read(
                from: offset, maxBytes: maxBytes, minOneBatch: true, isolation: settings.isolation)
        } catch { throw ShareError(error.code, error.message) }
    }

    private func bound(_ settings: ShareGroupSettings) -> Int64 {
        settings.isolation == .readCommitted ? partition.log.lastStableOffset : partition.log.highWatermark
    }
}

extension ShareError {
    /// What a client of the leader is told of an error of the share coordinator.
    fileprivate var toldByLeader: ShareError {
        switch code {
        case .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress:
            ShareError(.coordinatorNotAvailable, message)
        case .fencedLeaderEpoch, .fencedStateEpoch: ShareError(.notLeaderOrFollower, message)
        case .groupIDNotFound, .unknownTopicOrPartition, .kafkaStorageError: self
        default: ShareError(.unknownServerError, message)
        }
    }
}
