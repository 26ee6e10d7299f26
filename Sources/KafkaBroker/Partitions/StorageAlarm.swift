// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Logging
import Synchronization

/// Says in the broker's log that its storage fails: a full disk refuses every append, and once in a while is enough; of
/// a partition that takes nothing any more, once.
final class StorageAlarm: Sendable {
    private static let interval: Int64 = 30_000
    private let logger: Logger
    /// When it last said so, in milliseconds.
    private let last = Atomic<Int64>(.min)
    private let isFull = Atomic<Bool>(false)
    /// Of which it was said that nothing is appended to them any more.
    private let ended = Mutex<Set<TopicPartition>>([])

    init(logger: Logger) { self.logger = logger }

    /// - Parameter now: in milliseconds since 1970.
    func raise(_ error: LogError, _ partition: TopicPartition, now: Int64) {
        guard error.code == .kafkaStorageError else { return }
        note(error)
        if error.endsAppends {
            guard ended.withLock({ $0.insert(partition).inserted }) else { return }
            return logger.error("\(partition): \(error.message)")
        }
        guard isDue(now) else { return }
        logger.error("\(partition): \(error.message); producers are answered \(error.code) until that is mended")
    }

    /// The same of what belongs to no partition, such as a checkpoint file.
    func raise(_ error: LogError, now: Int64) {
        note(error)
        if isDue(now) { logger.error("\(error.message); it is tried again") }
    }

    private func note(_ error: LogError) {
        if error.isOutOfSpace { isFull.store(true, ordering: .relaxed) }
    }

    /// Whether the disk was found full since the last call.
    func takeIsFull() -> Bool { isFull.exchange(false, ordering: .relaxed) }

    private func isDue(_ now: Int64) -> Bool {
        let before = last.load(ordering: .relaxed)
        return (before == .min || now.subtractingSaturating(before) >= Self.interval || now < before)
            && last.compareExchange(expected: before, desired: now, ordering: .relaxed).exchanged
    }
}
