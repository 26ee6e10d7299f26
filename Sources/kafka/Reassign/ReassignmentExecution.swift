// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka reassign-partitions --execute`
struct ReassignmentExecution: Sendable {
    let plan: ReassignmentPlan
    let throttle: Int64
    let directoryThrottle: Int64
    let isAdditional: Bool
    /// Whether to refuse what changes the number of replicas.
    let keepsFactor: Bool

    /// Returns the partitions that move now.
    func run(_ admin: Admin, _ context: Context) async throws -> [TopicPartition] {
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
        let directories = try await ReplicaMoves.directories(of: current, admin)
        context.out.line(ReassignmentPlan.json(current, in: directories).serialized())
        context.out.line("\nSave this to use as the --reassignment-json-file option during rollback")
        try await limit(current, ongoing, known, admin, context)
        let targets = plan.replicas.mapValues { Optional($0) }
        let started: [TopicPartition]
        do {
            started = try await Self.alter(targets, keepsFactor: keepsFactor, admin, context)
        } catch {
            guard isLimiting else { throw error }
            throw CommandError("\(error); the throttles are set: --verify with the same file \(Self.verifyHelps)")
        }
        if started.isEmpty, isLimiting {
            context.fail("Nothing moves, but the throttles are set: --verify with the same file \(Self.verifyHelps)")
        }
        if !started.isEmpty {
            context.out.line(
                "Successfully started partition reassignment\(started.count == 1 ? "" : "s") for "
                    + started.map(\.description).joined(separator: ","))
        }
        return started
    }

    private static let verifyHelps = "shows what moves, and removes them once nothing does."

    private var isLimiting: Bool { throttle >= 0 || directoryThrottle >= 0 }

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
        _ current: [TopicPartition: [Int32]], _ ongoing: [TopicPartition: Reassignment], _ known: Set<Int32>,
        _ admin: Admin, _ context: Context
    ) async throws {
        guard isLimiting else { return }
        context.out.line(
            "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is "
                + "removed.")
        let throttles = ReassignmentThrottles(admin: admin)
        if throttle >= 0 {
            var leaders: [String: Set<String>] = [:]
            var followers: [String: Set<String>] = [:]
            var brokers: Set<Int32> = []
            // What is under way already stays slow: its replicas are in the same configurations.
            let targets = ongoing.mapValues(\.addingReplicas).merging(plan.replicas) { $1 }
            for (partition, target) in targets {
                let sources =
                    ongoing[partition].map { move in move.replicas.filter { !move.addingReplicas.contains($0) } }
                    ?? current[partition] ?? []
                let destinations = target.filter { !sources.contains($0) }
                brokers.formUnion(sources + destinations)
                leaders[partition.topic, default: []].formUnion(sources.map { "\(partition.partition):\($0)" })
                followers[partition.topic, default: []].formUnion(destinations.map { "\(partition.partition):\($0)" })
            }
            // Who is away sends nothing, and what moves away from it need not wait for it.
            for broker in brokers.subtracting(known).sorted() {
                context.warn("broker \(broker) is not there: should it come back meanwhile, it is not throttled.")
            }
            try await throttles.limit(
                throttle, brokers: brokers.intersection(known), leaders: leaders.mapValues { $0.sorted() },
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
        _ targets: [TopicPartition: [Int32]?], keepsFactor: Bool = false, _ admin: Admin, _ context: Context
    ) async throws -> [TopicPartition] {
        let request = AlterPartitionReassignmentsRequest {
            $0.allowReplicationFactorChange = !keepsFactor
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
