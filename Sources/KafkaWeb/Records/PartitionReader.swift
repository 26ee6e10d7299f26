// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore

/// Fetches the records of partitions and walks through them. Transactions that were aborted or are open are shown as well;
/// markers are not.
struct PartitionReader: ~Copyable {
    let data: ClusterData
    /// What a batch may grow to; who looks at records has less memory for them than who serves them.
    private var batches = RecordBatchReader(maxDecompressedBytes: 128 << 20)

    init(_ data: ClusterData) { self.data = data }

    /// A piece of a partition's log.
    struct Piece: Sendable {
        var records: ByteBuffer
        var highWatermark: Int64
        var logStart: Int64
    }

    /// The records from an offset on; none at the end.
    func fetch(_ source: LedPartition, from offset: Int64, maxBytes: Int32) async throws(ClientError) -> Piece {
        let response = try await calls(source.leader, [(source.partition, offset)], maxBytes)
        guard let partition = response.responses.first?.partitions.first else {
            throw ClientError(
                response.errorCode == .none ? .invalidResponse : .broker(response.errorCode),
                "the broker's answer lacks partition \(source.partition)")
        }
        return try Self.piece(partition, source.partition)
    }

    /// The records of several partitions of one leader, as many as `maxBytes` hold.
    func calls(
        _ leader: Int32, _ positions: [(TopicPartition, Int64)], _ maxBytes: Int32, total: Int32 = 8 << 20
    ) async throws(ClientError) -> FetchResponse {
        let topics = Dictionary(grouping: positions, by: \.0.topic).map { topic, positions in
            FetchRequest.Topic {
                $0.topic = topic
                $0.partitions = positions.map { name, offset in
                    FetchRequest.Partition {
                        $0.partition = name.partition
                        $0.fetchOffset = offset
                        $0.partitionMaxBytes = maxBytes
                    }
                }
            }
        }
        // Above version 12 topics go by their ids.
        return try await data.calls.send(to: .broker(leader), versions: 4...12) { _ in
            FetchRequest {
                $0.maxBytes = max(maxBytes, total)
                $0.topics = topics
            }
        }
    }

    static func piece(
        _ partition: FetchResponse.Partition, _ name: TopicPartition
    ) throws(ClientError) -> Piece {
        guard partition.errorCode == .none else { throw ClientError(partition.errorCode, "partition \(name)") }
        var records = ByteBuffer()
        if case .bytes(let bytes) = partition.records { records = bytes }
        return Piece(records: records, highWatermark: partition.highWatermark, logStart: partition.logStartOffset)
    }

    /// Visits the records of a piece in order, until `body` returns false.
    /// - Returns: where to read on; `offset` if there is not one whole batch.
    mutating func visit(
        _ records: ByteBuffer, of partition: TopicPartition, from offset: Int64, to end: Int64,
        _ body: (RecordView, RecordBatchHeader) throws -> Bool
    ) throws -> Int64 {
        var position = offset
        try records.withUnsafeReadableBytes { bytes in
            var sequence = RecordBatchSequence(bytes)
            do {
                while position < end, let (header, batch) = try sequence.next() {
                    guard header.lastOffset >= position else { continue }
                    _ = try RecordBatchReader.validate(batch)
                    if !header.isControl {
                        var cursor = try self.batches.records(in: batch, header: header)
                        while let record = try cursor.next() {
                            // Offsets grow, or reading would not come to an end.
                            guard record.offset >= position, record.offset <= header.lastOffset else { continue }
                            guard record.offset < end else {
                                position = end
                                return
                            }
                            position = record.offset &+ 1
                            guard try body(record, header) else { return }
                        }
                    }
                    position = header.lastOffset &+ 1
                }
            } catch let error as RecordError {
                throw ClientError(
                    .broker(.corruptMessage), "partition \(partition) behind offset \(position): \(error)")
            }
        }
        return position
    }
}
