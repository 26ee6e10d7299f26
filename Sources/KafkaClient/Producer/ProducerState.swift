// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import NIOCore
import Synchronization

/// What the appending task and the sender share: the open batches under a lock.
///
/// The appending side takes it once for a run of records, the sender once for a round of requests, but it rather looks
/// again later than wait for a run to end. What one side has to tell the other, of batches that are closed and of those
/// that have been answered, waits under locks of its own.
final class ProducerState: Sendable {
    private let appender: Mutex<ProducerAppender>
    private let closed = Mutex<[ClosedBatch]>([])
    private let answers = Mutex(ProducerAnswers())
    /// How many runs of records are being appended.
    private let runs = Atomic(0)
    private let flushes = Atomic(0)
    /// Whether the sender has been woken and has not looked yet.
    private let isAwake = Atomic(false)

    /// What topics know their producer by.
    private final class Owner: Sendable {}
    private let ownerObject = Owner()
    private var owner: ObjectIdentifier { ObjectIdentifier(ownerObject) }

    init(_ configuration: ProducerConfiguration) {
        appender = Mutex(ProducerAppender(owner: ObjectIdentifier(ownerObject), configuration))
    }

    // MARK: The appending side

    func withAppender<Result: Sendable>(
        wake sender: ProducerSender, _ body: (inout ProducerAppender) throws -> Result
    ) rethrows -> Result {
        var mustWake = false
        runs.add(1, ordering: .relaxed)
        defer {
            runs.subtract(1, ordering: .relaxed)
            if mustWake { wake(sender) }
        }
        return try appender.withLock { appender in
            appender.now = WallClock.milliseconds()
            takeOver(&appender)
            defer {
                mustWake = appender.mustWakeSender
                appender.hasNewlyOpened = false
                if !appender.closed.isEmpty {
                    closed.withLock { $0 += appender.closed }
                    appender.closed.removeAll(keepingCapacity: true)
                }
            }
            return try body(&appender)
        }
    }

    func wake(_ sender: ProducerSender) {
        guard !isAwake.exchange(true, ordering: .acquiringAndReleasing) else { return }
        sender.wake()
    }

    func topic(_ name: String) -> ProducerTopic? {
        appender.withLock { appender in appender.topics.first { $0.name == name } }
    }

    func addTopic(_ metadata: TopicMetadata) -> ProducerTopic {
        appender.withLock { appender in
            if let known = appender.topics.first(where: { $0.name == metadata.name }) { return known }
            let topic = ProducerTopic(metadata, index: appender.topics.count, owner: owner)
            appender.topics.append(topic)
            return topic
        }
    }

    func resize(_ topic: ProducerTopic, to count: Int) {
        appender.withLock { _ in topic.resize(to: count) }
    }

    func addSpaceWaiter(_ waiter: OnceContinuation<Void>) {
        appender.withLock { appender in
            if let error = appender.fatalError { return waiter.resume(.failure(error)) }
            if takeOver(&appender) || appender.bytesBuffered == 0 { return waiter.resume(.success(())) }
            appender.isExhausted = true
            answers.withLock { answers in
                if answers.batches.isEmpty {
                    answers.spaceWaiters.append(waiter)
                } else {
                    waiter.resume(.success(()))
                }
            }
        }
    }

    /// Frees the memory of batches that have been answered.
    /// - Returns: whether there were any.
    @discardableResult
    private func takeOver(_ appender: inout ProducerAppender) -> Bool {
        answers.withLock { answers in
            for answer in answers.batches {
                appender.bytesBuffered -= answer.bytes
                if let memory = answer.memory { appender.reuse(memory) }
                answer.topic.partition(answer.partition).pointee.unansweredBatches -= 1
            }
            if answers.batches.isEmpty { return false }
            answers.batches.removeAll(keepingCapacity: true)
            appender.isExhausted = false
            return true
        }
    }

    /// - Returns: the id below which all batches must be complete.
    func beginFlush() -> UInt64 {
        flushes.add(1, ordering: .acquiringAndReleasing)
        return appender.withLock { $0.nextBatchID }
    }

    func endFlush() { flushes.subtract(1, ordering: .acquiringAndReleasing) }

    var statistics: ProducerStatistics {
        appender.withLock { appender in
            takeOver(&appender)
            var statistics = answers.withLock { $0.statistics }
            statistics.recordsAppended = appender.nextRecordNumber
            statistics.bytesBuffered = appender.bytesBuffered
            return statistics
        }
    }

    // MARK: The sender's side

    /// The batches that are closed by now, after closing those whose time has come.
    /// - Parameters:
    ///   - mayPass: whether to leave the open batches alone while records are being appended.
    ///   - mayClose: whether an open batch would leave at once.
    func collect(
        linger: Duration, now: ContinuousClock.Instant, mayPass: Bool, mayClose: (OpenedBatch) -> Bool
    ) -> CollectedBatches {
        isAwake.store(false, ordering: .releasing)
        let isFlushing = flushes.load(ordering: .acquiring) > 0
        if mayPass, !isFlushing, runs.load(ordering: .relaxed) > 0 {
            return CollectedBatches(
                batches: closed.withLock { $0.take() }, nextDue: now + .milliseconds(1), oldestOpen: 0,
                isComplete: false)
        }
        return appender.withLock { appender in
            takeOver(&appender)
            let all = isFlushing || appender.isExhausted
            var collected = CollectedBatches()
            var stillOpen: [OpenedBatch] = []
            for opened in appender.opened {
                let partition = opened.topic.partition(Int32(truncatingIfNeeded: opened.partition))
                // Filled up meanwhile.
                guard partition.pointee.batch === opened.batch else { continue }
                let due = opened.batch.openedAt + linger
                if all || due <= now {
                    if mayClose(opened) {
                        appender.close(opened.topic, opened.partition)
                        continue
                    }
                    collected.isHeldUp = true
                }
                stillOpen.append(opened)
                collected.oldestOpen = min(collected.oldestOpen ?? .max, opened.batch.id)
                if due > now { collected.nextDue = min(collected.nextDue ?? due, due) }
            }
            appender.opened = stillOpen
            collected.batches = closed.withLock { $0.take() } + appender.closed
            appender.closed.removeAll(keepingCapacity: true)
            return collected
        }
    }

    /// A batch has been delivered or has failed: its memory is free.
    func release(_ batch: ProducerBatch, _ topic: ProducerTopic, _ partition: Int32, delivered: Bool) {
        let waiters = answers.withLock { answers in
            // One that failed may still be with a task that compresses it.
            answers.batches.append((topic, partition, batch.memory, delivered ? batch.bytes.take() : nil))
            if delivered {
                answers.statistics.recordsDelivered += UInt64(batch.recordCount)  // bounded: our own
                answers.statistics.bytesDelivered += UInt64(batch.byteCount)
                answers.statistics.batchesDelivered += 1
            } else {
                answers.statistics.recordsFailed += UInt64(batch.recordCount)  // bounded: our own
            }
            return answers.spaceWaiters.take()
        }
        for waiter in waiters { waiter.resume(.success(())) }
    }

    func noteSplit(_ topic: ProducerTopic, _ partition: Int32) {
        appender.withLock { _ in topic.partition(partition).pointee.unansweredBatches += 1 }
    }

    func noteRequest(retries: Int) {
        answers.withLock { answers in
            answers.statistics.requestsSent += 1
            answers.statistics.retries += UInt64(retries)
        }
    }

    /// Lets nothing be appended until it is called with nil.
    func block(_ error: ClientError?) {
        appender.withLock { $0.block = error }
    }

    /// Nothing more can be appended.
    func fail(_ error: ClientError) {
        appender.withLock { appender in
            if appender.fatalError == nil { appender.fatalError = error }
        }
        let waiters = answers.withLock { $0.spaceWaiters.take() }
        for waiter in waiters { waiter.resume(.failure(error)) }
    }
}

/// What the sender has to tell, until the appending side takes it over.
private struct ProducerAnswers {
    /// Delivered or failed, with the bytes that they took, and the memory that holds them.
    var batches: [(topic: ProducerTopic, partition: Int32, bytes: Int, memory: ByteBuffer?)] = []
    var spaceWaiters: [OnceContinuation<Void>] = []
    var statistics = ProducerStatistics()
}

extension Array {
    /// Empties it.
    fileprivate mutating func take() -> [Element] {
        defer { self = [] }
        return self
    }
}

/// What the sender finds when it looks at the open batches.
struct CollectedBatches: Sendable {
    /// Closed by now, in order for each partition.
    var batches: [ClosedBatch] = []
    /// When the linger time of the next open batch is over.
    var nextDue: ContinuousClock.Instant?
    /// The lowest id of the batches that remain open; 0 if that is not known.
    var oldestOpen: UInt64?
    /// Whether the open batches were looked at.
    var isComplete = true
    /// Whether an open batch whose linger time is over remains open, as it would not leave at once.
    var isHeldUp = false
}

extension ProducerAppender {
    var mustWakeSender: Bool { !closed.isEmpty || hasNewlyOpened || isExhausted }
}
