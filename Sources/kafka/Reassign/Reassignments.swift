// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A partition on its way to other replicas.
typealias Reassignment = ListPartitionReassignmentsResponse.OngoingPartitionReassignment

extension Reassignment {
    /// Replicas that the partition has when it is at rest.
    static func replicationFactor(
        _ partition: DescribeTopicPartitionsResponse.Partition, _ move: Reassignment?
    ) -> Int {
        guard let move else { return partition.replicaNodes.count }
        let changing = Set(move.addingReplicas + move.removingReplicas)
        return partition.replicaNodes.contains(where: changing.contains)
            ? move.replicas.count - move.addingReplicas.count : partition.replicaNodes.count
    }
}

enum Reassignments {
    /// All that is under way; empty where the cluster can't or won't say.
    static func known(_ admin: Admin) async throws -> [TopicPartition: Reassignment] {
        do throws(ClientError) {
            return try await list(admin)
        } catch {
            guard error.isUnsupported || error.errorCode == .clusterAuthorizationFailed else { throw error }
            return [:]
        }
    }

    /// All that is under way.
    static func list(_ admin: Admin) async throws(ClientError) -> [TopicPartition: Reassignment] {
        var request = ListPartitionReassignmentsRequest()
        request.topics = nil
        let response = try await admin.send(request, to: .controller)
        if response.errorCode != .none {
            throw ClientError(response.errorCode, "listing reassignments", response.errorMessage)
        }
        var moves: [TopicPartition: Reassignment] = [:]
        for topic in response.topics {
            for partition in topic.partitions {
                moves[TopicPartition(topic.name, partition.partitionIndex)] = partition
            }
        }
        return moves
    }
}
