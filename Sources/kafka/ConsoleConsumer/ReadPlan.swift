// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The partitions that are read, each from where; without a group.
struct ReadPlan: Sendable {
    var positions: [TopicPartition: StartPosition]
    /// The offsets before which reading ends; nil if it doesn't.
    var ends: [TopicPartition: Int64]?
    /// Where reading does not begin where it was told to.
    private(set) var warnings: [String] = []

    init(_ partitions: [TopicPartition], _ range: ReadRange, _ cluster: Cluster) async throws {
        let until = range.until ?? (range.exitsAtEnd ? .latest : nil)
        if until == nil, !range.start.isNumber {
            positions = partitions.each(range.start.start)
            return
        }
        let bounds = try await PartitionBounds(partitions, cluster)
        let starts = try await bounds.offsets(of: range.start)
        if case .offset(let offset) = range.start {
            warnings = partitions.compactMap { partition in
                guard let start = starts[partition], start != offset else { return nil }
                return offset < start
                    ? "\(partition) begins with offset \(start): what was before it, from \(offset) on, is gone."
                    : "\(partition) has no offset \(offset) yet: it ends before \(start), where reading begins."
            }
        }
        guard let until else {
            positions = starts.mapValues { .offset($0) }
            return
        }
        var ends = try await bounds.offsets(of: until)
        // Both options: whichever end comes first.
        if range.exitsAtEnd { ends.merge(bounds.ends) { min($0, $1) } }
        positions = starts.filter { $0.value < ends[$0.key] ?? 0 }.mapValues { .offset($0) }
        self.ends = ends
    }

    init(_ positions: [TopicPartition: StartPosition], ends: [TopicPartition: Int64]?) {
        self.positions = positions
        self.ends = ends
    }
}

extension ConsoleConsumerCommand.Topics {
    /// The partitions of all topics.
    /// - Throws: for a topic that does not exist, and for a partition that one of them lacks.
    func partitions(_ wanted: [Int32], _ cluster: Cluster) async throws -> [TopicPartition] {
        switch self {
        case .matching(let filter):
            return try await cluster.describeTopics(nil).filter { filter.matches($0.name) }.flatMap(Self.partitions)
        case .named(let names):
            let known = try await cluster.describeTopics(names)
            var partitions: [TopicPartition] = []
            for name in names {
                guard let topic = known.first(where: { $0.name == name }), topic.error != .unknownTopicOrPartition
                else {
                    throw try await UnknownTopic.error(name, cluster)
                }
                if topic.error != .none {
                    throw ClientError(.broker(topic.error), "Topic '\(name)': \(topic.error.clientMessage)")
                }
                let all = Self.partitions(topic)
                for partition in wanted where !all.contains(TopicPartition(name, partition)) {
                    throw CommandError(
                        "Topic '\(name)' has no partition \(partition): its partitions are 0 to \(all.count - 1)")
                }
                partitions += wanted.isEmpty ? all : wanted.map { TopicPartition(name, $0) }
            }
            return partitions
        }
    }

    /// What is there by now, of topics that may have gone.
    func present(_ cluster: Cluster) async throws -> [TopicPartition] {
        switch self {
        case .named(let names):
            return try await cluster.describeTopics(names).filter { $0.error == .none }.flatMap(Self.partitions)
        case .matching(let filter):
            return try await cluster.describeTopics(nil).filter { $0.error == .none && filter.matches($0.name) }
                .flatMap(Self.partitions)
        }
    }

    private static func partitions(_ topic: TopicMetadata) -> [TopicPartition] {
        topic.partitions.map { TopicPartition(topic.name, $0.partition) }
    }
}
