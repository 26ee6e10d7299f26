// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// The topics that are copied, and their counterparts at the destination, which are created where they are missing.
struct CopyTopics: Sendable {
    /// Of the source.
    let topics: [TopicMetadata]
    let names: CopyNames

    var partitions: [TopicPartition] {
        topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.partition) } }
    }

    func id(of name: String) -> KafkaUUID { topics.first { $0.name == name }?.topicID ?? .zero }

    /// Configs that speak of the brokers of a cluster.
    private static let clusterConfigs: Set<String> = [
        "leader.replication.throttled.replicas", "follower.replication.throttled.replicas",
    ]

    /// - Parameter isWithin: whether the destination is the same cluster, where a copy may be none of what is copied.
    init(_ options: CopyCommand, from source: Cluster, isWithin: Bool) async throws {
        let names = options.topics
        let found = try await source.describeTopics(options.filter == nil ? names : nil).filter { topic in
            guard let filter = options.filter else { return true }
            return filter.allows(topic.name, excludeInternal: true)
                && !(isWithin && options.names.hasPrefix(topic.name))
        }
        for name in names {
            let topic = found.first { $0.name == name && $0.error != .unknownTopicOrPartition }
            if topic?.isInternal == true || TopicName.isInternal(name) {
                throw CommandError(
                    "Topic '\(name)' is Kafka's own, and can't be copied; --group copies groups' offsets")
            }
            if topic == nil { throw try await UnknownTopic.error(name, source) }
        }
        if found.isEmpty, let filter = options.filter {
            throw CommandError("No topic of the source matches '\(filter.text)'")
        }
        for topic in found where topic.error != .none {
            throw ClientError(.broker(topic.error), "Topic '\(topic.name)': \(topic.error.clientMessage)")
        }
        let sources = found.map(\.name)
        try options.names.check(sources)
        if isWithin, let name = sources.first(where: { sources.contains(options.names.there($0)) }) {
            throw CommandError(
                "Source and destination are the same cluster, and '\(name)' would be copied to "
                    + "'\(options.names.there(name))', which is copied itself; --rename and --prefix give other names")
        }
        topics = found
        self.names = options.names
    }

    /// Sees to it that each topic is at the destination, with as many partitions at least.
    func prepare(_ source: Cluster, _ destination: Cluster, creates: Bool, _ context: Context) async throws {
        let known = try await destination.describeTopics(topics.map { names.there($0.name) })
        var missing: [TopicMetadata] = []
        for topic in topics {
            guard let other = known.first(where: { $0.name == names.there(topic.name) }),
                other.error != .unknownTopicOrPartition
            else {
                missing.append(topic)
                continue
            }
            if other.error != .none {
                throw ClientError(
                    .broker(other.error), "Topic '\(other.name)' at the destination: \(other.error.clientMessage)")
            }
            guard other.partitions.count >= topic.partitions.count else {
                throw CommandError(
                    "Topic '\(topic.name)' has \(topic.partitions.count) partitions at the source, but only "
                        + "\(other.partitions.count) at the destination; kafka topics --alter --partitions adds some")
            }
        }
        guard !missing.isEmpty else { return }
        guard creates else {
            throw CommandError(
                "The destination has no topic \(missing.map { "'\(names.there($0.name))'" }.joined(separator: ", ")), and --no-create "
                    + "says not to create any")
        }
        let requests = try await requests(missing, Admin(source), context)
        for (name, result) in try await Admin(destination).createTopics(requests) {
            guard case .failure(let error) = result, error.errorCode != .topicAlreadyExists else { continue }
            throw CommandError("Topic '\(name)' can't be created at the destination: \(error.message)")
        }
    }

    /// With the configs that were given to the topics themselves.
    private func requests(
        _ missing: [TopicMetadata], _ admin: Admin, _ context: Context
    ) async throws -> [CreateTopicsRequest.Topic] {
        var requests: [CreateTopicsRequest.Topic] = []
        let described = await admin.describeConfigs(missing.map { ConfigResource(.topic, $0.name) })
        for (topic, (_, result)) in zip(missing, described) {
            var request = CreateTopicsRequest.Topic()
            request.name = names.there(topic.name)
            request.numPartitions = Int32(clamping: topic.partitions.count)
            request.replicationFactor = -1
            for config in try result.get() where config.configSource == 1 && !Self.clusterConfigs.contains(config.name)
            {
                if config.name == "message.timestamp.type", config.value == "LogAppendTime" {
                    context.warn(
                        "Topic '\(topic.name)' is created without message.timestamp.type=LogAppendTime, which would give "
                            + "its records the time of being copied.")
                    continue
                }
                var entry = CreateTopicsRequest.Config()
                entry.name = config.name
                entry.value = config.value
                request.configs.append(entry)
            }
            requests.append(request)
        }
        return requests
    }
}
