// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The configurations that slow reassignments down.
struct ReassignmentThrottles: Sendable {
    typealias Resource = IncrementalAlterConfigsRequest.AlterConfigsResource
    typealias Config = IncrementalAlterConfigsRequest.AlterableConfig

    static let rates = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"]
    static let directoryRate = "replica.alter.log.dirs.io.max.bytes.per.second"
    static let replicas = ["leader.replication.throttled.replicas", "follower.replication.throttled.replicas"]

    let admin: Admin

    /// Removes all throttles of brokers and of the plan's topics: nobody knows which ones the plan set.
    func clear(_ plan: ReassignmentPlan, _ context: Context) async throws {
        let brokers = Set(try await admin.cluster.brokers().map(\.id)).union(plan.replicas.values.joined()).sorted()
        context.out.line(
            "Clearing broker-level throttles on broker\(brokers.count == 1 ? "" : "s") "
                + brokers.map(String.init).joined(separator: ","))
        try await alter(
            brokers.map { broker in
                resource(.broker, String(broker), (Self.rates + [Self.directoryRate]).map { ($0, nil) })
            })
        context.out.line(
            "Clearing topic-level throttles on topic\(plan.topics.count == 1 ? "" : "s") "
                + plan.topics.joined(separator: ","))
        try await alter(plan.topics.map { topic in resource(.topic, topic, Self.replicas.map { ($0, nil) }) })
    }

    /// Limits the traffic between brokers; which replicas are meant is said by `leaders` and `followers`, by topic.
    func limit(
        _ rate: Int64, brokers: Set<Int32>, leaders: [String: [String]], followers: [String: [String]]
    ) async throws {
        try await alter(
            leaders.keys.sorted().map { topic in
                resource(
                    .topic, topic,
                    [
                        (Self.replicas[0], leaders[topic, default: []].joined(separator: ",")),
                        (Self.replicas[1], followers[topic, default: []].joined(separator: ",")),
                    ])
            })
        try await alter(
            brokers.sorted().map { broker in
                resource(.broker, String(broker), Self.rates.map { ($0, String(rate)) })
            })
    }

    func limitDirectories(_ rate: Int64, brokers: Set<Int32>) async throws {
        try await alter(
            brokers.sorted().map { broker in
                resource(.broker, String(broker), [(Self.directoryRate, String(rate))])
            })
    }

    private func resource(
        _ kind: ConfigResource.Kind, _ name: String, _ values: [(name: String, value: String?)]
    ) -> Resource {
        Resource {
            $0.resourceType = kind.rawValue
            $0.resourceName = name
            $0.configs = values.map { entry in
                Config {
                    $0.name = entry.name
                    $0.configOperation = entry.value == nil ? 1 : 0
                    $0.value = entry.value
                }
            }
        }
    }

    private func alter(_ resources: [Resource]) async throws {
        guard !resources.isEmpty else { return }
        for (_, result) in try await admin.incrementalAlterConfigs(resources) { try result.get() }
    }
}
