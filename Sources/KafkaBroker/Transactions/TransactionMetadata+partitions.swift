// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

extension TransactionMetadata {
    /// AddPartitionsToTxn, AddOffsetsToTxn, and what Produce 12 and TxnOffsetCommit 5 add unasked (KIP-890).
    ///
    /// - Parameter clientVersion: the transaction protocol of the producer, 0 or 2.
    func adding(
        _ added: Set<TopicPartition>, by producer: ProducerIdentity, clientVersion: Int16, now: Int64
    ) -> TransactionDecision {
        // Before the checks of id and epoch: those are about to change, and the producer may know the new ones already.
        if state.isPrepared { return .answer(.concurrentTransactions) }
        if let refusal = refusal(of: producer) { return .answer(refusal) }
        switch state {
        case .ongoing where added.isSubset(of: partitions):
            return .answer(.none)
        case .empty, .completeCommit, .completeAbort, .ongoing:
            var next = next(.ongoing, now: now)
            next.partitions.formUnion(added)
            next.clientTransactionVersion = clientVersion
            if state != .ongoing { next.startTimestamp = now }
            return .write(next)
        case .prepareCommit, .prepareAbort, .dead, .prepareEpochFence:
            return .answer(.unknownServerError)
        }
    }

    /// Whether the partitions belong to the open transaction: the code for each that doesn't (KIP-890).
    func verifying(_ asked: Set<TopicPartition>, by producer: ProducerIdentity) -> [TopicPartition: ErrorCode] {
        let refusal = refusal(of: producer) ?? (state.isPrepared ? .concurrentTransactions : nil)
        if let refusal { return Dictionary(asked.map { ($0, refusal) }) { first, _ in first } }
        return Dictionary(asked.subtracting(partitions).map { ($0, .transactionAbortable) }) { first, _ in first }
    }

    private func refusal(of producer: ProducerIdentity) -> ErrorCode? {
        if producer.id != producerID { return .invalidProducerIDMapping }
        return producer.epoch == producerEpoch ? nil : .producerFenced
    }
}
