// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore

/// Makes batches that a producer can write of batches that were read: their bytes, if a broker takes them as they are,
/// else a new batch with the same records and the same compression.
final class BatchCopier {
    struct Copy {
        var bytes: ByteBuffer
        var count: Int
        /// The offset behind it, where it was read.
        var next: Int64
    }

    private var reader = RecordBatchReader()
    private var compressor = Compressor()

    /// The batches of fetched records, in order, without what no reader is to see.
    /// - Parameters:
    ///   - skip: records to leave out at the beginning; less by those that were.
    ///   - onSkip: told each of them.
    func copies(
        of records: FetchedRecords, skipping skip: inout Int64, _ onSkip: (RecordView) throws -> Void = { _ in }
    ) throws -> [Copy] {
        var copies: [Copy] = []
        try records.forEachBatch { header, batch in
            if skip == 0, Self.isWhole(header, from: records.startOffset) {
                copies.append(
                    Copy(
                        bytes: Self.verbatim(header, batch), count: Int(header.recordCount), next: header.nextOffset))
            } else if let (bytes, count) = try rebuild(header, batch, from: records.startOffset, &skip, onSkip) {
                copies.append(Copy(bytes: bytes, count: count, next: header.nextOffset))
            }
        }
        return copies
    }

    /// Whether a broker takes the batch's bytes from a producer: offsets without gaps, and times of the producer.
    private static func isWhole(_ header: RecordBatchHeader, from start: Int64) -> Bool {
        header.baseOffset >= start && header.recordCount > 0 && header.lastOffsetDelta == header.recordCount &- 1
            && header.timestampType == .createTime && !header.hasDeleteHorizon
    }

    /// As of a producer without an id; the checksum is computed when it is sent, with the id.
    private static func verbatim(_ header: RecordBatchHeader, _ batch: UnsafeRawBufferPointer) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: batch.count)
        buffer.writeBytes(batch)
        var header = header
        header.baseOffset = 0
        header.partitionLeaderEpoch = -1
        header.isTransactional = false
        buffer.withUnsafeMutableReadableBytes { header.write(into: $0) }
        return buffer
    }

    /// Nil if nothing is left.
    private func rebuild(
        _ header: RecordBatchHeader, _ batch: UnsafeRawBufferPointer, from start: Int64, _ skip: inout Int64,
        _ onSkip: (RecordView) throws -> Void
    ) throws -> (ByteBuffer, Int)? {
        let compression = header.compression ?? .none
        let size = try reader.decompress(batch, header: header).count
        // Deltas of other offsets and times may take some bytes more.
        let growth = min(Int(header.recordCount), size / 7 + 1).multipliedSaturating(by: 20)
        var builder = RecordBatchBuilder(
            capacity: size.addingSaturating(growth).addingSaturating(RecordBatchHeader.byteCount))
        var records = try reader.records(in: batch, header: header)
        while let record = try records.next() {
            guard record.offset >= start else { continue }
            if skip > 0 {
                skip -= 1
                try onSkip(record)
                continue
            }
            let fits = builder.append(
                timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers)
            guard fits else { throw CommandError("the batch at offset \(header.baseOffset) is too large to be copied") }
        }
        if builder.isEmpty { return nil }
        let count = Int(builder.count)
        let bytes = try builder.finish(
            RecordBatchProperties(), compression: CompressionSettings(compression), with: &compressor)
        return (bytes, count)
    }
}

/// What a record says, but for its place and its time, which a topic may set itself.
struct RecordFingerprint: Equatable, Sendable {
    private struct Header: Equatable {
        var key: [UInt8]
        var value: [UInt8]?
    }

    private let key: [UInt8]?
    private let value: [UInt8]?
    private let headers: [Header]

    init(_ record: RecordView) {
        key = record.key.map { Array($0) }
        value = record.value.map { Array($0) }
        headers = record.headers.map { Header(key: Array($0.key), value: $0.value.map { Array($0) }) }
    }
}
