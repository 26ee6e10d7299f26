// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The open batch of one partition.
struct OpenPartition: ~Copyable {
    private(set) var batch: ProducerBatch?
    private var builder: RecordBatchBuilder?
    var numbers = RecordNumbers()
    /// Closed batches without an answer.
    var unansweredBatches = 0

    var isOpen: Bool { batch != nil }

    mutating func open(_ batch: ProducerBatch) {
        builder = batch.builder.take()
        self.batch = batch
    }

    /// The open batch, which is closed thereby.
    mutating func take() -> ProducerBatch? {
        guard let batch = batch.take() else { return nil }
        batch.builder = builder.take()
        batch.numbers = numbers
        numbers = RecordNumbers()
        return batch
    }

    /// - Returns: bytes that the batch has grown by; nil if the record does not fit or no batch is open.
    @inline(__always)
    mutating func appendValue(_ value: UnsafeRawBufferPointer, timestamp: Int64) -> Int? {
        guard let before = builder?.byteCount else { return nil }
        guard builder?.appendValue(value, timestamp: timestamp) == true else { return nil }
        return (builder?.byteCount ?? before) - before
    }

    @inline(__always)
    mutating func append(
        value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer?, timestamp: Int64, headers: RecordHeaders
    ) -> Int? {
        guard let before = builder?.byteCount else { return nil }
        guard builder?.append(timestamp: timestamp, key: key, value: value, headers: headers) == true else {
            return nil
        }
        return (builder?.byteCount ?? before) - before
    }
}

/// The open batches of one topic.
struct OpenTopic: ~Copyable {
    let partitions: UnsafeMutableBufferPointer<OpenPartition>
    /// Where records without a key go at the moment.
    private(set) var stickyPartition: Int
    /// Bytes appended in this turn.
    var stickyBytes = 0

    init(partitionCount: Int) {
        partitions = .allocate(capacity: partitionCount)
        for index in 0..<partitionCount { partitions.initializeElement(at: index, to: OpenPartition()) }
        stickyPartition = Int.random(in: 0..<max(1, partitionCount))
    }

    deinit {
        partitions.deinitialize()
        partitions.deallocate()
    }

    /// Picks the next partition at random, the likelier the fewer batches it has that wait for their answer, so that a
    /// slow broker gets less (KIP-794).
    mutating func turn() {
        stickyBytes = 0
        guard partitions.count > 1 else { return }
        var longest = 0
        for index in partitions.indices { longest = max(longest, partitions[index].unansweredBatches) }
        var total = 0
        for index in partitions.indices { total += longest + 1 - partitions[index].unansweredBatches }
        var ticket = Int.random(in: 0..<total)
        for index in partitions.indices {
            ticket -= longest + 1 - partitions[index].unansweredBatches
            if ticket < 0 {
                stickyPartition = index
                return
            }
        }
    }
}
