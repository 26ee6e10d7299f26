// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Synchronization

/// After a signal: what was read is still delivered while brokers take it, and no longer.
final class LastCall: Sendable {
    /// What brokers take within this time is progress.
    private static let patience = Duration.seconds(3)

    private let producer = Mutex<Producer?>(nil)

    /// From now on there is something that may be delivered.
    func open(_ producer: Producer) { self.producer.withLock { $0 = producer } }

    /// Calls `giveUp` at once if nothing has been read yet, else when brokers take nothing any more.
    func begin(_ giveUp: @escaping @Sendable () -> Void) {
        guard let producer = producer.withLock({ $0 }) else { return giveUp() }
        Task.detached {
            var delivered: UInt64?
            while true {
                let now = producer.statistics.recordsDelivered
                if now == delivered { return giveUp() }
                delivered = now
                try? await Task.sleep(for: Self.patience)
            }
        }
    }
}
