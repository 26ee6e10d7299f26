// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Where each partition's copy begins or goes on.
struct CopyStart: Sendable {
    private(set) var checkpoints: [TopicPartition: CopyCheckpoint] = [:]
    /// Records behind the checkpoint that the destination has already.
    private(set) var skips: [TopicPartition: Int64] = [:]
    /// The last of them.
    private(set) var fingerprints: [TopicPartition: RecordFingerprint] = [:]
    /// Where the source ends now.
    let ends: [TopicPartition: Int64]

    /// Whoever was killed may have a request on its way still.
    private static let settlingTime = Duration.milliseconds(300)

    /// - Parameters:
    ///   - group: where checkpoints are.
    ///   - appends: whether topics that have records already get more.
    init(
        _ topics: CopyTopics, group: String, appends: Bool, from source: Cluster, to destination: Cluster
    ) async throws {
        let (partitions, names) = (topics.partitions, topics.names)
        let bounds = try await PartitionBounds(partitions, source)
        ends = bounds.ends
        let committed = try await Admin(destination).committedOffsets(
            group: group, partitions: partitions.map(names.there), requireStable: true)
        var found: [TopicPartition: CopyCheckpoint] = [:]
        for partition in partitions {
            found[partition] = try committed[names.there(partition)].flatMap { CopyCheckpoint(try $0.get()) }
        }
        let (starts, written) = try await Self.written(partitions, names, destination, settles: !found.isEmpty)
        for partition in partitions {
            let end = written[partition] ?? 0
            guard let checkpoint = found[partition] else {
                if end > starts[partition] ?? 0, !appends {
                    throw CommandError(
                        "\(partition) has records at the destination, and none of a copy that could go on; --append adds "
                            + "to them")
                }
                checkpoints[partition] = CopyCheckpoint(
                    source: bounds.start(of: partition), destination: end, topicID: topics.id(of: partition.topic))
                continue
            }
            try Self.check(checkpoint, partition, topics.id(of: partition.topic), end, ends[partition] ?? 0)
            checkpoints[partition] = checkpoint
            let more = end.subtractingSaturating(checkpoint.destination)
            if more > 0 { skips[partition] = more }
        }
        for (partition, _) in skips where (starts[partition] ?? 0) < (written[partition] ?? 0) {
            fingerprints[partition] = try await Self.last(
                names.there(partition), before: written[partition] ?? 0, destination)
        }
    }

    private static func check(
        _ checkpoint: CopyCheckpoint, _ partition: TopicPartition, _ topicID: KafkaUUID, _ written: Int64, _ end: Int64
    ) throws {
        let cure = "delete it at the destination to copy it anew, or give the copy another --id and --append"
        guard checkpoint.topicID == topicID || topicID == .zero || checkpoint.topicID == .zero else {
            throw CommandError(
                "Topic '\(partition.topic)' of the source is another one than was copied before; \(cure)")
        }
        guard checkpoint.source <= end else {
            throw CommandError(
                "\(partition) was copied up to offset \(checkpoint.source), but ends before \(end) at the source; \(cure)"
            )
        }
        guard checkpoint.destination <= written else {
            throw CommandError(
                "\(partition) has lost records at the destination: it ends before offset \(written), and was copied up "
                    + "to \(checkpoint.destination); \(cure)")
        }
    }

    /// Where partitions begin and end at the destination.
    private static func written(
        _ partitions: [TopicPartition], _ names: CopyNames, _ destination: Cluster, settles: Bool
    ) async throws -> (starts: [TopicPartition: Int64], ends: [TopicPartition: Int64]) {
        let admin = Admin(destination)
        func offsets(_ spec: OffsetSpec) async throws -> [TopicPartition: Int64] {
            let found = try await admin.listOffsets(partitions.map(names.there).each(spec))
            return try partitions.reduce(into: [:]) { offsets, partition in
                offsets[partition] = try found[names.there(partition)].map { max(0, try $0.get().offset) }
            }
        }
        let starts = try await offsets(.earliest)
        var ends = try await offsets(.latest)
        for _ in 0..<(settles ? 10 : 0) {
            try await Task.sleep(for: settlingTime)
            let later = try await offsets(.latest)
            if later == ends { break }
            ends = later
        }
        return (starts, ends)
    }

    /// The record before the end of a partition.
    private static func last(
        _ partition: TopicPartition, before end: Int64, _ cluster: Cluster
    ) async throws -> RecordFingerprint? {
        var configuration = cluster.configuration.consumer
        configuration.groupID = nil
        configuration.isolationLevel = .readUncommitted
        let consumer = try Consumer(cluster, configuration: configuration)
        await consumer.assign([partition: .offset(end - 1)])
        var fingerprint: RecordFingerprint?
        var patience = Patience()
        while fingerprint == nil {
            try patience.check(await consumer.obstacle)
            for records in try await consumer.poll(timeout: .milliseconds(100)) {
                var reader = RecordBatchReader()
                try records.forEachRecord(&reader) { fingerprint = RecordFingerprint($0) }
            }
            // What was compacted away can't be compared.
            if fingerprint == nil, await consumer.position(partition) ?? 0 >= end { break }
        }
        await consumer.close()
        return fingerprint
    }
}
