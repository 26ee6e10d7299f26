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

    /// Removes all throttles of brokers and of the plan's topics: nobody knows which ones the plan set. Names what keeps
    /// its throttle.
    func clear(_ plan: ReassignmentPlan, _ context: Context) async throws {
        let brokers = Set(try await admin.cluster.brokers().map(\.id)).union(plan.replicas.values.joined()).sorted()
        context.out.line(
            "Clearing broker-level throttles on broker\(brokers.count == 1 ? "" : "s") "
                + brokers.map(String.init).joined(separator: ","))
        let left = await failures(
            brokers.map { broker in
                resource(.broker, String(broker), (Self.rates + [Self.directoryRate]).map { ($0, nil) })
            })
        context.out.line(
            "Clearing topic-level throttles on topic\(plan.topics.count == 1 ? "" : "s") "
                + plan.topics.joined(separator: ","))
        // With a topic its throttles have gone.
        let leftTopics = await failures(
            plan.topics.map { topic in resource(.topic, topic, Self.replicas.map { ($0, nil) }) }
        ).filter { $0.error.errorCode != .unknownTopicOrPartition }
        for (name, error) in left + leftTopics {
            context.fail(
                "The throttles of \(name) were not removed: \(error.message); run --verify with the same file once more"
            )
        }
    }

    /// Limits the traffic between brokers; which replicas are meant is said by `leaders` and `followers`, by topic.
    func limit(
        _ rate: Int64, brokers: Set<Int32>, leaders: [String: [String]], followers: [String: [String]]
    ) async throws {
        try await set(
            leaders.keys.sorted().map { topic in
                resource(
                    .topic, topic,
                    [
                        (Self.replicas[0], leaders[topic, default: []].joined(separator: ",")),
                        (Self.replicas[1], followers[topic, default: []].joined(separator: ",")),
                    ])
            })
        try await set(
            brokers.sorted().map { broker in
                resource(.broker, String(broker), Self.rates.map { ($0, String(rate)) })
            })
    }

    func limitDirectories(_ rate: Int64, brokers: Set<Int32>) async throws {
        try await set(
            brokers.sorted().map { broker in
                resource(.broker, String(broker), [(Self.directoryRate, String(rate))])
            })
    }

    /// - Throws: if one can't be limited, for then nothing should move.
    private func set(_ resources: [Resource]) async throws {
        guard let (name, error) = await failures(resources).first else { return }
        throw CommandError(
            "The throttle of \(name) can't be set: \(error.message); nothing was moved, and --verify with the same file "
                + "removes the throttles that were set")
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

    /// Changes what can be changed; what can't, by name.
    private func failures(_ resources: [Resource]) async -> [(name: String, error: ClientError)] {
        guard !resources.isEmpty else { return [] }
        return await admin.incrementalAlterConfigs(resources).compactMap { resource, result in
            guard case .failure(let error) = result else { return nil }
            return ("\(resource.kind) \(resource.name)", error)
        }
    }
}
