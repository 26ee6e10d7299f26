// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka reassign-partitions --execute`
struct ReassignmentExecution: Sendable {
    let plan: ReassignmentPlan
    let throttle: Int64
    let directoryThrottle: Int64
    let isAdditional: Bool

    func run(_ admin: Admin, _ context: Context) async throws {
        let ongoing = try await Reassignments.list(admin)
        if !isAdditional, !ongoing.isEmpty {
            throw CommandError(
                "A reassignment is under way already (\(ongoing.keys.sorted()[0])): wait for it, or use --additional to add "
                    + "to it or to change its throttle.")
        }
        let known = Set(try await admin.cluster.brokers().map(\.id))
        if let unknown = plan.replicas.values.joined().sorted().first(where: { !known.contains($0) }) {
            throw CommandError("Unknown broker id \(unknown)")
        }
        let current = try await currentReplicas(admin)
        context.out.line("Current partition replica assignment\n")
        context.out.line(ReassignmentPlan.json(current).serialized())
        context.out.line("\nSave this to use as the --reassignment-json-file option during rollback")
        try await limit(current, ongoing, admin, context)
        let targets = plan.replicas.mapValues { Optional($0) }
        let started = try await Self.alter(targets, admin, context)
        if !started.isEmpty {
            context.out.line(
                "Successfully started partition reassignment\(started.count == 1 ? "" : "s") for "
                    + started.map(\.description).joined(separator: ","))
        }
    }

    private func currentReplicas(_ admin: Admin) async throws -> [TopicPartition: [Int32]] {
        var current: [TopicPartition: [Int32]] = [:]
        for topic in try await admin.cluster.describeTopics(plan.topics) {
            if topic.error == .unknownTopicOrPartition { throw try await UnknownTopic.error(topic.name, admin.cluster) }
            for partition in topic.partitions {
                let name = TopicPartition(topic.name, partition.partition)
                if plan.replicas[name] != nil { current[name] = partition.replicas }
            }
        }
        if let missing = plan.partitions.first(where: { current[$0] == nil }) {
            throw CommandError("Unable to find partition: \(missing)")
        }
        return current
    }

    private func limit(
        _ current: [TopicPartition: [Int32]], _ ongoing: [TopicPartition: Reassignment], _ admin: Admin,
        _ context: Context
    ) async throws {
        guard throttle >= 0 || directoryThrottle >= 0 else { return }
        context.out.line(
            "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is "
                + "removed.")
        let throttles = ReassignmentThrottles(admin: admin)
        if throttle >= 0 {
            var leaders: [String: Set<String>] = [:]
            var followers: [String: Set<String>] = [:]
            var brokers: Set<Int32> = []
            for (partition, target) in plan.replicas {
                let sources: [Int32]
                if let move = ongoing[partition] {
                    sources = move.replicas.filter { !move.addingReplicas.contains($0) }
                } else {
                    sources = current[partition] ?? []
                }
                let destinations = target.filter { !sources.contains($0) }
                brokers.formUnion(sources + destinations)
                leaders[partition.topic, default: []].formUnion(sources.map { "\(partition.partition):\($0)" })
                followers[partition.topic, default: []].formUnion(destinations.map { "\(partition.partition):\($0)" })
            }
            try await throttles.limit(
                throttle, brokers: brokers, leaders: leaders.mapValues { $0.sorted() },
                followers: followers.mapValues { $0.sorted() })
            context.out.line("The inter-broker throttle limit was set to \(throttle) B/s")
        }
        if directoryThrottle >= 0 {
            try await throttles.limitDirectories(directoryThrottle, brokers: Set(plan.directories.keys.map(\.broker)))
            context.out.line("The replica-alter-dir throttle limit was set to \(directoryThrottle) B/s")
        }
    }

    /// Starts (or, for nil, cancels) reassignments; returns those that the controller took, and reports the others.
    static func alter(
        _ targets: [TopicPartition: [Int32]?], _ admin: Admin, _ context: Context
    ) async throws -> [TopicPartition] {
        let request = AlterPartitionReassignmentsRequest {
            $0.topics = Dictionary(grouping: targets, by: \.key.topic).sorted { $0.key < $1.key }.map {
                topic, entries in
                AlterPartitionReassignmentsRequest.ReassignableTopic {
                    $0.name = topic
                    $0.partitions = entries.sorted { $0.key < $1.key }.map { partition, replicas in
                        AlterPartitionReassignmentsRequest.ReassignablePartition {
                            $0.partitionIndex = partition.partition
                            $0.replicas = replicas
                        }
                    }
                }
            }
        }
        let response = try await admin.send(request, to: .controller)
        if response.errorCode != .none { throw CommandError(response.errorMessage ?? response.errorCode.clientMessage) }
        var done: [TopicPartition] = []
        for topic in response.responses {
            for result in topic.partitions {
                let partition = TopicPartition(topic.name, result.partitionIndex)
                if result.errorCode == .none {
                    done.append(partition)
                } else {
                    context.fail(
                        "Error reassigning partition \(partition): \(result.errorMessage ?? result.errorCode.clientMessage)"
                    )
                }
            }
        }
        return done.sorted()
    }
}
