// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore
import Synchronization

/// A partition that this broker leads: its log, and the fetches that wait for it to grow.
final class Partition: Sendable {
    let topicPartition: TopicPartition
    let topicID: KafkaUUID
    let log: PartitionLog
    private let alarm: StorageAlarm?
    private let debt: FlushDebt?
    /// What goes in and out, of the whole topic; nil where that isn't counted.
    let traffic: TopicTraffic?
    private let epoch: Atomic<Int32>
    let waiters = Mutex<[ObjectIdentifier: FetchWaiter]>([:])
    /// Spares the appending thread the lock of an empty list.
    private let hasWaiters = Atomic<Bool>(false)

    init(
        topicPartition: TopicPartition, topicID: KafkaUUID, leaderEpoch: Int32, log: PartitionLog,
        alarm: StorageAlarm? = nil, debt: FlushDebt? = nil, traffic: TopicTraffic? = nil
    ) {
        self.topicPartition = topicPartition
        self.topicID = topicID
        self.log = log
        self.alarm = alarm
        self.debt = debt
        self.traffic = traffic
        epoch = Atomic(leaderEpoch)
    }

    var leaderEpoch: Int32 {
        get { epoch.load(ordering: .relaxed) }
        set { epoch.store(newValue, ordering: .relaxed) }
    }

    /// `.none`, or why a client with that idea of the leader epoch must refresh its metadata (KIP-320); -1 is no idea.
    func checkLeaderEpoch(_ known: Int32) -> ErrorCode {
        if known < 0 || known == leaderEpoch { return .none }
        return known < leaderEpoch ? .fencedLeaderEpoch : .unknownLeaderEpoch
    }

    /// Appends batches and wakes the fetches that wait for them.
    ///
    /// - Parameters:
    ///   - verification: what the transaction coordinator was asked with, for a transaction's first records.
    ///   - inflationLimit: bytes that decompressing the records may make; more is `.operationNotAttempted`.
    func append(
        _ bytes: ByteBuffer, origin: AppendOrigin, now: Int64, verification: VerificationGuard? = nil,
        inflationLimit: Int = .max
    ) throws(LogError) -> AppendResult {
        do throws(LogError) {
            let result = try log.append(
                bytes, origin: origin, leaderEpoch: leaderEpoch, now: now, verification: verification,
                inflationLimit: inflationLimit)
            if !result.isDuplicate {
                debt?.add(bytes.readableBytes)
                wake()
            }
            traffic?.appended(bytes.readableBytes, result)
            return result
        } catch {
            traffic?.refused(bytes.readableBytes, error)
            alarm?.raise(error, topicPartition, now: now)
            throw error
        }
    }

    /// Brings everything to disk that was appended.
    func flush(now: Int64) throws(LogError) { try sounding(now) { () throws(LogError) in try log.flush() } }

    /// Brings the segments to disk to which nothing is added any more.
    func flushRolledSegments(now: Int64) throws(LogError) {
        try sounding(now) { () throws(LogError) in try log.flushRolledSegments() }
    }

    private func sounding(_ now: Int64, _ body: () throws(LogError) -> Void) throws(LogError) {
        do throws(LogError) { try body() } catch {
            raise(error, now: now)
            throw error
        }
    }

    /// Says in the broker's log what is wrong with the storage, unless that was said.
    func raise(_ error: LogError, now: Int64) { alarm?.raise(error, topicPartition, now: now) }

    /// Whether so much is unflushed that whoever appends must wait for the disk.
    var mustFlush: Bool { debt?.isTooMuch ?? false }

    func add(_ waiter: FetchWaiter) {
        waiters.withLock {
            $0[ObjectIdentifier(waiter)] = waiter
            hasWaiters.store(true, ordering: .sequentiallyConsistent)
        }
    }

    func remove(_ waiter: FetchWaiter) {
        waiters.withLock {
            $0[ObjectIdentifier(waiter)] = nil
            if $0.isEmpty { hasWaiters.store(false, ordering: .sequentiallyConsistent) }
        }
    }

    /// Tells waiting fetches that there is something new: bytes, a stable offset, or the end of the partition.
    func wake() {
        guard hasWaiters.load(ordering: .sequentiallyConsistent) else { return }
        for waiter in waiters.withLock({ Array($0.values) }) { waiter.wake() }
    }
}

extension TopicTraffic {
    fileprivate func appended(_ byteCount: Int, _ result: AppendResult) {
        // What had come before is a request all the same.
        let isNew = !result.isDuplicate && result.baseOffset >= 0
        appended(
            bytes: isNew ? byteCount : 0,
            messages: isNew ? result.lastOffset.subtractingSaturating(result.baseOffset).addingSaturating(1) : 0)
    }

    fileprivate func refused(_ byteCount: Int, _ error: LogError) {
        // It comes again, to a thread that has the time.
        guard error.code != .operationNotAttempted else { return }
        refused(bytes: byteCount, isTooLarge: [.messageTooLarge, .recordListTooLarge].contains(error.code))
    }
}
