// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

/// A coordinator's topic over the partitions of this broker.
struct InternalTopicLog: CoordinatorLog {
    let topic: String
    let controller: Controller
    let registry: PartitionRegistry
    let background: BackgroundQueue

    var partitionCount: Int32? { controller.store.image.topic(topic).map { Int32($0.partitions.count) } }

    func create() async throws(CoordinatorLogError) -> Int32 {
        if let partitionCount { return partitionCount }
        do throws(MetadataError) {
            return Int32(try await controller.createInternalTopic(topic).partitions.count)
        } catch {
            throw CoordinatorLogError(code: error.code, message: "\(error)")
        }
    }

    @discardableResult
    func append(
        _ records: [CoordinatorRecord], to partition: Int32, transaction: CoordinatorTransaction?
    ) throws(CoordinatorLogError) -> Int64 {
        let open = try open(partition)
        let now = WallClock.milliseconds()
        let byteCount = records.reduce(0) { $0 + $1.key.readableBytes + ($1.value?.readableBytes ?? 0) + 32 }
        var builder = RecordBatchBuilder(capacity: byteCount + RecordBatchHeader.byteCount)
        for record in records {
            let fits = record.key.withUnsafeReadableBytes { key in
                if let value = record.value {
                    value.withUnsafeReadableBytes { builder.append(timestamp: now, key: key, value: $0) }
                } else {
                    builder.append(timestamp: now, key: key, value: nil)
                }
            }
            precondition(fits, "the batch was sized for its records")
        }
        let batch = builder.finish(
            RecordBatchProperties {
                $0.partitionLeaderEpoch = open.leaderEpoch
                // Kafka's coordinators number their batches from 0 although no producer id goes with it.
                $0.baseSequence = 0
                if let transaction {
                    $0.isTransactional = true
                    $0.producerID = transaction.producerID
                    $0.producerEpoch = transaction.producerEpoch
                }
            })
        do throws(LogError) {
            return try open.append(batch, origin: .coordinator, now: now).baseOffset
        } catch {
            throw CoordinatorLogError(code: error.code, message: error.message)
        }
    }

    func replay(_ partition: Int32, _ body: (ReplayedRecord) throws -> Void) async throws {
        let open = try open(partition)
        var reader = RecordBatchReader()
        var position = open.log.logStartOffset
        let end = open.log.logEndOffset
        while position < end {
            // The broker may stop, or the topic be deleted.
            try Task.checkCancellation()
            guard let bytes = try await read(open, from: position) else { continue }
            let next = try Self.replay(bytes, from: position, &reader, body)
            guard next > position else { break }
            position = next
        }
    }

    /// Nil when it must be tried again: a process without a free descriptor gets one again, and a coordinator that gave
    /// up would refuse its groups until the next start.
    private func read(_ partition: Partition, from position: Int64) async throws -> ByteBuffer? {
        do {
            // The disk is read on a thread that may wait for it.
            return try await background.run {
                try partition.log.read(from: position, maxBytes: 1 << 20, minOneBatch: true, isolation: .logEnd)
                    .slice.read()
            }
        } catch let error as LogError where error.isTransient {
            partition.raise(error, now: WallClock.milliseconds())
            try await Task.sleep(for: .milliseconds(200))
            return nil
        }
    }

    /// Hands out the records of whole batches; returns the offset behind them.
    private static func replay(
        _ bytes: ByteBuffer, from position: Int64, _ reader: inout RecordBatchReader,
        _ body: (ReplayedRecord) throws -> Void
    ) throws -> Int64 {
        try bytes.withUnsafeReadableBytes { bytes in
            var next = position
            var batches = RecordBatchSequence(bytes)
            while let (header, batch) = try batches.next() {
                next = header.nextOffset
                try reader.forEachRecord(in: batch, header: header) { record in
                    guard record.offset >= position, let key = record.key else { return }
                    let content: ReplayedRecord.Content
                    if header.isControl {
                        guard let marker = try EndTransactionMarker(key: key, value: record.value) else { return }
                        content = .endOfTransaction(commit: marker.isCommit)
                    } else {
                        content = .data(
                            CoordinatorRecord(
                                key: ByteBuffer(bytes: key), value: record.value.map { ByteBuffer(bytes: $0) }))
                    }
                    try body(
                        ReplayedRecord(
                            offset: record.offset,
                            producerID: header.isTransactional ? header.producerID : -1, content: content))
                }
            }
            return next
        }
    }

    private func open(_ partition: Int32) throws(CoordinatorLogError) -> Partition {
        guard let open = registry.partition(topic, partition) else {
            throw CoordinatorLogError(code: .notCoordinator, message: "\(topic)-\(partition) is not open")
        }
        return open
    }
}
