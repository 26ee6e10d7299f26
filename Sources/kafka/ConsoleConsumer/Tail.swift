// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// The newest records of several partitions, in the order of time, as they will be printed.
struct Tail {
    struct Entry {
        fileprivate var timestamp: Int64
        var partition: TopicPartition
        var offset: Int64
        var text: [UInt8]

        fileprivate static func comesFirst(_ left: Entry, _ right: Entry) -> Bool {
            if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
            if left.partition != right.partition { return left.partition < right.partition }
            return left.offset < right.offset
        }
    }

    /// What is known of the end of one partition.
    private struct Piece {
        /// Everything from here to the end has been read.
        var begin: Int64
        var width: Int64
        var entries: [Entry] = []
    }

    let records: [Entry]
    /// Where to read on.
    let ends: [TopicPartition: Int64]

    /// Reads backwards in growing pieces until each partition has given enough, or all it has: offsets have gaps, and
    /// not every record is wanted.
    init(
        count: Int, _ partitions: [TopicPartition], _ range: ReadRange, _ output: RecordOutput, _ consumer: Consumer
    ) async throws {
        let bounds = try await PartitionBounds(partitions, consumer.cluster)
        let ends = try await bounds.offsets(of: range.until ?? .latest)
        var pieces = ends.mapValues { Piece(begin: $0, width: Int64(count)) }
        while true {
            var ranges: [TopicPartition: Range<Int64>] = [:]
            for (partition, piece) in pieces where piece.entries.count < count {
                let start = bounds.start(of: partition)
                guard piece.begin > start else { continue }
                ranges[partition] = max(start, piece.begin - min(piece.width, piece.begin))..<piece.begin
            }
            if ranges.isEmpty { break }
            let found = try await Self.read(ranges, last: count, output, consumer)
            for (partition, range) in ranges {
                var piece = pieces[partition] ?? Piece(begin: range.upperBound, width: range.upperBound)
                piece.entries = ((found[partition] ?? []) + piece.entries).suffix(count)
                piece.begin = range.lowerBound
                piece.width = piece.width.multipliedSaturating(by: 4)
                pieces[partition] = piece
            }
        }
        let all = pieces.values.flatMap(\.entries).sorted(by: Entry.comesFirst)
        records = all.suffix(count)
        self.ends = ends
    }

    /// The last wanted records of each range.
    private static func read(
        _ ranges: [TopicPartition: Range<Int64>], last count: Int, _ output: RecordOutput, _ consumer: Consumer
    ) async throws -> [TopicPartition: [Entry]] {
        await consumer.assign(ranges.mapValues { .offset($0.lowerBound) })
        await consumer.resume(Array(ranges.keys))
        var found: [TopicPartition: [Entry]] = [:]
        var unfinished = Set(ranges.keys)
        var patience = Patience()
        while !unfinished.isEmpty {
            try patience.check(await consumer.obstacle)
            for records in try await consumer.poll(timeout: .milliseconds(100)) {
                guard let range = ranges[records.partition] else { continue }
                try append(
                    records, before: range.upperBound, last: count, output, &found[records.partition, default: []])
            }
            for (partition, position) in await consumer.positions() {
                guard let range = ranges[partition], position >= range.upperBound else { continue }
                if unfinished.remove(partition) != nil { await consumer.pause([partition]) }
            }
        }
        return found
    }

    private static func append(
        _ records: FetchedRecords, before end: Int64, last count: Int, _ output: RecordOutput, _ entries: inout [Entry]
    ) throws {
        let source = RecordSource(topic: records.partition.topic, partition: records.partition.partition)
        var writer = RecordWriter(output, source, records.buffer)
        var reader = RecordBatchReader()
        try records.forEachRecord(
            &reader,
            while: { record in
                guard record.offset < end else { return false }
                var text = TextBuffer()
                guard try writer.write(record, to: &text) else { return true }
                entries.append(
                    Entry(
                        timestamp: record.timestamp, partition: records.partition, offset: record.offset,
                        text: text.bytes))
                if entries.count / 2 >= count { entries.removeFirst(entries.count - count) }
                return true
            })
        entries = entries.suffix(count)
    }
}
