// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Three replicas for every partition, leaders on all nodes.
struct GrowthSpread: Sendable {
    let nodes: [Int32]

    /// The replicas that a partition is to have; nil where it has enough. Whoever has it keeps it, and the leaders of
    /// neighbouring partitions are different nodes.
    func target(_ replicas: [Int32], number: Int) -> [Int32]? {
        guard replicas.count < 3 else { return nil }
        let turned = nodes.indices.map { nodes[(number + $0) % nodes.count] }
        let added = turned.filter { !replicas.contains($0) }.prefix(3 - replicas.count)
        let chosen = Set(replicas).union(added)
        return turned.filter(chosen.contains) + replicas.filter { !nodes.contains($0) }
    }

    /// Says what it does, and returns once every partition has its replicas in sync and its leader where it belongs.
    func run(_ admin: Admin, _ context: Context) async throws {
        var known = Set(try await admin.cluster.brokers().map(\.id))
        var isTold = false
        while let missing = nodes.first(where: { !known.contains($0) }) {
            if !isTold { context.out.line("Waiting for broker \(missing) to register.") }
            isTold = true
            context.out.flush()
            try await Task.sleep(for: .seconds(1))
            known = Set(try await admin.cluster.brokers().map(\.id))
        }
        let targets = try await self.targets(admin)
        if !targets.isEmpty {
            context.out.line("Giving \(targets.count) partitions to \(min(nodes.count, 3)) nodes each.")
            context.out.flush()
            let all = targets.sorted { $0.key < $1.key }
            for start in stride(from: 0, to: all.count, by: 500) {
                let part = Dictionary(all[start..<min(start + 500, all.count)].map { ($0.key, Optional($0.value)) }) {
                    first, _ in first
                }
                _ = try await ReassignmentExecution.alter(part, admin, context)
            }
            if context.failed { return }
        }
        try await finish(admin, context)
    }

    private func targets(_ admin: Admin) async throws -> [TopicPartition: [Int32]] {
        let moving = try await Reassignments.list(admin)
        var targets: [TopicPartition: [Int32]] = [:]
        var number = 0
        for topic in try await admin.cluster.describeTopics(nil) {
            for partition in topic.partitions {
                let name = TopicPartition(topic.name, partition.partition)
                if moving[name] == nil, let target = target(partition.replicas, number: number) {
                    targets[name] = target
                }
                number += 1
            }
        }
        return targets
    }

    /// Waits for the copies, then puts leaders where they belong.
    private func finish(_ admin: Admin, _ context: Context) async throws {
        var last = 0
        while true {
            let moving = try await Reassignments.list(admin).count
            if moving == 0 { break }
            if moving != last { context.note("\(moving) partitions are being copied") }
            last = moving
            try await Task.sleep(for: .seconds(1))
        }
        let response = try await admin.send(
            ElectLeadersRequest {
                $0.electionType = 0
                $0.timeoutMs = 30_000
                $0.topicPartitions = nil
            }, to: .controller)
        if response.errorCode != .none {
            throw CommandError("No leaders could be elected: \(response.errorCode.clientMessage)")
        }
        let topics = try await admin.cluster.describeTopics(nil)
        let partitions = topics.flatMap(\.partitions)
        let lacking = partitions.count { $0.replicas.count < min(3, nodes.count) || $0.isr.count < $0.replicas.count }
        if lacking > 0 {
            throw CommandError(
                "\(lacking) of \(partitions.count) partitions lack replicas in sync; call kafka storage grow again")
        }
        context.out.line(
            "The cluster has \(nodes.count) nodes, and \(partitions.count) partitions of \(topics.count) topics with their "
                + "replicas in sync.")
    }
}
