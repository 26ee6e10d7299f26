// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
public import NIOCore

/// Records of one partition as they were fetched: complete batches, one after the other, in one buffer.
public struct FetchedRecords: Sendable {
    /// Where they were read.
    public var partition: TopicPartition
    /// Complete batches; may begin before `startOffset`, as a batch comes whole.
    public var buffer: ByteBuffer
    /// The offset that was asked for: records before it are not visited.
    public var startOffset: Int64
    /// Where the next fetch goes on.
    public var nextOffset: Int64
    /// Of the last batch; -1 if it has none.
    public var leaderEpoch: Int32
    /// Behind what consumers may see, when the broker answered.
    public var highWatermark: Int64
    /// Behind the last record that no open transaction holds back; -1 if the broker did not say.
    public var lastStableOffset: Int64
    /// Where the partition began, when the broker answered.
    public var logStartOffset: Int64
    /// Transactions whose records are skipped, for read_committed.
    var aborted: [FetchResponse.AbortedTransaction] = []
    var isolation = IsolationLevel.readUncommitted
    var checksCRCs = true

    /// Visits the records in order, without control records and, for read_committed, those of aborted transactions.
    ///
    /// A record's bytes live only during the call that gets it.
    /// - Throws: `ClientError` for batches that can't be read, with partition and offset, and what `body` throws.
    public func forEachRecord(
        _ reader: inout RecordBatchReader, _ body: (RecordView) throws -> Void
    ) throws {
        try forEachRecord(
            &reader,
            while: { record in
                try body(record)
                return true
            })
    }

    /// As `forEachRecord`, until `body` returns false; the label tells the two apart, so no trailing closure.
    public func forEachRecord(
        _ reader: inout RecordBatchReader, while body: (RecordView) throws -> Bool
    ) throws {
        var filter = TransactionFilter(aborted, isolation)
        try buffer.withUnsafeReadableBytes { bytes in
            // Offsets grow, or what is committed after a record would not be what follows it.
            var nextOffset = startOffset
            var batches = RecordBatchSequence(bytes)
            while let (header, batch) = try next(&batches) {
                // Where reading goes on in the midst of them, the ends of transactions before count as well.
                guard try filter.admits(header, batch, &reader, partition) else { continue }
                guard header.lastOffset >= startOffset else { continue }
                if checksCRCs { try check(batch, header) }
                var records = try cursor(&reader, batch, header)
                let lastOffset = header.lastOffset
                while let record = try next(&records, header) {
                    guard record.offset >= nextOffset, record.offset <= lastOffset else {
                        if record.offset < startOffset, nextOffset == startOffset { continue }
                        throw corrupt(
                            .invalidRecord("the record of offset \(record.offset) is out of place"),
                            "in the batch at offset \(header.baseOffset)")
                    }
                    nextOffset = record.offset &+ 1
                    guard try body(record) else { return }
                }
            }
        }
    }

    /// Visits the batches whose records `forEachRecord` visits, in order; the first may have records before `startOffset`.
    /// Checksums have been checked, unless the configuration says not to.
    ///
    /// A batch's bytes live only during the call that gets it.
    /// - Throws: as `forEachRecord`.
    package func forEachBatch(_ body: (RecordBatchHeader, UnsafeRawBufferPointer) throws -> Void) throws {
        var filter = TransactionFilter(aborted, isolation)
        // For the markers that end transactions.
        var reader = RecordBatchReader()
        try buffer.withUnsafeReadableBytes { bytes in
            var batches = RecordBatchSequence(bytes)
            var nextOffset: Int64?
            while let (header, batch) = try next(&batches) {
                guard try filter.admits(header, batch, &reader, partition) else { continue }
                guard header.lastOffset >= startOffset else { continue }
                if let nextOffset, header.baseOffset < nextOffset {
                    throw corrupt(
                        .invalidRecord("the batch of offset \(header.baseOffset) is out of place"),
                        "behind offset \(nextOffset)")
                }
                nextOffset = header.nextOffset
                if checksCRCs { try check(batch, header) }
                try body(header, batch)
            }
        }
    }

    private func next(
        _ batches: inout RecordBatchSequence
    ) throws(ClientError) -> (header: RecordBatchHeader, bytes: UnsafeRawBufferPointer)? {
        let position = batches.position
        do throws(RecordError) { return try batches.next() } catch {
            throw corrupt(error, "at byte \(position) behind offset \(startOffset)")
        }
    }

    @inline(__always)
    private func next(_ records: inout RecordCursor, _ header: RecordBatchHeader) throws(ClientError) -> RecordView? {
        do throws(RecordError) { return try records.next() } catch {
            throw corrupt(error, "in the batch at offset \(header.baseOffset)")
        }
    }

    private func check(_ batch: UnsafeRawBufferPointer, _ header: RecordBatchHeader) throws(ClientError) {
        do throws(RecordError) { _ = try RecordBatchReader.validate(batch) } catch {
            throw corrupt(error, "in the batch at offset \(header.baseOffset)")
        }
    }

    private func cursor(
        _ reader: inout RecordBatchReader, _ batch: UnsafeRawBufferPointer, _ header: RecordBatchHeader
    ) throws(ClientError) -> RecordCursor {
        do throws(RecordError) { return try reader.records(in: batch, header: header) } catch {
            throw corrupt(error, "in the batch at offset \(header.baseOffset)")
        }
    }

    private func corrupt(_ error: RecordError, _ place: String) -> ClientError {
        ClientError(.broker(.corruptMessage), "partition \(partition), \(place): \(error)")
    }
}

/// Leaves out control batches, and for read_committed the batches of transactions that were aborted (KIP-98).
struct TransactionFilter {
    /// In the order of their first offsets.
    private var coming: ArraySlice<FetchResponse.AbortedTransaction>
    private var abortedProducers: Set<Int64> = []
    private let isolation: IsolationLevel

    init(_ aborted: [FetchResponse.AbortedTransaction], _ isolation: IsolationLevel) {
        coming = aborted.sorted { $0.firstOffset < $1.firstOffset }[...]
        self.isolation = isolation
    }

    /// Whether the batch's records are to be seen. Batches must be asked about in order, each once.
    mutating func admits(
        _ header: RecordBatchHeader, _ batch: UnsafeRawBufferPointer, _ reader: inout RecordBatchReader,
        _ partition: TopicPartition
    ) throws(ClientError) -> Bool {
        guard isolation == .readCommitted else { return !header.isControl }
        while let next = coming.first, next.firstOffset <= header.lastOffset {
            abortedProducers.insert(next.producerID)
            coming.removeFirst()
        }
        guard header.isControl else {
            return !(header.isTransactional && abortedProducers.contains(header.producerID))
        }
        do throws(RecordError) {
            var records = try reader.records(in: batch, header: header)
            if let record = try records.next(),
                let marker = try EndTransactionMarker(key: record.key, value: record.value), !marker.isCommit
            {
                abortedProducers.remove(header.producerID)
            }
        } catch {
            throw ClientError(
                .broker(.corruptMessage), "partition \(partition), control batch at \(header.baseOffset): \(error)")
        }
        return false
    }
}
