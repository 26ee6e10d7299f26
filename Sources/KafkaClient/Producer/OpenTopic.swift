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
    /// Also those that the topic once had, for batches that are on their way there.
    private(set) var partitions: UnsafeMutableBufferPointer<OpenPartition>
    /// How many of them records may go to.
    private var count: Int
    /// Where records without a key go at the moment.
    private(set) var stickyPartition: Int
    /// Bytes appended in this turn.
    var stickyBytes = 0

    init(partitionCount: Int) {
        count = partitionCount
        partitions = .allocate(capacity: partitionCount)
        for index in 0..<partitionCount { partitions.initializeElement(at: index, to: OpenPartition()) }
        stickyPartition = Int.random(in: 0..<max(1, partitionCount))
    }

    deinit {
        partitions.deinitialize()
        partitions.deallocate()
    }

    /// The topic has this many partitions now, at least one.
    mutating func resize(to newCount: Int) {
        if newCount > partitions.count {
            let larger = UnsafeMutableBufferPointer<OpenPartition>.allocate(capacity: newCount)
            let next = larger.moveInitialize(fromContentsOf: partitions)
            for index in next..<newCount { larger.initializeElement(at: index, to: OpenPartition()) }
            partitions.deallocate()
            partitions = larger
        }
        count = newCount
        if stickyPartition >= count { turn() }
    }

    /// Picks the next partition at random, the likelier the fewer batches it has that wait for their answer, so that a
    /// slow broker gets less (KIP-794).
    mutating func turn() {
        stickyBytes = 0
        guard count > 1 else {
            stickyPartition = 0
            return
        }
        var longest = 0
        for index in 0..<count { longest = max(longest, partitions[index].unansweredBatches) }
        var total = 0
        for index in 0..<count { total += longest + 1 - partitions[index].unansweredBatches }
        var ticket = Int.random(in: 0..<total)
        for index in 0..<count {
            ticket -= longest + 1 - partitions[index].unansweredBatches
            if ticket < 0 {
                stickyPartition = index
                return
            }
        }
    }
}
