// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The open batches of one topic. Guarded by the producer's lock, as is all that hangs on it, hence unchecked.
final class TopicBuffers: @unchecked Sendable {
    let topic: ProducerTopic
    let partitions: [PartitionBuffer]
    /// Where records without a key go at the moment.
    private(set) var stickyPartition: Int
    /// Bytes appended in this turn.
    var stickyBytes = 0

    init(_ topic: ProducerTopic) {
        self.topic = topic
        partitions = (0..<Int(topic.partitionCount)).map { _ in PartitionBuffer() }
        stickyPartition = Int.random(in: 0..<max(1, partitions.count))
    }

    /// Picks the next partition at random, the likelier the fewer batches it has that wait for their answer, so that a
    /// slow broker gets less (KIP-794).
    func turn() {
        stickyBytes = 0
        guard partitions.count > 1 else { return }
        let longest = partitions.reduce(0) { max($0, $1.unsentBatches) }
        let total = partitions.reduce(0) { $0 + longest + 1 - $1.unsentBatches }
        var ticket = Int.random(in: 0..<total)
        for (index, partition) in partitions.enumerated() {
            ticket -= longest + 1 - partition.unsentBatches
            if ticket < 0 {
                stickyPartition = index
                return
            }
        }
    }
}

/// The open batch of one partition. Guarded by the producer's lock, hence unchecked.
final class PartitionBuffer: @unchecked Sendable {
    private var batch: ProducerBatch?
    private var builder: RecordBatchBuilder?
    var numbers = RecordNumbers()
    /// Closed batches without an answer.
    var unsentBatches = 0

    var isOpen: Bool { batch != nil }
    var openedAt: ContinuousClock.Instant? { batch?.openedAt }
    var batchID: UInt64? { batch?.id }

    func open(_ batch: ProducerBatch) {
        builder = batch.builder.take()
        self.batch = batch
    }

    /// The open batch, which is closed thereby.
    func take() -> ProducerBatch? {
        guard let batch else { return nil }
        batch.builder = builder.take()
        batch.numbers = numbers
        numbers = RecordNumbers()
        self.batch = nil
        return batch
    }

    /// - Returns: bytes that the batch has grown by; nil if the record does not fit or no batch is open.
    @inline(__always)
    func appendValue(_ value: UnsafeRawBufferPointer, timestamp: Int64) -> Int? {
        guard let before = builder?.byteCount else { return nil }
        guard builder?.appendValue(value, timestamp: timestamp) == true else { return nil }
        return (builder?.byteCount ?? before) - before
    }

    @inline(__always)
    func append(
        value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer?, timestamp: Int64, headers: RecordHeaders
    ) -> Int? {
        guard let before = builder?.byteCount else { return nil }
        guard builder?.append(timestamp: timestamp, key: key, value: value, headers: headers) == true else {
            return nil
        }
        return (builder?.byteCount ?? before) - before
    }
}
