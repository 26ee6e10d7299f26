// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// What the coordinator knows of one transactional id.
///
/// It is a value with pure functions: an event and the time in, a `TransactionDecision` out. Each function says what
/// the next state would be; it counts once its record is written, so no state exists that a restart wouldn't find
/// again.
struct TransactionMetadata: Sendable, Equatable {
    var producerID: Int64
    /// The producer id before the last change of state, for retries that don't know of a new one (KIP-890).
    var previousProducerID: Int64 = -1
    /// The id that the producer goes on with after the markers, when its epochs are used up (KIP-890); else -1.
    var nextProducerID: Int64 = -1
    /// -1 until the first InitProducerId is written.
    var producerEpoch: Int16 = -1
    /// The epoch that a retry of the last bump would name, -1 if none may be retried.
    var lastProducerEpoch: Int16 = -1
    /// Belongs to two-phase commit (KIP-939), which isn't served; kept so that it survives.
    var nextProducerEpoch: Int16 = -1
    /// Milliseconds that a transaction may last; `Int32.max` is without end.
    var timeoutMs: Int32
    var state: TransactionState = .empty
    var partitions: Set<TopicPartition> = []
    /// Milliseconds since 1970; -1 before the first transaction.
    var startTimestamp: Int64 = -1
    var lastUpdateTimestamp: Int64
    /// The transaction protocol that the producer spoke at the last change: 0, or 2 with an epoch for each transaction.
    var clientTransactionVersion: Int16 = 0
}

/// What a request or a timer does to a transactional id.
enum TransactionDecision: Sendable, Equatable {
    /// The answer is this code and nothing changes; `.none` for what was done before.
    case answer(ErrorCode)
    /// This state is to be written, and is the current one from then on.
    case write(TransactionMetadata)
    /// The epochs of the producer id are used up: decide again, with an id that was never used.
    case needsProducerID
}

/// A producer as it names itself in requests and batches.
struct ProducerIdentity: Sendable, Hashable {
    var id: Int64
    var epoch: Int16
}

extension TransactionMetadata {
    var identity: ProducerIdentity { ProducerIdentity(id: producerID, epoch: producerEpoch) }

    /// Whether no producer may get a further epoch: the last one is kept for fencing.
    static func isExhausted(_ epoch: Int16) -> Bool { epoch >= .max - 1 }

    var isEpochExhausted: Bool { Self.isExhausted(producerEpoch) }

    /// The transaction has been open for longer than its producer allowed.
    func isTimedOut(now: Int64) -> Bool {
        state == .ongoing && timeoutMs != .max && startTimestamp.addingSaturating(Int64(timeoutMs)) < now
    }

    func isExpired(now: Int64, after expirationMs: Int64) -> Bool {
        state.isIdle && lastUpdateTimestamp <= now.subtractingSaturating(expirationMs)
    }

    /// The state after this one: what every change has in common.
    func next(_ state: TransactionState, now: Int64) -> TransactionMetadata {
        var next = self
        next.state = state
        next.previousProducerID = producerID
        next.lastUpdateTimestamp = now
        return next
    }
}
