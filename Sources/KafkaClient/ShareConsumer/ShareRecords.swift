// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
public import NIOCore

/// Records of one partition that this member of a share group has acquired.
public struct ShareRecords: Sendable {
    /// Where the records are.
    public let partition: TopicPartition
    /// Whole batches, which may hold records that others have acquired.
    public let buffer: ByteBuffer
    /// How often each acquired record was delivered, by its offset; this time is included.
    public let deliveries: [Int64: Int16]
    /// Acquired offsets that hold no record: of control batches, or compacted away. Ascending.
    let gaps: [ClosedRange<Int64>]

    /// - Throws: `ClientError` for batches that can't be read.
    init(
        _ partition: TopicPartition, _ buffer: ByteBuffer, _ acquired: [ShareFetchResponse.AcquiredRecords]
    ) throws(ClientError) {
        self.partition = partition
        self.buffer = buffer
        let ranges = Self.disjoint(acquired)
        var present: [Int64: Int16] = [:]
        try Self.visit(buffer, partition) { record in
            if let count = Self.deliveries(of: record.offset, ranges) { present[record.offset] = count }
            return true
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

    /// How many records were acquired.
    public var count: Int { deliveries.count }
    /// Of the acquired records, ascending.
    public var offsets: [Int64] { deliveries.keys.sorted() }

    /// The acquired records in order, with bytes of their own.
    /// - Throws: `ClientError` for batches that can't be read.
    public func records() throws(ClientError) -> [ConsumerRecord] {
        var records: [ConsumerRecord] = []
        records.reserveCapacity(count)
        try Self.visit(buffer, partition) { record in
            if deliveries[record.offset] != nil { records.append(ConsumerRecord(partition, record)) }
            return true
        }
        return records
    }

    /// Visits the acquired records in order. Their bytes live only during the call.
    /// - Throws: `ClientError` for batches that can't be read, and what `body` throws.
    public func forEachRecord(_ body: (RecordView) throws -> Void) throws {
        var failure: (any Error)?
        try Self.visit(buffer, partition) { record in
            guard deliveries[record.offset] != nil else { return true }
            do { try body(record) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    /// - Parameter body: returns whether to go on.
    private static func visit(
        _ buffer: ByteBuffer, _ partition: TopicPartition, _ body: (RecordView) -> Bool
    ) throws(ClientError) {
        let result = buffer.withUnsafeReadableBytes { bytes in
            Result { () throws(RecordError) in
                var reader = RecordBatchReader()
                var batches = RecordBatchSequence(bytes)
                while let (header, batch) = try batches.next() {
                    if header.isControl { continue }
                    var records = try reader.records(in: batch, header: header)
                    while let record = try records.next() {
                        guard body(record) else { return }
                    }
                }
            }
        }
        if case .failure(let error) = result {
            throw ClientError(.broker(.corruptMessage), "partition \(partition): \(error)")
        }
    }
}
