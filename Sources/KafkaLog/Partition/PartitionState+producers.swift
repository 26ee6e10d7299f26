// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What an append does to the producers, once it is written.
struct ProducerEffect {
    var updates: [ProducerUpdate] = []
    var completed: [CompletedTransaction] = []
    /// The batch had arrived before.
    var duplicate: BatchMetadata?
}

extension PartitionState {
    /// Checks sequence numbers, epochs and transactions of the batches.
    mutating func checkProducers(
        _ batches: [PendingBatch], origin: AppendOrigin, verification: VerificationGuard?
    ) throws(LogError) -> ProducerEffect {
        var effect = ProducerEffect()
        for batch in batches where batch.header.hasProducerID {
            let header = batch.header
            if origin == .client,
                let duplicate = producers.entries[header.producerID]?.duplicate(
                    of: header.producerEpoch, firstSequence: header.baseSequence, lastSequence: header.lastSequence)
            {
                effect.duplicate = duplicate
                return effect
            }
            try checkVerified(header, origin: origin, verification)
            var index = effect.updates.firstIndex { $0.producerID == header.producerID }
            if index == nil {
                effect.updates.append(producers.prepare(header.producerID, origin: origin))
                index = effect.updates.count - 1
            }
            if let completed = try effect.updates[index!].append(batch) { effect.completed.append(completed) }
            if header.isTransactional { producers.endVerification(header.producerID) }
        }
        return effect
    }

    /// Records of a transaction that the coordinator may have ended already are refused (KIP-890).
    private func checkVerified(
        _ header: RecordBatchHeader, origin: AppendOrigin, _ verification: VerificationGuard?
    ) throws(LogError) {
        guard verifiesTransactions, producers.settings.verifiesTransactions, origin.assignsOffsets,
            header.isTransactional, !header.isControl,
            !producers.hasOngoingTransaction(header.producerID, epoch: header.producerEpoch),
            !producers.verifies(verification, header.producerID)
        else { return }
        throw LogError(.invalidTxnState, "Record was not part of an ongoing transaction in \(topicPartition)")
    }
}

extension ProducerUpdate {
    mutating func append(_ batch: PendingBatch) throws(LogError) -> CompletedTransaction? {
        let header = batch.header
        guard header.isControl else {
            try append(header)
            return nil
        }
        // A marker of which compaction left the batch alone changes nothing.
        guard let (marker, timestamp) = batch.marker else { return nil }
        return try append(marker, epoch: header.producerEpoch, offset: header.baseOffset, timestamp: timestamp)
    }
}
