// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka topics --describe`
struct DescribeTopics: Sendable {
    static let described = JSONRow(
        "describe", "a topic; configs are those that differ from the default",
        ["topic", "topicId", "partitionCount", "replicationFactor", "configs", "partitions"])
    static let partition = JSONRow(
        "describe", "an element of partitions",
        [
            "partition", "leader", "leaderEpoch", "replicas", "isr", "addingReplicas", "removingReplicas", "elr",
            "lastKnownElr",
        ])

    private let topicID: KafkaUUID?
    private let excludeInternal: Bool
    private let pageSize: Int32
    private let onlyOverridden: Bool
    private let reports: [Report]

    /// A condition under which a partition is shown.
    fileprivate enum Report: String, CaseIterable {
        case underReplicated = "under-replicated-partitions"
        case unavailable = "unavailable-partitions"
        case underMinISR = "under-min-isr-partitions"
        case atMinISR = "at-min-isr-partitions"
    }

    init(_ arguments: Arguments) throws {
        topicID = try arguments.string("topic-id").flatMap { text in
            guard let id = KafkaUUID(text) else {
                throw CommandError("Invalid topic-id '\(text)': it is no id of Kafka's.")
            }
            return id == .zero ? nil : id
        }
        excludeInternal = arguments.flag("exclude-internal")
        pageSize = try arguments.integer("partition-size-limit-per-response") ?? 2000
        onlyOverridden = arguments.flag("topics-with-overrides")
        reports = Report.allCases.filter { arguments.flag($0.rawValue) }
        if arguments.flag("if-exists"), !arguments.has("topic"), !arguments.has("topic-id") {
            throw CommandError("--topic or --topic-id is required to describe a topic with --if-exists")
        }
    }

    func run(_ command: TopicsCommand, _ cluster: Cluster, _ context: Context) async throws {
        let names = try await names(command, cluster, context)
        guard !names.isEmpty else { return }
        let topics = try await TopicDescription.fetch(names, pageSize: pageSize, cluster, context)
        let admin = Admin(cluster)
        let resources = topics.map { ConfigResource(.topic, $0.name) }
        var configs: [String: [DescribeConfigsResponse.Config]] = [:]
        for (resource, result) in await admin.describeConfigs(resources) {
            switch result {
            case .success(let found): configs[resource.name] = found
            case .failure(let error):
                context.fail("The configuration of '\(resource.name)' is not known: \(error.message)")
            }
        }
        let alive = reports.contains(.unavailable) ? Set(try await cluster.brokers().map(\.id)) : []
        let moves = try await Reassignments.known(admin)
        for topic in topics {
            let config = configs[topic.name] ?? []
            let shown = topic.partitions.filter { partition in
                let move = moves[TopicPartition(topic.name, partition.partitionIndex)]
                return reports.isEmpty || reports.contains { $0.holds(partition, config, alive, move) }
            }
            if context.writesJSON {
                writeJSON(topic, config, shown, moves, context)
                continue
            }
            if reports.isEmpty { printTopic(topic, config, moves, context) }
            guard !onlyOverridden else { continue }
            for partition in shown {
                let move = moves[TopicPartition(topic.name, partition.partitionIndex)]
                printPartition(topic.name, partition, move, context)
            }
        }
    }

    private func names(
        _ command: TopicsCommand, _ cluster: Cluster, _ context: Context
    ) async throws -> [String] {
        guard let topicID else { return try await command.found(cluster, excludeInternal: excludeInternal, context) }
        let all = try await cluster.describeTopics(nil)
        guard let topic = all.first(where: { $0.topicID == topicID }) else {
            if command.ifExists { return [] }
            throw CommandError("TopicId '\(topicID)' does not exist")
        }
        return [topic.name]
    }

    private func printTopic(
        _ topic: TopicDescription, _ config: [DescribeConfigsResponse.Config],
        _ moves: [TopicPartition: Reassignment], _ context: Context
    ) {
        let overrides = config.filter { !$0.isDefault }
        guard let first = topic.partitions.first, !onlyOverridden || !overrides.isEmpty else { return }
        let move = moves[TopicPartition(topic.name, first.partitionIndex)]
        var line = "Topic: \(topic.name)"
        if topic.id != .zero { line += "\tTopicId: \(topic.id)" }
        line += "\tPartitionCount: \(topic.partitions.count)"
        line += "\tReplicationFactor: \(Reassignment.replicationFactor(first, move))"
        line += "\tConfigs: " + overrides.map { "\($0.name)=\($0.value ?? "null")" }.joined(separator: ",")
        context.out.line(line)
    }

    private func writeJSON(
        _ topic: TopicDescription, _ config: [DescribeConfigsResponse.Config],
        _ partitions: [DescribeTopicPartitionsResponse.Partition], _ moves: [TopicPartition: Reassignment],
        _ context: Context
    ) {
        let overrides = config.filter { !$0.isDefault }
        guard let first = partitions.first, !onlyOverridden || !overrides.isEmpty else { return }
        func move(_ partition: DescribeTopicPartitionsResponse.Partition) -> Reassignment? {
            moves[TopicPartition(topic.name, partition.partitionIndex)]
        }
        let rows = partitions.map { partition in
            Self.partition(
                .number(partition.partitionIndex), .known(partition.leaderID), .known(partition.leaderEpoch),
                .list(partition.replicaNodes), .list(partition.isrNodes),
                .list(move(partition)?.addingReplicas ?? []), .list(move(partition)?.removingReplicas ?? []),
                partition.eligibleLeaderReplicas.map(JSON.list) ?? .null,
                partition.lastKnownElr.map(JSON.list) ?? .null)
        }
        context.write(
            Self.described(
                .string(topic.name), topic.id == .zero ? .null : .string(topic.id.description),
                .number(topic.partitions.count), .number(Reassignment.replicationFactor(first, move(first))),
                .object(overrides.map { JSON.Member(name: $0.name, value: .optional($0.value)) }), .array(rows)))
    }

    private func printPartition(
        _ topic: String, _ partition: DescribeTopicPartitionsResponse.Partition, _ move: Reassignment?,
        _ context: Context
    ) {
        func list(_ ids: [Int32]) -> String { ids.map(String.init).joined(separator: ",") }
        var line = "\tTopic: \(topic)\tPartition: \(partition.partitionIndex)"
        line += "\tLeader: \(partition.leaderID < 0 ? "none" : String(partition.leaderID))"
        line += "\tReplicas: \(list(partition.replicaNodes))\tIsr: \(list(partition.isrNodes))"
        if let move {
            line += "\tAdding Replicas: \(list(move.addingReplicas))\tRemoving Replicas: \(list(move.removingReplicas))"
        }
        line += "\tElr: \(partition.eligibleLeaderReplicas.map(list) ?? "N/A")"
        line += "\tLastKnownElr: \(partition.lastKnownElr.map(list) ?? "N/A")"
        context.out.line(line)
    }
}

extension DescribeTopics.Report {
    fileprivate func holds(
        _ partition: DescribeTopicPartitionsResponse.Partition, _ config: [DescribeConfigsResponse.Config],
        _ alive: Set<Int32>, _ move: Reassignment?
    ) -> Bool {
        let required = config.first { $0.name == "min.insync.replicas" }?.value.flatMap { Int($0) } ?? 1
        switch self {
        case .underReplicated: return Reassignment.replicationFactor(partition, move) > partition.isrNodes.count
        case .unavailable: return partition.leaderID < 0 || !alive.contains(partition.leaderID)
        case .underMinISR: return partition.leaderID < 0 || partition.isrNodes.count < required
        case .atMinISR: return partition.isrNodes.count == required
        }
    }
}

extension DescribeConfigsResponse.Config {
    /// Whether nobody set it: neither dynamically nor in the broker's file (source 5 is Kafka's own default).
    var isDefault: Bool { configSource == 5 }
}
