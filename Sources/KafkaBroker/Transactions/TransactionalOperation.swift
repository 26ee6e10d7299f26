// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What writing in a transaction makes of the partition, by what the request's version lets the client expect
/// (KIP-890).
enum TransactionalOperation: Sendable {
    /// The partition must have been added; the client knows the errors of the first transaction protocol.
    case verify
    /// The same, and the client knows TRANSACTION_ABORTABLE.
    case verifyAbortable
    /// The partition is added.
    case add

    init(produceVersion: Int16) {
        self = produceVersion >= 12 ? .add : produceVersion >= 11 ? .verifyAbortable : .verify
    }

    init(offsetCommitVersion: Int16) {
        self = offsetCommitVersion >= 5 ? .add : offsetCommitVersion >= 4 ? .verifyAbortable : .verify
    }

    /// What a producer is told of a coordinator's refusal.
    func produceError(_ error: ErrorCode) -> ErrorCode {
        switch writeError(error) {
        // The next transaction is on its way, and the client knows that it has to wait for the last one.
        case .concurrentTransactions where self == .add: .concurrentTransactions
        // A code that every client retries on, without looking for another leader first.
        case .concurrentTransactions, .coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator:
            .notEnoughReplicas
        case let other: other
        }
    }

    /// What the committer of offsets is told of a coordinator's refusal.
    func offsetCommitError(_ error: ErrorCode) -> ErrorCode {
        switch writeError(error) {
        // To earlier clients it is fatal where they didn't ask for a transaction.
        case .concurrentTransactions where self != .add: .coordinatorLoadInProgress
        case let other: other
        }
    }

    private func writeError(_ error: ErrorCode) -> ErrorCode {
        switch error {
        // Who writes expects the code that a partition would answer.
        case .producerFenced: .invalidProducerEpoch
        case .transactionAbortable where self == .verify: .invalidTxnState
        default: error
        }
    }
}
