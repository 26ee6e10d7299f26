// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A transaction that a marker ended.
struct CompletedTransaction {
    var producerID: Int64
    var firstOffset: Int64
    /// The marker's offset.
    var lastOffset: Int64
    var isAborted: Bool
}

/// The effect of an append on one producer, checked batch by batch, and taken over once everything is written.
struct ProducerUpdate {
    let producerID: Int64
    private let origin: AppendOrigin
    private let currentEpoch: Int16
    private let currentLastSequence: Int32
    private let verification: TransactionVerification?
    private(set) var updated: ProducerEntry
    /// Where the transactions begin that begin here.
    private(set) var started: [Int64] = []

    init(producerID: Int64, current: ProducerEntry?, verification: TransactionVerification?, origin: AppendOrigin) {
        self.producerID = producerID
        self.origin = origin
        self.verification = verification
        currentEpoch = current?.epoch ?? -1
        currentLastSequence = current?.lastSequence ?? -1
        updated = ProducerEntry(producerID: producerID)
        if let current {
            updated.epoch = current.epoch
            updated.coordinatorEpoch = current.coordinatorEpoch
            updated.lastTimestamp = current.lastTimestamp
            updated.transactionStart = current.transactionStart
        }
    }

    /// Adds a batch of records.
    mutating func append(_ batch: RecordBatchHeader) throws(LogError) {
        try checkEpoch(batch.producerEpoch, at: batch.baseOffset)
        if origin == .client {
            try checkSequence(batch.baseSequence, epoch: batch.producerEpoch, at: batch.baseOffset)
        }
        updated.begin(epoch: batch.producerEpoch)
        updated.add(
            BatchMetadata(
                lastSequence: batch.lastSequence, lastOffset: batch.lastOffset, offsetDelta: batch.lastOffsetDelta,
                timestamp: batch.maxTimestamp))
        updated.lastTimestamp = batch.maxTimestamp
        if updated.transactionStart != nil && !batch.isTransactional {
            throw LogError(
                .invalidTxnState,
                "Expected transactional write from producer \(producerID) at offset \(batch.baseOffset)")
        }
        if updated.transactionStart == nil && batch.isTransactional {
            updated.transactionStart = batch.baseOffset
            started.append(batch.baseOffset)
        }
    }

    /// Adds the marker that ends a transaction; nil when none was open.
    mutating func append(
        _ marker: EndTransactionMarker, epoch: Int16, offset: Int64, timestamp: Int64
    ) throws(LogError) -> CompletedTransaction? {
        try checkEpoch(epoch, at: offset)
        if updated.coordinatorEpoch > marker.coordinatorEpoch, origin != .replication {
            throw LogError(
                .transactionCoordinatorFenced,
                "Invalid coordinator epoch for producerId \(producerID) at offset \(offset): "
                    + "\(marker.coordinatorEpoch) (zombie), \(updated.coordinatorEpoch) (current)")
        }
        let completed = updated.transactionStart.map {
            CompletedTransaction(
                producerID: producerID, firstOffset: $0, lastOffset: offset, isAborted: !marker.isCommit)
        }
        updated.begin(epoch: epoch)
        updated.coordinatorEpoch = marker.coordinatorEpoch
        updated.transactionStart = nil
        updated.lastTimestamp = timestamp
        return completed
    }

    private func checkEpoch(_ epoch: Int16, at offset: Int64) throws(LogError) {
        guard epoch < updated.epoch, origin != .replication else { return }
        throw LogError(
            .invalidProducerEpoch,
            "Epoch of producer \(producerID) at offset \(offset) is \(epoch), "
                + "which is smaller than the last seen epoch \(updated.epoch)")
    }

    private func checkSequence(_ first: Int32, epoch: Int16, at offset: Int64) throws(LogError) {
        if let verification, first > verification.lowestSequence {
            throw outOfOrder(first, at: offset, "\(verification.lowestSequence) (earliest seen sequence)")
        }
        if epoch != updated.epoch {
            // A producer that the partition doesn't know may begin anywhere: its records may have been deleted.
            guard first == 0 || updated.epoch == -1 else {
                throw LogError(
                    .outOfOrderSequenceNumber,
                    "Invalid sequence number for new epoch of producer \(producerID) at offset \(offset): "
                        + "\(epoch) (request epoch), \(first) (seq. number), \(updated.epoch) (current producer epoch)")
            }
            return
        }
        let last = updated.batches.last?.lastSequence ?? (epoch == currentEpoch ? currentLastSequence : -1)
        guard currentEpoch == -1 || Int64(first) == Int64(last) + 1 || (first == 0 && last == Int32.max) else {
            throw outOfOrder(first, at: offset, "\(last) (current end sequence number)")
        }
    }

    private func outOfOrder(_ first: Int32, at offset: Int64, _ expected: String) -> LogError {
        LogError(
            .outOfOrderSequenceNumber,
            "Out of order sequence number for producer \(producerID) at offset \(offset): "
                + "\(first) (incoming seq. number), \(expected)")
    }
}
