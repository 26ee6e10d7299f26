// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What a partition remembers of a batch of an idempotent producer, to recognize it when it comes again.
struct BatchMetadata: Equatable {
    var lastSequence: Int32
    var lastOffset: Int64
    var offsetDelta: Int32
    var timestamp: Int64

    var firstOffset: Int64 { lastOffset.subtractingSaturating(Int64(offsetDelta)) }

    /// Sequence numbers go from the greatest to 0; whatever a file says, this is one of them.
    var firstSequence: Int32 { (lastSequence &- offsetDelta) & .max }
}

/// The state of an idempotent or transactional producer in a partition.
struct ProducerEntry: Equatable {
    /// Batches remembered: as many as a producer may have in flight.
    static let batchesRemembered = 5

    var producerID: Int64
    /// -1 before the first batch.
    var epoch: Int16 = -1
    /// Of the coordinator that wrote the last marker; -1 for none.
    var coordinatorEpoch: Int32 = -1
    var lastTimestamp: Int64 = -1
    /// Where the open transaction begins.
    var transactionStart: Int64?
    /// The newest last, all of the present epoch.
    private(set) var batches: [BatchMetadata] = []

    init(producerID: Int64) { self.producerID = producerID }

    var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }

    mutating func add(_ batch: BatchMetadata) {
        if batches.count == Self.batchesRemembered { batches.removeFirst() }
        batches.append(batch)
    }

    mutating func begin(epoch: Int16) {
        if self.epoch == epoch { return }
        batches.removeAll(keepingCapacity: true)
        self.epoch = epoch
    }

    /// Takes over what an append prepared.
    mutating func merge(_ newer: ProducerEntry) {
        begin(epoch: newer.epoch)
        for batch in newer.batches { add(batch) }
        coordinatorEpoch = newer.coordinatorEpoch
        lastTimestamp = newer.lastTimestamp
        transactionStart = newer.transactionStart
    }

    /// The remembered batch with exactly these sequence numbers.
    func duplicate(of epoch: Int16, firstSequence: Int32, lastSequence: Int32) -> BatchMetadata? {
        guard epoch == self.epoch else { return nil }
        return batches.first { $0.firstSequence == firstSequence && $0.lastSequence == lastSequence }
    }
}

/// What a partition knows of an active producer, as DescribeProducers tells it.
public struct ProducerInfo: Sendable, Equatable {
    /// Which producer it is.
    public var producerID: Int64
    /// The newest epoch that it has written with.
    public var epoch: Int16
    /// -1 when no batch is remembered.
    public var lastSequence: Int32
    /// Milliseconds since 1970; -1 for none.
    public var lastTimestamp: Int64
    /// -1 for none.
    public var coordinatorEpoch: Int32
    /// Where the open transaction begins; -1 without one.
    public var currentTransactionStart: Int64

    public init(
        producerID: Int64, epoch: Int16, lastSequence: Int32, lastTimestamp: Int64, coordinatorEpoch: Int32,
        currentTransactionStart: Int64
    ) {
        self.producerID = producerID
        self.epoch = epoch
        self.lastSequence = lastSequence
        self.lastTimestamp = lastTimestamp
        self.coordinatorEpoch = coordinatorEpoch
        self.currentTransactionStart = currentTransactionStart
    }
}
