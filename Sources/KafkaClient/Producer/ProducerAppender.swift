// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
package import NIOCore

/// What became of an append.
public enum AppendResult: Sendable {
    /// It is in a batch, and what becomes of it will be reported.
    case accepted
    /// Not taken, as `buffer.memory` is used up: `await producer.waitForSpace()` and append again.
    case bufferFull
}

/// The open batches of a producer, and the only way into them: `Producer.withAppender`.
///
/// A record is written once, into the batch that goes to the socket; nothing is allocated for it.
public struct ProducerAppender: ~Copyable, Sendable {
    let owner: ObjectIdentifier
    let batchSize: Int
    let maxRequestSize: Int
    let bufferMemory: Int
    let ignoreKeys: Bool
    /// By `ProducerTopic.index`.
    var topics: [ProducerTopic] = []
    /// Partitions whose batch is open; also some whose batch has been closed since.
    var opened: [OpenedBatch] = []
    /// Batches that this run has closed.
    var closed: [ClosedBatch] = []
    /// Bytes of open, waiting and sent batches.
    var bytesBuffered = 0
    /// Memory of batches that have been delivered, for the next ones: fresh memory costs a page fault for each 4 KiB.
    private var spareMemory: [ByteBuffer] = []
    private static let maxSpareBytes = 8 << 20
    var nextRecordNumber: UInt64 = 0
    var nextBatchID: UInt64 = 0
    /// Milliseconds since 1970 when the appender was taken: the time of records that bring none.
    var now: Int64 = 0
    /// Whether a batch was opened in this run: the sender must start its linger time.
    var hasNewlyOpened = false
    /// Set when an append found no room: open batches are to be sent as they are.
    var isExhausted = false
    /// Why nothing more can be appended.
    var fatalError: ClientError? { didSet { isBlocked = fatalError != nil || block != nil } }
    /// Why nothing can be appended at the moment: no transaction is open.
    var block: ClientError? { didSet { isBlocked = fatalError != nil || block != nil } }
    private var isBlocked = false

    init(owner: ObjectIdentifier, _ configuration: ProducerConfiguration) {
        self.owner = owner
        // A batch takes its memory when it is opened, and can't fill more than all.
        batchSize = max(min(configuration.batchSize, configuration.bufferMemory), 1)
        maxRequestSize = configuration.maxRequestSize
        bufferMemory = configuration.bufferMemory
        ignoreKeys = configuration.ignoreKeys
    }

    /// Appends a record that has a value only, to the partition that is its topic's turn.
    /// - Throws: as `append`.
    public mutating func appendValue(
        _ topic: ProducerTopic, _ value: UnsafeRawBufferPointer
    ) throws(ClientError) -> AppendResult {
        try check(topic)
        guard hasRoom(value.count) else { return try makeRoom(value.count) }
        let index = topic.open.pointee.stickyPartition
        let partition = topic.partition(Int32(truncatingIfNeeded: index))
        guard let added = partition.pointee.appendValue(value, timestamp: now) else {
            close(topic, index)
            // The next turn begins when a batch is full, as with Java's uniform sticky partitioner (KIP-480, KIP-794).
            if topic.open.pointee.stickyBytes >= batchSize { topic.open.pointee.turn() }
            return try openAndAppend(topic, nil, value: value, key: nil, timestamp: now, headers: .none)
        }
        topic.open.pointee.stickyBytes += added
        note(partition, added)
        return .accepted
    }

    /// Appends a record; its bytes are copied.
    /// - Parameters:
    ///   - topic: one of this producer's.
    ///   - value: nil for a tombstone.
    ///   - key: nil for a record without one.
    ///   - partition: nil to let the key decide, as Java's client does, or the turn for a record without one.
    ///   - timestamp: milliseconds since 1970; nil for now.
    ///   - headers: in the order in which consumers see them.
    /// - Throws: `.tooLarge` for a record beyond `max.request.size` or `buffer.memory`, `.invalidArgument` for a
    ///   partition that the topic lacks, and the producer's fatal error. The record is not counted then.
    public mutating func append(
        _ topic: ProducerTopic, value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer? = nil,
        partition: Int32? = nil, timestamp: Int64? = nil, headers: RecordHeaders = .none
    ) throws(ClientError) -> AppendResult {
        try check(topic)
        if let partition, !(0..<topic.partitionCount).contains(partition) {
            throw ClientError(
                .invalidArgument,
                "topic \(topic.name) has no partition \(partition), only 0 to \(topic.partitionCount - 1)")
        }
        let byteCount = (value?.count ?? 0) + (key?.count ?? 0) + headers.sizeInBytes
        guard hasRoom(byteCount) else { return try makeRoom(byteCount) }
        let time = timestamp ?? now
        var chosen = partition.map(Int.init)
        if chosen == nil, let key, !ignoreKeys {
            chosen = Int(Murmur2.partition(of: key, count: topic.partitionCount))
        }
        let index = chosen ?? topic.open.pointee.stickyPartition
        let target = topic.partition(Int32(truncatingIfNeeded: index))
        guard let added = target.pointee.append(value: value, key: key, timestamp: time, headers: headers) else {
            close(topic, index)
            if chosen == nil, topic.open.pointee.stickyBytes >= batchSize { topic.open.pointee.turn() }
            return try openAndAppend(topic, chosen, value: value, key: key, timestamp: time, headers: headers)
        }
        if chosen == nil { topic.open.pointee.stickyBytes += added }
        note(target, added)
        return .accepted
    }

    /// Appends a batch that is finished but for producer id and sequence, which are filled in; it is sent as it is, behind
    /// what has been appended to the partition before.
    /// - Parameter bytes: one batch whose offsets count up without gaps; larger ones than `buffer.memory` go alone.
    /// - Throws: as `append`.
    package mutating func appendBatch(
        _ topic: ProducerTopic, partition: Int32, _ bytes: ByteBuffer
    ) throws(ClientError) -> AppendResult {
        try check(topic)
        guard (0..<topic.partitionCount).contains(partition), bytes.readableBytes >= RecordBatchHeader.byteCount else {
            throw ClientError(
                .invalidArgument, "topic \(topic.name) has no partition \(partition), or the batch is none")
        }
        let count = RecordBatchHeader(bytes, at: bytes.readerIndex).recordCount
        guard count > 0 else { throw ClientError(.invalidArgument, "a batch for topic \(topic.name) is empty") }
        guard bytesBuffered == 0 || bytesBuffered + bytes.readableBytes <= bufferMemory else {
            isExhausted = true
            return .bufferFull
        }
        close(topic, Int(partition))
        let numbers = nextRecordNumber..<(nextRecordNumber &+ UInt64(count))
        closed.append(
            ClosedBatch(
                topic: topic, partition: partition,
                batch: ProducerBatch(
                    id: nextBatchID, bytes: bytes, recordCount: count, numbers: RecordNumbers(numbers), openedAt: .now))
        )
        nextBatchID += ProducerBatch.idSpan
        nextRecordNumber = numbers.upperBound
        bytesBuffered += bytes.readableBytes
        topic.partition(partition).pointee.unansweredBatches += 1
        return .accepted
    }

    // MARK: Batches

    private mutating func openAndAppend(
        _ topic: ProducerTopic, _ chosen: Int?, value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer?,
        timestamp: Int64, headers: RecordHeaders
    ) throws(ClientError) -> AppendResult {
        let index = chosen ?? topic.open.pointee.stickyPartition
        let partition = topic.partition(Int32(truncatingIfNeeded: index))
        var added: Int?
        if partition.pointee.isOpen {
            // A turn led to a partition whose batch is open, from a key or an explicit choice.
            added = partition.pointee.append(value: value, key: key, timestamp: timestamp, headers: headers)
            if added == nil { close(topic, index) }
        }
        if added == nil {
            let batch = ProducerBatch(
                id: nextBatchID, capacity: batchSize, memory: spareMemory.popLast() ?? ByteBuffer(), openedAt: .now)
            nextBatchID += ProducerBatch.idSpan
            partition.pointee.open(batch)
            added = partition.pointee.append(value: value, key: key, timestamp: timestamp, headers: headers)
            guard added != nil else {
                _ = partition.pointee.take()
                throw ClientError(.tooLarge, "a record for topic \(topic.name) is larger than the protocol allows")
            }
            opened.append(OpenedBatch(topic: topic, partition: index, batch: batch))
            hasNewlyOpened = true
        }
        if chosen == nil { topic.open.pointee.stickyBytes += added ?? 0 }
        note(partition, added ?? 0)
        return .accepted
    }

    /// Moves a partition's open batch, if there is one, to those that can be sent.
    mutating func close(_ topic: ProducerTopic, _ index: Int) {
        let partition = topic.partition(Int32(truncatingIfNeeded: index))
        guard let batch = partition.pointee.take() else { return }
        batch.close()
        partition.pointee.unansweredBatches += 1
        closed.append(ClosedBatch(topic: topic, partition: Int32(truncatingIfNeeded: index), batch: batch))
    }

    @inline(__always)
    private mutating func note(_ partition: UnsafeMutablePointer<OpenPartition>, _ added: Int) {
        bytesBuffered += added
        partition.pointee.numbers.append(nextRecordNumber)
        nextRecordNumber &+= 1
    }

    @inline(__always)
    private func check(_ topic: ProducerTopic) throws(ClientError) {
        precondition(topic.owner == owner, "the topic belongs to another producer")
        if isBlocked { throw fatalError ?? block ?? .clientClosed }
    }

    /// Takes over what a delivered batch leaves, unless that is too small for another, or larger than a batch needs.
    mutating func reuse(_ memory: ByteBuffer) {
        guard batchSize...2 * batchSize ~= memory.capacity,
            (spareMemory.count + 1) * memory.capacity <= Self.maxSpareBytes
        else { return }
        spareMemory.append(memory)
    }

    // MARK: Limits

    /// More than any record has besides key, value and headers, together with a batch's header.
    static let overhead = RecordBatchHeader.byteCount + 21

    @inline(__always)
    private func hasRoom(_ byteCount: Int) -> Bool {
        byteCount + Self.overhead <= maxRequestSize && bytesBuffered + byteCount <= bufferMemory
    }

    @inline(never)
    private mutating func makeRoom(_ byteCount: Int) throws(ClientError) -> AppendResult {
        let size = byteCount + Self.overhead
        for (limit, name) in [(maxRequestSize, "max.request.size"), (bufferMemory, "buffer.memory")] where size > limit
        {
            throw ClientError(
                .tooLarge,
                "the record is \(size) bytes when serialized, more than the \(limit) that \(name) allows")
        }
        isExhausted = true
        return .bufferFull
    }
}

/// A batch that has been opened, and may be closed by now.
struct OpenedBatch: Sendable {
    var topic: ProducerTopic
    var partition: Int
    var batch: ProducerBatch
}

/// A batch that takes no more records.
struct ClosedBatch: Sendable {
    var topic: ProducerTopic
    var partition: Int32
    var batch: ProducerBatch
}

extension RecordHeaders {
    /// Bytes of keys and values with room for their lengths.
    fileprivate var sizeInBytes: Int {
        if isEmpty { return 0 }
        return reduce(0) { $0 + 10 + $1.key.count + ($1.value?.count ?? 0) }
    }
}
