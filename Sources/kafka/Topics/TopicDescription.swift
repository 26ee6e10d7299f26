// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A topic with all its partitions, eligible leader replicas included where the cluster tells them (KIP-966).
struct TopicDescription: Sendable {
    var name: String
    var id: KafkaUUID
    var partitions: [DescribeTopicPartitionsResponse.Partition]

    /// Sorted by name, partitions by number; topics that the cluster does not describe are named.
    static func fetch(
        _ names: [String], pageSize: Int32, _ cluster: Cluster, _ context: Context
    ) async throws -> [TopicDescription] {
        do {
            return try await fetchPages(names, pageSize: pageSize, cluster, context)
        } catch let error as ClientError {
            guard case .unsupported = error.kind else { throw error }
            return try await fetchMetadata(names, cluster, context)
        }
    }

    private static func fetchPages(
        _ names: [String], pageSize: Int32, _ cluster: Cluster, _ context: Context
    ) async throws -> [TopicDescription] {
        var found: [String: TopicDescription] = [:]
        var cursor: DescribeTopicPartitionsRequest.Cursor?
        var place = ("", Int32.min)
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
                let name = topic.name ?? ""
                guard topic.errorCode == .none else {
                    context.fail(ClientError(topic.errorCode, "Topic '\(name)'").message)
                    continue
                }
                found[name, default: TopicDescription(name: name, id: topic.topicID, partitions: [])].partitions +=
                    topic.partitions
            }
            cursor = response.nextCursor.map { next in
                var cursor = DescribeTopicPartitionsRequest.Cursor()
                cursor.topicName = next.topicName
                cursor.partitionIndex = next.partitionIndex
                return cursor
            }
            if let cursor {
                let next = (cursor.topicName, cursor.partitionIndex)
                guard next > place else {
                    throw ClientError(.invalidResponse, "the broker goes round in circles describing \(next.0)")
                }
                place = next
            }
        } while cursor != nil
        return found.values.sorted { $0.name < $1.name }.map(\.sorted)
    }

    /// The way of clusters before Kafka 3.8.
    private static func fetchMetadata(
        _ names: [String], _ cluster: Cluster, _ context: Context
    ) async throws -> [TopicDescription] {
        try await cluster.describeTopics(names).compactMap { topic in
            guard topic.error == .none else {
                context.fail(ClientError(topic.error, "Topic '\(topic.name)'").message)
                return nil
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
        copy.partitions = copy.partitions.reduce(into: []) { partitions, partition in
            if partitions.last?.partitionIndex != partition.partitionIndex { partitions.append(partition) }
        }
        return copy
    }
}
