// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What holds for the producers of several logs, and may change while these are open.
public final class ProducerSettings: Sendable {
    private let expiration: Atomic<Int64>
    private let verification: Atomic<Bool>

    /// - Parameters: as the properties; Kafka's defaults.
    public init(expirationMs: Int64 = 86_400_000, verifiesTransactions: Bool = true) {
        expiration = Atomic(expirationMs)
        verification = Atomic(verifiesTransactions)
    }

    /// `producer.id.expiration.ms`: how long a producer without an open transaction is remembered after its last record.
    public var expirationMs: Int64 {
        get { expiration.load(ordering: .relaxed) }
        set { expiration.store(newValue, ordering: .relaxed) }
    }

    /// `transaction.partition.verification.enable`: whether transactional records need an open transaction or a
    /// verification (KIP-890), in logs that ask for that at all.
    public var verifiesTransactions: Bool {
        get { verification.load(ordering: .relaxed) }
        set { verification.store(newValue, ordering: .relaxed) }
    }
}
