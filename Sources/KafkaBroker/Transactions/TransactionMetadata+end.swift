// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension TransactionMetadata {
    /// EndTxn: decides the outcome of the open transaction.
    ///
    /// - Parameters:
    ///   - clientVersion: the transaction protocol of the producer: 2 since EndTxn 5, else 0.
    ///   - newProducerID: an id for the case that this one has no epoch left.
    func ending(
        commit: Bool, by producer: ProducerIdentity, clientVersion: Int16, newProducerID: Int64?, now: Int64
    ) -> TransactionDecision {
        guard clientVersion < 2 else {
            return endingWithBump(commit: commit, by: producer, newProducerID: newProducerID, now: now)
        }
        if producer.id != producerID { return .answer(.invalidProducerIDMapping) }
        if producer.epoch != producerEpoch { return .answer(.producerFenced) }
        switch state {
        case .ongoing:
            var next = next(commit ? .prepareCommit : .prepareAbort, now: now)
            next.clientTransactionVersion = 0
            next.nextProducerID = -1
            return .write(next)
        case .prepareCommit, .prepareAbort:
            return .answer(.concurrentTransactions)
        case .completeCommit:
            return .answer(commit ? .none : .invalidTxnState)
        case .completeAbort:
            return .answer(commit ? .invalidTxnState : .none)
        case .empty:
            return .answer(.invalidTxnState)
        case .dead, .prepareEpochFence:
            return .answer(.unknownServerError)
        }
    }

    /// EndTxn since version 5: each transaction has its own epoch, so a request of an earlier one shows by its epoch.
    ///
    /// |                | abort, retry | abort       | commit, retry   | commit            |
    /// |----------------|--------------|-------------|-----------------|-------------------|
    /// | Empty          | fenced       | bumps       | fenced          | INVALID_TXN_STATE |
    /// | CompleteAbort  | done before  | bumps       | fenced          | INVALID_TXN_STATE |
    /// | CompleteCommit | INVALID_TXN_STATE | bumps  | done before     | INVALID_TXN_STATE |
    private func endingWithBump(
        commit: Bool, by producer: ProducerIdentity, newProducerID: Int64?, now: Int64
    ) -> TransactionDecision {
        // First, as the producer may name the id and epoch that it is about to have.
        if state.isPrepared { return .answer(.concurrentTransactions) }
        let isRetryAfterRotation =
            producer.id == previousProducerID && producer.epoch == .max - 1 && producerEpoch == 0
        let isRetryAfterBump =
            producer.id == producerID && producer.epoch < .max && producer.epoch.addingSaturating(1) == producerEpoch
        if producer.id != producerID, !isRetryAfterRotation { return .answer(.invalidProducerIDMapping) }
        let isCurrent = producer == identity
        switch state {
        case .ongoing:
            guard isCurrent else { return .answer(.producerFenced) }
            return prepared(commit ? .prepareCommit : .prepareAbort, newProducerID: newProducerID, now: now)
        case .empty:
            guard isCurrent else { return .answer(.producerFenced) }
            return commit ? .answer(.invalidTxnState) : preparedEmpty(newProducerID: newProducerID, now: now)
        case .completeCommit, .completeAbort:
            if isCurrent {
                return commit ? .answer(.invalidTxnState) : preparedEmpty(newProducerID: newProducerID, now: now)
            }
            guard isRetryAfterBump || isRetryAfterRotation else { return .answer(.producerFenced) }
            if commit == (state == .completeCommit) { return .answer(.none) }
            // A commit that the coordinator's own abort overtook has no effect; the producer can recover from being
            // fenced, from INVALID_TXN_STATE it can't (KAFKA-20785).
            return .answer(commit ? .producerFenced : .invalidTxnState)
        case .prepareCommit, .prepareAbort, .dead, .prepareEpochFence:
            return .answer(.unknownServerError)
        }
    }

    /// Aborts the open transaction in the name of the coordinator: it timed out, or a new producer wants the id.
    ///
    /// The bumped epoch fences the producer; it is never told to anybody.
    /// - Parameter serverVersion: the finalized `transaction.version`.
    func fenced(serverVersion: Int16, newProducerID: Int64?, now: Int64) -> TransactionDecision {
        guard state == .ongoing else { return .answer(.unknownServerError) }
        // One bump does for both fencing and ending (KAFKA-19367); used-up epochs rotate here too (KAFKA-20090).
        if serverVersion >= 2 { return prepared(.prepareAbort, newProducerID: newProducerID, now: now) }
        var next = next(.prepareAbort, now: now)
        next.producerEpoch = epochAfter
        next.lastProducerEpoch = -1
        next.nextProducerID = -1
        next.clientTransactionVersion = 0
        return .write(next)
    }

    /// The state after the markers are written.
    func completed(now: Int64) -> TransactionMetadata {
        var next = next(state == .prepareCommit ? .completeCommit : .completeAbort, now: now)
        if clientTransactionVersion >= 2, nextProducerID != -1 {
            // The producer goes from its last epoch to 0; the one between, of the markers, it never sees.
            next.producerID = nextProducerID
            next.producerEpoch = 0
        }
        next.nextProducerID = -1
        next.partitions = []
        return next
    }

    private func prepared(_ state: TransactionState, newProducerID: Int64?, now: Int64) -> TransactionDecision {
        var next = next(state, now: now)
        if isEpochExhausted {
            guard let newProducerID else { return .needsProducerID }
            next.nextProducerID = newProducerID
        } else {
            next.nextProducerID = -1
        }
        next.producerEpoch = epochAfter
        next.lastProducerEpoch = producerEpoch
        next.clientTransactionVersion = 2
        return .write(next)
    }

    /// Aborts a transaction without partitions: the producer can't know whether one was added, and wants a new epoch.
    private func preparedEmpty(newProducerID: Int64?, now: Int64) -> TransactionDecision {
        let decision = prepared(.prepareAbort, newProducerID: newProducerID, now: now)
        guard case .write(var next) = decision else { return decision }
        next.startTimestamp = now
        return .write(next)
    }

    /// The next epoch; the highest one stays, should a log hold it.
    var epochAfter: Int16 { producerEpoch.addingSaturating(1) }
}
