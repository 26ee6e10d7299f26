// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka topics --create`
struct CreateTopic: Sendable {
    /// Usually one.
    let names: [String]
    let partitions: Int32?
    let replicationFactor: Int16?
    let assignment: ReplicaAssignment?
    let configs: [(name: String, value: String)]
    let ifNotExists: Bool

    init(_ arguments: Arguments) throws {
        names = arguments.strings("topic").reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        partitions = try arguments.integer("partitions")
        replicationFactor = try arguments.integer("replication-factor", Int32.self).map { factor in
            guard let small = Int16(exactly: factor), small > 0 else {
                throw CommandError(
                    "The replication factor must be between 1 and \(Int16.max) inclusive, not \(factor); see --replication-factor"
                )
            }
            return small
        }
        if let partitions, partitions < 1 {
            throw CommandError("The partitions must be greater than 0: --partitions \(partitions)")
        }
        assignment = try arguments.string("replica-assignment").flatMap { $0.isEmpty ? nil : try ReplicaAssignment($0) }
        ifNotExists = arguments.flag("if-not-exists")
        configs = try arguments.strings("config").map { word in
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandError("Invalid topic config '\(word)': it must have the form \"key=val\".")
            }
            return (String(parts[0]).trimmed, String(parts[1]).trimmed)
        }
    }

    func run(_ cluster: Cluster, _ context: Context) async throws {
        if names.joined().contains(where: { $0 == "." || $0 == "_" }) { context.out.line(Self.collisionWarning) }
        for (name, result) in try await Admin(cluster).createTopics(names.map(topic)) {
            switch result {
            case .success: context.out.line("Created topic \(name).")
            case .failure(let error) where error.errorCode == .topicAlreadyExists && ifNotExists: break
            case .failure(let error): context.fail(error.message)
            }
        }
    }

    private func topic(_ name: String) -> CreateTopicsRequest.Topic {
        var topic = CreateTopicsRequest.Topic()
        topic.name = name
        if let assignment {
            topic.numPartitions = -1
            topic.replicationFactor = -1
            topic.assignments = assignment.replicas.enumerated().map { index, brokers in
                var entry = CreateTopicsRequest.Assignment()
                entry.partitionIndex = Int32(index)
                entry.brokerIDs = brokers
                return entry
            }
        } else {
            topic.numPartitions = partitions ?? -1
            topic.replicationFactor = replicationFactor ?? -1
        }
        topic.configs = configs.map { config in
            var entry = CreateTopicsRequest.Config()
            entry.name = config.name
            entry.value = config.value
            return entry
        }
        return topic
    }

    private static let collisionWarning =
        "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. "
        + "To avoid issues it is best to use either, but not both."
}

/// `1:2,2:3`: the brokers of partition 0, then of partition 1.
struct ReplicaAssignment: Sendable, Equatable {
    let replicas: [[Int32]]

    init(_ text: String) throws {
        replicas = try text.split(separator: ",", omittingEmptySubsequences: false).map { list in
            try list.split(separator: ":", omittingEmptySubsequences: false).map { word in
                guard let id = Int32(String(word).trimmed) else {
                    throw CommandError("Invalid replica-assignment '\(text)': '\(word)' is no broker id.")
                }
                return id
            }
        }
        for (index, brokers) in replicas.enumerated() {
            if let twice = brokers.first(where: { id in brokers.count(where: { $0 == id }) > 1 }) {
                throw CommandError("Partition replica lists may not contain duplicate entries: \(twice)")
            }
            if brokers.count != replicas[0].count {
                throw CommandError("Partition \(index) has different replication factor: \(brokers)")
            }
        }
    }
}
