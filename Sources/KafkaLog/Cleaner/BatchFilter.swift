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
        report.recordsBefore += Int64(header.recordCount)
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
        var records = try reader.records(in: batch, header: header)
        let start = records
        isKept.removeAll(keepingCapacity: true)
        while let record = try records.next() {
            let keeps = !isDiscarded && (header.isControl || keeps(record, header, map, &report))
            isKept.append(keeps)
            if keeps { summary.add(record) }
        }
        report.recordsAfter += Int64(summary.count)
        guard summary.count > 0 else {
            if !keepsHeader { return .nothing }
            return header.recordCount == 0 ? .all : .rebuilt(try emptied(batch, header))
        }
        var horizon = header.deleteHorizon
        if horizon == nil, summary.hasTombstones || endsEmptyTransaction {
            horizon = now &+ max(config.deleteRetentionMs, 0)
        }
        if summary.count == Int(header.recordCount) && horizon == header.deleteHorizon { return .all }
        return .rebuilt(try rebuilt(start, summary, header, horizon))
    }

    private struct Summary {
        var count = 0
        var byteCount = 0
        var hasTombstones = false

        mutating func add(_ record: RecordView) {
            count += 1
            byteCount += record.sizeInBytes
            if record.value == nil { hasTombstones = true }
        }
    }

    private func keeps(
        _ record: RecordView, _ header: RecordBatchHeader, _ map: borrowing OffsetMap, _ report: inout CleanReport
    ) -> Bool {
        // What DeleteRecords took.
        if record.offset < logStartOffset { return false }
        // The map doesn't know of it.
        if record.offset > map.latestOffset { return true }
        guard let key = record.key else {
            report.keylessRecords += 1
            return false
        }
        guard record.offset >= map.offset(of: key) else { return false }
        return record.value != nil || header.deleteHorizon.map { now < $0 } ?? true
    }

    /// The batch with the records that stay; offsets and sequence numbers don't change.
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
