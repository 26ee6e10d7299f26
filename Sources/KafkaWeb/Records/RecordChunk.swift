// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaQuery
import NIOCore

/// The wanted ones among some records of a partition that follow each other.
struct RecordChunk: Sendable {
    /// Which of the wanted records are kept where there are more.
    enum Kept: Sendable {
        /// The first so many; reading ends with them.
        case first(Int)
        /// The last so many.
        case last(Int)
    }

    var records: [RecordLine] = []
    var scanned = 0
    /// Those that were wanted, kept or not.
    var matched = 0
    var bytes = 0
    /// Reading forwards: where it goes on.
    var next: Int64
    /// Whether older ones than those kept were wanted as well.
    var isOverfull = false

    init(next: Int64) { self.next = next }

    /// Reads from `start` to before `end`, which must not be behind the log's end.
    /// - Parameter budget: forwards, after so many bytes it is enough.
    static func read(
        _ source: LedPartition, from start: Int64, to end: Int64, _ kept: Kept, _ query: RecordQuery?, budget: Int,
        _ data: ClusterData
    ) async throws -> RecordChunk {
        var chunk = RecordChunk(next: start)
        var reader = PartitionReader(data)
        var matcher = RecordMatcher(query, source.partition)
        // A few records are at the beginning of what is fetched.
        var size: Int32 = query == nil ? 256 << 10 : 1 << 20
        while chunk.next < end, chunk.bytes < budget {
            try Task.checkCancellation()
            let piece = try await reader.fetch(source, from: chunk.next, maxBytes: size)
            chunk.bytes += piece.records.readableBytes
            let before = chunk.next
            var isFull = false
            chunk.next = try reader.visit(piece.records, of: source.partition, from: chunk.next, to: end) {
                record, header in
                chunk.scanned += 1
                guard matcher.wants(record) else { return true }
                chunk.matched += 1
                let line = RecordLine(record, source.partition.partition, header)
                chunk.records.append(line)
                chunk.keptBytes += line.json.count
                switch kept {
                case .first(let count): isFull = chunk.records.count >= count || chunk.keptBytes >= maxKeptBytes
                case .last(let count):
                    // Twice as many, so that not each one moves all others.
                    if chunk.records.count >= 2 * count {
                        chunk.leave(count)
                    } else if chunk.keptBytes >= maxKeptBytes, chunk.records.count > 1 {
                        chunk.leave((chunk.records.count + 1) / 2)
                    }
                }
                return !isFull
            }
            if isFull { break }
            if chunk.next == before {
                if piece.records.readableBytes == 0 {
                    // What was there before the end has been compacted away, or deleted.
                    chunk.next = max(end, piece.logStart)
                } else if size < 64 << 20 {
                    // Brokers before Kafka 0.10.1 cut a batch that is larger.
                    size *= 4
                } else {
                    throw ClientError(.tooLarge, "the batch at offset \(before) of \(source.partition) is too large")
                }
            }
        }
        if case .last(let count) = kept, chunk.records.count > count { chunk.leave(count) }
        return chunk
    }

    /// Long records leave room for fewer.
    private static let maxKeptBytes = 8 << 20
    private var keptBytes = 0

    /// Drops all but the last so many.
    private mutating func leave(_ count: Int) {
        records.removeFirst(records.count - count)
        keptBytes = records.reduce(0) { $0 + $1.json.count }
        isOverfull = true
    }
}

/// Says which records are wanted.
struct RecordMatcher: ~Copyable {
    private var runner: QueryRunner?
    private let partition: Int32

    init(_ query: RecordQuery?, _ partition: TopicPartition) {
        runner = query.map { QueryRunner($0) }
        runner?.begin(topic: partition.topic)
        self.partition = partition.partition
    }

    mutating func wants(_ record: RecordView) -> Bool {
        runner?.matches(record, partition: partition) ?? true
    }
}
