// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionLog {
    /// The producers that the partition knows (DescribeProducers), by id.
    public var activeProducers: [ProducerInfo] {
        let entries = locked { Array($0.producers.entries.values) }
        return entries.sorted { $0.producerID < $1.producerID }.map {
            ProducerInfo(
                producerID: $0.producerID, epoch: $0.epoch, lastSequence: $0.lastSequence,
                lastTimestamp: $0.lastTimestamp, coordinatorEpoch: $0.coordinatorEpoch,
                currentTransactionStart: $0.transactionStart ?? -1)
        }
    }

    /// Whether a producer has an open transaction here in this epoch.
    public func hasOngoingTransaction(producerID: Int64, epoch: Int16) -> Bool {
        locked { $0.producers.hasOngoingTransaction(producerID, epoch: epoch) }
    }

    /// Begins to verify a producer's transaction with its coordinator, before its first append; nil when a transaction
    /// is open already, so that there is nothing to verify. The guard goes to the append.
    public func startVerification(
        producerID: Int64, sequence: Int32, epoch: Int16, now: Int64
    ) -> VerificationGuard? {
        locked { state in
            if state.producers.hasOngoingTransaction(producerID, epoch: epoch) { return nil }
            return state.producers.startVerification(producerID, sequence: sequence, epoch: epoch, now: now)
        }
    }

    /// The aborted transactions that touch `from..<to`.
    public func abortedTransactions(from: Int64, to: Int64) throws(LogError) -> [AbortedTransaction] {
        try reading { (state) throws(LogError) in
            try state.checkUsable()
            return try state.abortedTransactions(from: from, to: to)
        }
    }

    /// Forgets producers that were silent for producer.id.expiration.ms.
    public func removeExpiredProducers(now: Int64) {
        locked { $0.producers.removeExpired(now: now) }
    }
}
