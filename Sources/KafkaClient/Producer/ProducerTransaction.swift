// SPDX-License-Identifier: Apache-2.0

/// Where a transactional producer stands (KIP-98).
struct ProducerTransaction {
    enum Phase: Equatable {
        case uninitialized
        case ready
        case open
        /// Committing or aborting: nothing is appended.
        case ending
        /// Something could not be delivered: the transaction can only be aborted.
        case failed(ClientError)
    }

    var phase = Phase.uninitialized
    /// Partitions that the coordinator knows to be part of the transaction.
    var added: Set<TopicPartition> = []
    var isAdding = false
    /// Whether the coordinator has something to end.
    var hasBegun = false
    /// Whether sequence numbers are in doubt, so that the next transaction needs another epoch.
    var isInDoubt = false

    mutating func begin() {
        phase = .open
        added = []
        hasBegun = false
    }
}
