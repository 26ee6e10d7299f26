// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore

/// Records of one partition that this member of a share group has acquired.
struct ShareRecords: Sendable {
    var partition: TopicPartition
    /// Whole batches, which may hold records that others have acquired.
    let buffer: ByteBuffer
    /// How often each acquired record was delivered, this time included.
    let deliveries: [Int64: Int16]
    /// Acquired offsets that hold no record: of control batches, or compacted away.
    let gaps: [Int64]

    /// - Throws: `ClientError` for batches that can't be read.
    init(_ partition: TopicPartition, _ buffer: ByteBuffer, _ acquired: [ShareFetchResponse.AcquiredRecords]) throws {
        self.partition = partition
        self.buffer = buffer
        var counts: [Int64: Int16] = [:]
        for range in acquired where range.firstOffset <= range.lastOffset {
            for offset in range.firstOffset...range.lastOffset { counts[offset] = range.deliveryCount }
        }
        var present: [Int64: Int16] = [:]
        try Self.visit(buffer, partition) { record in
            if let count = counts.removeValue(forKey: record.offset) { present[record.offset] = count }
        }
        deliveries = present
        gaps = counts.keys.sorted()
    }

    var count: Int { deliveries.count }
    var offsets: [Int64] { deliveries.keys.sorted() }

    /// Visits the acquired records in order. Their bytes live only during the call.
    func forEachRecord(_ body: (RecordView) throws -> Void) throws {
        try Self.visit(buffer, partition) { record in
            if deliveries[record.offset] != nil { try body(record) }
        }
    }

    private static func visit(
        _ buffer: ByteBuffer, _ partition: TopicPartition, _ body: (RecordView) throws -> Void
    ) throws {
        var reader = RecordBatchReader()
        try buffer.withUnsafeReadableBytes { bytes in
            var batches = RecordBatchSequence(bytes)
            do {
                while let (header, batch) = try batches.next() {
                    if header.isControl { continue }
                    var records = try reader.records(in: batch, header: header)
                    while let record = try records.next() { try body(record) }
                }
            } catch let error as RecordError {
                throw ClientError(.broker(.corruptMessage), "partition \(partition): \(error)")
            }
        }
    }
}
