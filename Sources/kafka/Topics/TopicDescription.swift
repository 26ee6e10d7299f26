// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A topic with all its partitions, eligible leader replicas included where the cluster tells them (KIP-966).
struct TopicDescription: Sendable {
    var name: String
    var id: KafkaUUID
    var partitions: [DescribeTopicPartitionsResponse.Partition]

    /// Sorted by name, partitions by number.
    static func fetch(_ names: [String], pageSize: Int32, _ cluster: Cluster) async throws -> [TopicDescription] {
        do {
            return try await fetchPages(names, pageSize: pageSize, cluster)
        } catch let error as ClientError {
            guard case .unsupported = error.kind else { throw error }
            return try await fetchMetadata(names, cluster)
        }
    }

    private static func fetchPages(
        _ names: [String], pageSize: Int32, _ cluster: Cluster
    ) async throws -> [TopicDescription] {
        var found: [String: TopicDescription] = [:]
        var cursor: DescribeTopicPartitionsRequest.Cursor?
        repeat {
            var request = DescribeTopicPartitionsRequest()
            request.topics = names.sorted().filter { $0 >= cursor?.topicName ?? "" }.map { name in
                var topic = DescribeTopicPartitionsRequest.TopicRequest()
                topic.name = name
                return topic
            }
            request.responsePartitionLimit = pageSize
            request.cursor = cursor
            let response = try await cluster.send(request)
            for topic in response.topics {
                guard topic.errorCode == .none else {
                    throw ClientError(
                        .broker(topic.errorCode), "Topic '\(topic.name ?? "")': \(topic.errorCode.clientMessage)")
                }
                let name = topic.name ?? ""
                found[name, default: TopicDescription(name: name, id: topic.topicID, partitions: [])].partitions +=
                    topic.partitions
            }
            cursor = response.nextCursor.map { next in
                var cursor = DescribeTopicPartitionsRequest.Cursor()
                cursor.topicName = next.topicName
                cursor.partitionIndex = next.partitionIndex
                return cursor
            }
        } while cursor != nil
        return found.values.sorted { $0.name < $1.name }.map(\.sorted)
    }

    /// The way of clusters before Kafka 3.8.
    private static func fetchMetadata(_ names: [String], _ cluster: Cluster) async throws -> [TopicDescription] {
        try await cluster.describeTopics(names).map { topic in
            guard topic.error == .none else {
                throw ClientError(.broker(topic.error), "Topic '\(topic.name)': \(topic.error.clientMessage)")
            }
            let partitions = topic.partitions.map { partition in
                var entry = DescribeTopicPartitionsResponse.Partition()
                entry.partitionIndex = partition.partition
                entry.leaderID = partition.leader ?? -1
                entry.leaderEpoch = partition.leaderEpoch
                entry.replicaNodes = partition.replicas
                entry.isrNodes = partition.isr
                entry.eligibleLeaderReplicas = nil
                entry.lastKnownElr = nil
                entry.offlineReplicas = partition.offlineReplicas
                return entry
            }
            return TopicDescription(name: topic.name, id: topic.topicID, partitions: partitions).sorted
        }
    }

    private var sorted: TopicDescription {
        var copy = self
        copy.partitions.sort { $0.partitionIndex < $1.partitionIndex }
        return copy
    }
}
