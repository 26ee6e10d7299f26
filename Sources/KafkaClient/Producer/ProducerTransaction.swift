// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Where a transactional producer stands (KIP-98).
struct ProducerTransaction {
    enum Phase: Equatable {
        case uninitialized
        case ready
        case open
        /// Committing or aborting: nothing is appended. Whoever got no answer asks for the same again.
        case ending(commit: Bool)
        /// Something could not be delivered: the transaction can only be aborted.
        case failed(ClientError)
    }

    var phase = Phase.uninitialized
    /// Whether brokers add partitions as records arrive, and each end brings another epoch (`transaction.version` 2,
    /// KIP-890); until the end of a transaction it stays as it was at the beginning.
    var addsImplicitly = false
    /// Partitions that the coordinator knows to be part of the transaction.
    var added: Set<TopicPartition> = []
    /// Tells the coordinator of partitions; nil if nobody does.
    var adding: Task<Void, Never>?
    /// Whether the coordinator may have something to end.
    var hasBegun = false
    /// Whether sequence numbers are in doubt, so that the next transaction needs another epoch.
    var isInDoubt = false

    mutating func begin() {
        phase = .open
        added = []
        hasBegun = false
    }

    /// Whether a batch that was refused may be sent again: not if the transaction is aborted anyway.
    var mayRetry: Bool {
        switch phase {
        case .failed, .ending(commit: false): false
        default: true
        }
    }
}
