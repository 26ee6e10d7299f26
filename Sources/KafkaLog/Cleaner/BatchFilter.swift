// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

/// Decides what of a batch outlives a cleaning.
struct BatchFilter: ~Copyable {
    enum Kept {
        case nothing
        case all
        case rebuilt(ByteBuffer)
    }

    let config: LogConfig
    let now: Int64
    let logStartOffset: Int64
    let lastBatches: [Int64: LastBatch]
    /// Where the cleaned part of the log ends.
    let endOffset: Int64
    var transactions = CleanedTransactions([])
    var reader = RecordBatchReader()
    var block = RecordBlock()
    private var compressor = Compressor()
    private var stillAborted: AbortedTransaction?
    /// Of each record of the batch at hand.
    private var isKept: [Bool] = []

    init(
        config: LogConfig, now: Int64, logStartOffset: Int64, lastBatches: [Int64: LastBatch], endOffset: Int64
    ) {
        self.config = config
        self.now = now
        self.logStartOffset = logStartOffset
        self.lastBatches = lastBatches
        self.endOffset = endOffset
    }

    /// What the transaction index goes on saying since the batch that was filtered last.
    mutating func takeAborted() -> AbortedTransaction? {
        defer { stillAborted = nil }
        return stillAborted
    }

    mutating func filter(
        _ header: RecordBatchHeader, _ batch: UnsafeRawBufferPointer, _ map: borrowing OffsetMap,
        _ report: inout CleanReport
    ) throws(RecordError) -> Kept {
        report.recordsBefore += Int64(header.recordCount)  // bounded: 2^32 batches of 2^31
        var isDiscarded: Bool
        var endsEmptyTransaction = false
        if header.isControl {
            let marker = try reader.endTransactionMarker(in: batch, header: header)?.marker
            (endsEmptyTransaction, stillAborted) = transactions.end(header, marker)
            isDiscarded = endsEmptyTransaction && header.deleteHorizon.map { $0 <= now } ?? false
        } else {
            isDiscarded = transactions.isAborted(header)
        }
        let keepsHeader = header.nextOffset == endOffset || lastBatches[header.producerID]?.matches(header) ?? false
        if isDiscarded && !keepsHeader { return .nothing }
        var summary = Summary()
        let payload = try reader.decompress(batch, header: header)
        let records = try RecordCursor(payload, header: header)
        isKept.removeAll(keepingCapacity: true)
        block.begin(records)
        while try block.next(map) {
            var keys = block.keys.makeIterator()
            for record in block.records {
                let key = record.key == nil ? nil : keys.next()
                let keeps = !isDiscarded && (header.isControl || keeps(record, key, header, map, &report))
                isKept.append(keeps)
                summary.add(record, keeps)
            }
        }
        report.recordsAfter += Int64(summary.count)
        guard summary.count > 0 else {
            if !keepsHeader { return .nothing }
            return header.recordCount == 0 ? .all : .rebuilt(try emptied(batch, header))
        }
        var horizon = header.deleteHorizon
        if horizon == nil, summary.hasTombstones || endsEmptyTransaction {
            horizon = now.addingSaturating(max(config.deleteRetentionMs, 0))
        }
        if summary.count == Int(header.recordCount) && horizon == header.deleteHorizon { return .all }
        // The time of a horizon takes the place of the one that the records' own times count from.
        if horizon != header.deleteHorizon { return .rebuilt(try rebuilt(records, summary, header, horizon)) }
        return .rebuilt(try cut(payload, summary, header))
    }

    private struct Summary {
        var count = 0
        var byteCount = 0
        var maxTimestamp: Int64 = -1
        var hasTombstones = false
        /// The stretches of the batch's records that stay.
        var kept: [Range<Int>] = []
        private var position = 0

        mutating func add(_ record: RecordView, _ isKept: Bool) {
            let start = position
            position += record.sizeInBytes
            guard isKept else { return }
            count += 1
            byteCount += record.sizeInBytes
            maxTimestamp = max(maxTimestamp, record.timestamp)
            if record.value == nil { hasTombstones = true }
            if let last = kept.last, last.upperBound == start {
                kept[kept.count - 1] = last.lowerBound..<position
            } else {
                kept.append(start..<position)
            }
        }
    }

    private func keeps(
        _ record: RecordView, _ key: OffsetMap.Key?, _ header: RecordBatchHeader, _ map: borrowing OffsetMap,
        _ report: inout CleanReport
    ) -> Bool {
        // What DeleteRecords took.
        if record.offset < logStartOffset { return false }
        // The map doesn't know of it.
        if record.offset > map.latestOffset { return true }
        guard let key else {
            report.keylessRecords += 1
            return false
        }
        guard record.offset >= map.offset(of: key) else { return false }
        return record.value != nil || header.deleteHorizon.map { now < $0 } ?? true
    }

    /// The batch with the records that stay, as they are: what they count from doesn't change.
    private mutating func cut(
        _ payload: UnsafeRawBufferPointer, _ summary: Summary, _ header: RecordBatchHeader
    ) throws(RecordError) -> ByteBuffer {
        let remains = UnsafeMutableRawBufferPointer.allocate(byteCount: summary.byteCount, alignment: 16)
        defer { remains.deallocate() }
        var position = 0
        for range in summary.kept {
            UnsafeMutableRawBufferPointer(rebasing: remains[position...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: payload[range]))
            position += range.count
        }
        var header = header
        header.recordCount = Int32(summary.count)
        if header.timestampType == .createTime { header.maxTimestamp = summary.maxTimestamp }
        return try header.batch(of: UnsafeRawBufferPointer(remains), config.compression(of: header), with: &compressor)
    }

    /// The batch with the records that stay, their times counted anew; offsets and sequence numbers don't change.
    private mutating func rebuilt(
        _ start: RecordCursor, _ summary: Summary, _ header: RecordBatchHeader, _ deleteHorizon: Int64?
    ) throws(RecordError) -> ByteBuffer {
        // Deltas of timestamps grow by nine bytes at most where the base changes, and lengths by some.
        var builder = RecordBatchBuilder(
            capacity: RecordBatchHeader.byteCount + summary.byteCount + 16 * summary.count,
            baseOffset: header.baseOffset, deleteHorizon: deleteHorizon)
        var records = start
        var index = 0
        while let record = try records.next() {
            if isKept[index] {
                guard try builder.append(record) else { throw .tooLarge(limit: builder.capacity) }
            }
            index += 1
        }
        return try builder.finish(
            RecordBatchProperties(of: header), compression: config.compression(of: header), with: &compressor)
    }

    private mutating func emptied(
        _ batch: UnsafeRawBufferPointer, _ header: RecordBatchHeader
    ) throws(RecordError) -> ByteBuffer {
        try reader.filtered(batch, header: header, deleteHorizon: nil, .none, with: &compressor) { _ in false }
    }
}

extension LogConfig {
    /// How a batch is compressed that is built anew: as the topic says, else as it was.
    fileprivate func compression(of header: RecordBatchHeader) -> CompressionSettings {
        var config = self
        if config.compressionType == nil { config.compressionType = header.compression }
        return config.compression ?? .none
    }
}

extension ByteBuffer {
    /// Hands out the readable bytes; typed errors don't come through the closure of the library.
    func withBytes(_ body: (UnsafeRawBufferPointer) throws(LogError) -> Void) throws(LogError) {
        let failure: LogError? = withUnsafeReadableBytes { bytes in
            do throws(LogError) {
                try body(bytes)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}
