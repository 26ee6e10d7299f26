// SPDX-License-Identifier: Apache-2.0

/// The broker configurations that the transaction coordinator reads, with Kafka's defaults.
struct TransactionCoordinatorConfiguration: Sendable, Equatable {
    /// `transaction.max.timeout.ms`
    var maxTimeoutMs: Int32 = 900_000
    /// `transactional.id.expiration.ms`
    var transactionalIDExpirationMs: Int64 = 604_800_000
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`
    var abortCheckIntervalMs: Int64 = 10_000
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`
    var expirationCheckIntervalMs: Int64 = 3_600_000
    /// `transaction.partition.verification.enable`
    var verifiesPartitions = true

    init() {}
}
