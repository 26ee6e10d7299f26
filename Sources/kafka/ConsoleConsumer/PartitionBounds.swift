// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The first and last offsets of partitions, and where points lie between them.
struct PartitionBounds: Sendable {
    private let starts: [TopicPartition: Int64]
    let ends: [TopicPartition: Int64]
    private let admin: Admin
    private let isolation: IsolationLevel

    init(_ partitions: [TopicPartition], _ cluster: Cluster) async throws {
        admin = Admin(cluster)
        isolation = cluster.configuration.consumer.isolationLevel
        let starts = try await Self.offsets(partitions, .earliest, admin, isolation).mapValues { max($0, 0) }
        let ends = try await Self.offsets(partitions, .latest, admin, isolation)
        // Whatever brokers say, no partition ends before it begins.
        self.starts = starts
        self.ends = ends.reduce(into: [:]) { $0[$1.key] = max($1.value, starts[$1.key] ?? 0) }
    }

    private static func offsets(
        _ partitions: [TopicPartition], _ spec: OffsetSpec, _ admin: Admin, _ isolation: IsolationLevel
    ) async throws -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let specs = partitions.each(spec)
        return try await admin.listOffsets(specs, isolation: isolation).mapValues { try $0.get().offset }
    }

    func start(of partition: TopicPartition) -> Int64 { starts[partition] ?? 0 }

    /// The offsets of a point, none of them outside of the partition.
    func offsets(of point: ReadPoint) async throws -> [TopicPartition: Int64] {
        switch point {
        case .earliest: return starts
        case .latest: return ends
        case .offset(let offset): return clamped { _ in offset }
        case .fromEnd(let count): return clamped { (ends[$0] ?? 0).subtractingSaturating(count) }
        case .time(let time):
            let found = try await Self.offsets(Array(starts.keys), .timestamp(time), admin, isolation)
            return clamped { found[$0].flatMap { $0 < 0 ? nil : $0 } ?? .max }
        }
    }

    private func clamped(_ offset: (TopicPartition) -> Int64) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for (partition, end) in ends { offsets[partition] = min(max(offset(partition), start(of: partition)), end) }
        return offsets
    }
}
