// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension TransactionMetadata {
    /// InitProducerId: fences whoever used the transactional id before, and gives the caller its epoch.
    ///
    /// An open transaction is aborted first: the state to write is then `.prepareAbort`, and the caller is to ask
    /// again.
    /// - Parameters:
    ///   - expected: what a producer that goes on after an error says it is (KIP-360).
    ///   - newProducerID: an id for the case that this one has no epoch left.
    ///   - serverVersion: the finalized `transaction.version`.
    func initializing(
        timeoutMs: Int32, expected: ProducerIdentity?, newProducerID: Int64?, serverVersion: Int16, now: Int64
    ) -> TransactionDecision {
        if state.isPrepared { return .answer(.concurrentTransactions) }
        if let expected, !mayContinue(expected) { return .answer(.producerFenced) }
        switch state {
        case .ongoing:
            return fenced(serverVersion: serverVersion, newProducerID: newProducerID, now: now)
        case .empty, .completeCommit, .completeAbort:
            var next = next(.empty, now: now)
            next.timeoutMs = timeoutMs
            next.partitions = []
            next.startTimestamp = -1
            if isEpochExhausted, expected == nil || expected?.epoch == producerEpoch {
                guard let newProducerID else { return .needsProducerID }
                next.producerID = newProducerID
                next.producerEpoch = 0
                next.lastProducerEpoch = expected == nil ? -1 : producerEpoch
                return .write(next)
            }
            return bumped(next, expected: expected?.epoch)
        case .prepareCommit, .prepareAbort, .dead, .prepareEpochFence:
            return .answer(.unknownServerError)
        }
    }

    private func bumped(_ next: TransactionMetadata, expected: Int16?) -> TransactionDecision {
        var next = next
        guard let expected else {
            next.producerEpoch = epochAfter
            next.lastProducerEpoch = -1
            return .write(next)
        }
        if producerEpoch == -1 || expected == producerEpoch {
            next.producerEpoch = epochAfter
            next.lastProducerEpoch = producerEpoch
            return .write(next)
        }
        // A retry of a bump that succeeded. Another producer can't have come between: its InitProducerId would have
        // set the last epoch to -1.
        return expected == lastProducerEpoch ? .write(next) : .answer(.producerFenced)
    }

    /// Whether the producer that names itself so may be the one that the transactional id belongs to.
    private func mayContinue(_ expected: ProducerIdentity) -> Bool {
        // Epoch -1: the id was made a moment ago, for a producer whose old one expired.
        producerEpoch == -1 || expected.id == producerID
            // A retry, after the answer with the new producer id was lost.
            || (expected.id == previousProducerID && Self.isExhausted(expected.epoch))
    }
}
