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
    /// Acquired offsets that hold no record: of control batches, or compacted away. Ascending.
    let gaps: [ClosedRange<Int64>]

    /// - Throws: `ClientError` for batches that can't be read.
    init(_ partition: TopicPartition, _ buffer: ByteBuffer, _ acquired: [ShareFetchResponse.AcquiredRecords]) throws {
        self.partition = partition
        self.buffer = buffer
        let ranges = Self.disjoint(acquired)
        var present: [Int64: Int16] = [:]
        try Self.visit(buffer, partition) { record in
            if let count = Self.deliveries(of: record.offset, ranges) { present[record.offset] = count }
        }
        deliveries = present
        gaps = Self.gaps(ranges.map(\.offsets), present.keys.sorted())
    }

    private typealias Acquired = (offsets: ClosedRange<Int64>, deliveries: Int16)

    /// In order, and without what overlaps.
    private static func disjoint(_ acquired: [ShareFetchResponse.AcquiredRecords]) -> [Acquired] {
        var ranges: [Acquired] = []
        for range in acquired.sorted(by: { $0.firstOffset < $1.firstOffset }) {
            let last = ranges.last?.offsets.upperBound
            guard range.firstOffset <= range.lastOffset, last ?? -1 < range.lastOffset else { continue }
            let first = max(range.firstOffset, last.map { $0 + 1 } ?? 0)
            ranges.append((first...range.lastOffset, range.deliveryCount))  // bounded: see above
        }
        return ranges
    }

    private static func deliveries(of offset: Int64, _ ranges: [Acquired]) -> Int16? {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].offsets.upperBound >= offset { high = middle } else { low = middle + 1 }
        }
        return low < ranges.count && ranges[low].offsets.contains(offset) ? ranges[low].deliveries : nil
    }

    /// What of the ranges is between the given offsets; by the ranges' ends alone, as they may be of any length.
    private static func gaps(_ ranges: [ClosedRange<Int64>], _ present: [Int64]) -> [ClosedRange<Int64>] {
        var gaps: [ClosedRange<Int64>] = []
        var offsets = present[...]
        for range in ranges {
            var next: Int64? = range.lowerBound
            while let offset = offsets.first, range.contains(offset), let start = next {
                if start < offset { gaps.append(start...(offset - 1)) }
                next = offset < range.upperBound ? offset + 1 : nil
                offsets.removeFirst()
            }
            if let next { gaps.append(next...range.upperBound) }
        }
        return gaps
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
