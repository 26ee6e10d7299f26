// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka topics --alter`: more partitions.
struct AlterTopics: Sendable {
    let partitions: Int32
    let assignment: ReplicaAssignment?

    init(_ arguments: Arguments) throws {
        guard let partitions = try arguments.integer("partitions", Int32.self) else {
            throw CommandError.missing("partitions")
        }
        if partitions < 1 { throw CommandError("The partitions must be greater than 0: --partitions \(partitions)") }
        self.partitions = partitions
        assignment = try arguments.string("replica-assignment").flatMap { $0.isEmpty ? nil : try ReplicaAssignment($0) }
    }

    func run(_ names: [String], _ cluster: Cluster, _ context: Context) async throws {
        guard !names.isEmpty else { return }
        var topics: [CreatePartitionsRequest.Topic] = []
        for topic in try await cluster.describeTopics(names) {
            var change = CreatePartitionsRequest.Topic()
            change.name = topic.name
            change.count = partitions
            change.assignments = assignment.map { assignment in
                assignment.replicas.dropFirst(topic.partitions.count).map { brokers in
                    var entry = CreatePartitionsRequest.Assignment()
                    entry.brokerIDs = brokers
                    return entry
                }
            }
            topics.append(change)
        }
        for (_, result) in try await Admin(cluster).createPartitions(topics) {
            if case .failure(let error) = result { context.fail(error.message) }
        }
    }
}
