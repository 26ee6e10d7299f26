// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Synchronization

/// Compacts the logs that are due, the dirtiest first, every `log.cleaner.backoff.ms`.
final class CleanerThread: Sendable {
    /// Broker configurations that may change while it runs.
    struct Configuration: Sendable, Equatable {
        /// `log.cleaner.backoff.ms`
        var backoffMs: Int64 = 15_000
        /// `log.cleaner.dedupe.buffer.size`
        var bufferBytes = 128 << 20
        /// `log.cleaner.io.buffer.load.factor`
        var loadFactor = 0.9
        /// `log.cleaner.io.max.bytes.per.second`
        var maxBytesPerSecond = Double.greatestFiniteMagnitude
    }

    private let directory: LogDirectory
    private let registry: PartitionRegistry
    private let configuration: @Sendable () -> Configuration
    private let logger: Logger
    private let progress: Mutex<CleanerProgress?>
    private let isRunning = Atomic<Bool>(false)
    private let scheduled = Mutex<Scheduled<Void>?>(nil)
    /// True once the broker stops; ends sleeps too.
    private let isStopping = ConditionLock(value: false)
    private let stopping = Atomic<Bool>(false)
    /// A thread of its own, for cleaning may take minutes; made at the first step.
    private let thread = Mutex<BackgroundQueue?>(nil)

    init(
        directory: LogDirectory, registry: PartitionRegistry, logger: Logger,
        configuration: @escaping @Sendable () -> Configuration
    ) {
        self.directory = directory
        self.registry = registry
        self.logger = logger
        self.configuration = configuration
        progress = Mutex(nil)
    }

    func start(on eventLoop: any EventLoop) {
        // Backoff 0 is Kafka's busy loop; nobody needs that.
        let delay = TimeAmount.milliseconds(max(configuration().backoffMs, 100))
        scheduled.withLock { scheduled in
            guard !stopping.load(ordering: .acquiring) else { return }
            scheduled = eventLoop.scheduleTask(in: delay) {
                guard self.begin() else { return }
                self.queue.run {
                    self.step()
                    self.isRunning.store(false, ordering: .releasing)
                    self.start(on: eventLoop)
                }
            }
        }
    }

    /// False once the broker stops, which then waits for what has begun.
    private func begin() -> Bool {
        scheduled.withLock { _ in
            guard !stopping.load(ordering: .acquiring) else { return false }
            isRunning.store(true, ordering: .releasing)
            return true
        }
    }

    /// Ends a cleaning that is under way; what it has done so far stays.
    func stop() async {
        scheduled.withLock { scheduled in
            stopping.store(true, ordering: .releasing)
            scheduled?.cancel()
        }
        isStopping.lock()
        isStopping.unlock(withValue: true)
        while isRunning.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(5)) }
        let queue = thread.withLock { $0 }
        try? await queue?.stop()
    }

    private var queue: BackgroundQueue {
        thread.withLock { thread in
            if let thread { return thread }
            let made = BackgroundQueue(threads: 1)
            thread = made
            return made
        }
    }

    /// Cleans all that is due, the dirtiest log first.
    private func step() {
        do throws(LogError) {
            let known = self.progress.withLock { $0 }
            var progress = if let known { known } else { try CleanerProgress(directory) }
            defer { self.progress.withLock { $0 = progress } }
            progress.forget(except: registry.all)
            var skipped: Set<TopicPartition> = []
            while !stopping.load(ordering: .acquiring) {
                let due = due(&progress, skipped)
                if due.isEmpty { break }
                let listed = ContinuousClock.now
                for partition in due
                where !stopping.load(ordering: .acquiring) && ContinuousClock.now - listed < Self.lifetimeOfList {
                    clean(partition, &progress, &skipped)
                }
                try progress.write()
            }
        } catch {
            logger.error("Logs are not compacted: \(error)")
        }
    }

    /// After this time the logs are looked at again: not for each that is cleaned, as there may be thousands.
    private static let lifetimeOfList = Duration.seconds(10)

    private func clean(
        _ partition: Partition, _ progress: inout CleanerProgress, _ skipped: inout Set<TopicPartition>
    ) {
        let begin = ContinuousClock.now
        let now = WallClock.milliseconds()
        do throws(LogError) {
            let checkpoint = progress.checkpoint(of: partition)
            guard let range = try LogCleaner().cleanable(partition.log, checkpoint: checkpoint, now: now) else {
                return
            }
            guard let report = try cleaner().clean(partition.log, range, now: now) else {
                skipped.insert(partition.topicPartition)
                return
            }
            progress.note(report.nextDirtyOffset, of: partition)
            log(report, partition, ContinuousClock.now - begin)
            try partition.log.enforceRetention(now: now)
        } catch {
            skipped.insert(partition.topicPartition)
            note(error, partition, &progress)
        }
    }

    /// The logs to be cleaned now, the dirtiest first.
    func due(_ progress: inout CleanerProgress, _ skipped: Set<TopicPartition> = []) -> [Partition] {
        let now = WallClock.milliseconds()
        var due: [(partition: Partition, dirtyRatio: Double)] = []
        for partition in registry.all
        where partition.log.config.cleanupPolicy.contains(.compact) && !skipped.contains(partition.topicPartition)
            && !progress.isUncleanable(partition) && partition.log.failure == nil
        {
            do throws(LogError) {
                let checkpoint = progress.checkpoint(of: partition)
                let range = try LogCleaner().cleanable(partition.log, checkpoint: checkpoint, now: now)
                if let range { due.append((partition, range.dirtyRatio)) }
            } catch {
                note(error, partition, &progress)
            }
        }
        return due.sorted { $0.dirtyRatio > $1.dirtyRatio }.map(\.partition)
    }

    private func note(_ error: LogError, _ partition: Partition, _ progress: inout CleanerProgress) {
        if error.code == .kafkaStorageError {
            // Disks get room again.
            logger.error("\(partition.topicPartition) could not be compacted, it is tried again later: \(error)")
        } else {
            logger.error("\(partition.topicPartition) is not compacted any more: \(error)")
            progress.markUncleanable(partition)
        }
    }

    private func log(_ report: CleanReport, _ partition: Partition, _ time: Duration) {
        logger.info(
            "Compacted \(partition.topicPartition)",
            metadata: [
                "cleaned up to": "\(report.nextDirtyOffset)", "bytes": "\(report.bytesBefore) to \(report.bytesAfter)",
                "records": "\(report.recordsBefore) to \(report.recordsAfter)", "time": "\(time)",
            ])
        if report.keylessRecords > 0 {
            logger.warning(
                "\(partition.topicPartition) had \(report.keylessRecords) records without a key; they are gone")
        }
    }

    /// A cleaner that keeps within the limit of bytes per second.
    private func cleaner() -> LogCleaner {
        let configuration = configuration()
        let begin = ContinuousClock.now
        let total = Mutex(Int64(0))
        return LogCleaner(bufferBytes: configuration.bufferBytes, loadFactor: configuration.loadFactor) { byteCount in
            let bytes = total.withLock { total in
                total += Int64(byteCount)
                return total
            }
            let ahead = Double(bytes) / configuration.maxBytesPerSecond - (ContinuousClock.now - begin) / .seconds(1)
            // However low the limit, a day is as good as for ever, and fits the clock.
            let pause = min(ahead, 86_400)
            if pause > 0.001, self.isStopping.lock(whenValue: true, timeoutSeconds: pause) { self.isStopping.unlock() }
            return !self.stopping.load(ordering: .acquiring)
        }
    }
}

extension CleanerThread.Configuration {
    init(_ configuration: BrokerConfiguration) {
        self.init(
            backoffMs: configuration.int64("log.cleaner.backoff.ms"),
            bufferBytes: configuration.int("log.cleaner.dedupe.buffer.size"),
            loadFactor: configuration.double("log.cleaner.io.buffer.load.factor"),
            maxBytesPerSecond: configuration.double("log.cleaner.io.max.bytes.per.second"))
    }
}
