// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

/// What the broker does by itself from time to time: flushing, retention, checkpoints, snapshots of the metadata.
final class Maintenance: Sendable {
    private let logs: LogManager
    private let controller: Controller
    private let background: BackgroundQueue
    private let logger: Logger
    private let task = Mutex<RepeatedTask?>(nil)
    private let missingCheck = Mutex<Task<Void, Never>?>(nil)
    private let isStopping = Atomic<Bool>(false)
    /// A step is under way; the next one is left out rather than queued behind it.
    private let isRunning = Atomic<Bool>(false)
    private let stepCount = Atomic<Int>(0)
    private let hasToldFailure = Atomic<Bool>(false)
    private let retention: Interval
    private let producerExpiry: Interval
    private let tokenExpiry: Interval

    private static let interval = TimeAmount.seconds(5)
    /// Steps between two writings of the checkpoint files: a minute, as in Kafka.
    private static let stepsPerCheckpoint = 12

    init(
        logs: LogManager, controller: Controller, background: BackgroundQueue, configuration: BrokerConfiguration,
        logger: Logger
    ) {
        let now = WallClock.milliseconds()
        retention = Interval(configuration.int64("log.retention.check.interval.ms"), from: now)
        producerExpiry = Interval(configuration.int64("producer.id.expiration.check.interval.ms"), from: now)
        tokenExpiry = Interval(configuration.int64("delegation.token.expiry.check.interval.ms"), from: now)
        self.logs = logs
        self.controller = controller
        self.background = background
        self.logger = logger
    }

    func start(on eventLoop: any EventLoop) {
        let repeated = eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            guard !self.isRunning.exchange(true, ordering: .acquiringAndReleasing) else { return }
            Task {
                await self.step()
                self.isRunning.store(false, ordering: .releasing)
            }
        }
        task.withLock { $0 = repeated }
        missingCheck.withLock { $0 = Task { await self.reportMissingSegments() } }
        logs.debt.whenMuch { [background, logs] in background.run { logs.flush() } }
    }

    /// Opens a file of each segment, which may take minutes: on a thread that nobody waits for, and that ends with it.
    private func reportMissingSegments() async {
        let queue = BackgroundQueue(threads: 1)
        try? await queue.run {
            self.logs.reportMissingSegments { self.isStopping.load(ordering: .relaxed) }
        }
        try? await queue.stop()
    }

    private func step() async {
        let isMinute = stepCount.add(1, ordering: .relaxed).newValue % Self.stepsPerCheckpoint == 0
        do { try await background.run { self.tendLogs(writingCheckpoints: isMinute) } } catch {
            logger.error("\(error)")
        }
        if let failure = await controller.storageFailure, !hasToldFailure.exchange(true, ordering: .relaxed) {
            logger.error("The metadata can't be changed until the broker is restarted: \(failure)")
        }
        if tokenExpiry.isOver(now: WallClock.milliseconds()) {
            do throws(MetadataError) { try await controller.removeExpiredTokens() } catch { logger.error("\(error)") }
        }
        guard isMinute else { return }
        do throws(MetadataError) { try await controller.maintain() } catch { logger.error("\(error)") }
    }

    private func tendLogs(writingCheckpoints: Bool) {
        let now = WallClock.milliseconds()
        logs.flush()
        logs.maintain(now: now)
        if producerExpiry.isOver(now: now) { logs.removeExpiredProducers(now: now) }
        if retention.isOver(now: now) { logs.enforceRetention(now: now) }
        guard writingCheckpoints else { return }
        do throws(LogError) { try logs.writeCheckpoints() } catch { logger.error("\(error)") }
    }

    func stop() async {
        guard let repeated = task.withLock({ $0 }) else { return }
        repeated.cancel()
        isStopping.store(true, ordering: .relaxed)
        await missingCheck.withLock { $0 }?.value
        logs.debt.whenMuch(nil)
        while isRunning.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(5)) }
    }
}

/// A time between two runs of something that one thread at a time asks for.
private final class Interval: Sendable {
    private let milliseconds: Int64
    private let last: Atomic<Int64>

    init(_ milliseconds: Int64, from now: Int64) {
        self.milliseconds = milliseconds
        last = Atomic(now)
    }

    /// Whether it has passed; the next one begins then.
    func isOver(now: Int64) -> Bool {
        guard now.subtractingSaturating(last.load(ordering: .relaxed)) >= milliseconds else { return false }
        last.store(now, ordering: .relaxed)
        return true
    }
}
