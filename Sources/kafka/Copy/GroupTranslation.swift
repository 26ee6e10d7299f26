// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Gives a group at the destination the place that it has at the source: as many records of the copy are left to it.
struct GroupTranslation: Sendable {
    private let source: Cluster
    private let destination: Cluster
    private let checkpoints: [TopicPartition: CopyCheckpoint]
    private let names: CopyNames

    init(
        _ source: Cluster, _ destination: Cluster, _ checkpoints: [TopicPartition: CopyCheckpoint], _ names: CopyNames
    ) {
        self.names = names
        self.source = source
        self.destination = destination
        self.checkpoints = checkpoints
    }

    func run(_ group: String, _ context: Context) async throws {
        var committed: [TopicPartition: Int64] = [:]
        for (partition, result) in try await Admin(source).committedOffsets(
            group: group, partitions: Array(checkpoints.keys))
        {
            committed[partition] = try result.get().offset
        }
        guard !committed.isEmpty else {
            return context.fail("Group '\(group)' has no offsets of the topics at the source")
        }
        let left = try await remaining(committed)
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for partition in committed.keys {
            guard let end = checkpoints[partition]?.destination else { continue }
            offsets[names.there(partition)] = CommittedOffset(max(0, end.subtractingSaturating(left[partition] ?? 0)))
        }
        do throws(ClientError) {
            for (_, result) in try await Admin(destination).commitOffsets(group: group, offsets) { try result.get() }
        } catch {
            return context.fail("Group '\(group)' at the destination: \(error.message)")
        }
        context.out.line("group \(group): \(offsets.count) offset\(offsets.count == 1 ? "" : "s") set")
    }

    /// Records between a group's place and the end of what was copied.
    private func remaining(_ committed: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64] {
        var open = committed.filter { partition, offset in offset < checkpoints[partition]?.source ?? 0 }
        var counts: [TopicPartition: Int64] = [:]
        guard !open.isEmpty else { return counts }
        var configuration = source.configuration.consumer
        configuration.groupID = nil
        let consumer = try Consumer(source, configuration: configuration)
        await consumer.assign(open.mapValues { .offset($0) })
        while !open.isEmpty {
            for records in try await consumer.poll(timeout: .milliseconds(100)) {
                guard let end = checkpoints[records.partition]?.source else { continue }
                counts[records.partition, default: 0] += try Self.count(records, before: end)
            }
            for (partition, position) in await consumer.positions() {
                guard let end = checkpoints[partition]?.source, position >= end else { continue }
                if open.removeValue(forKey: partition) != nil { await consumer.pause([partition]) }
            }
        }
        await consumer.close()
        return counts
    }

    /// Of whole batches without looking into them.
    private static func count(_ records: FetchedRecords, before end: Int64) throws -> Int64 {
        var count: Int64 = 0
        var reader = RecordBatchReader()
        try records.forEachBatch { header, batch in
            if header.baseOffset >= records.startOffset, header.lastOffset < end {
                count += Int64(header.recordCount)  // bounded: records in memory
                return
            }
            try reader.forEachRecord(in: batch, header: header) { record in
                if record.offset >= records.startOffset, record.offset < end { count += 1 }  // bounded: the same
            }
        }
        return count
    }
}
