// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

@testable import KafkaBroker

extension ShardDriver {
    typealias Heartbeat = ConsumerGroupHeartbeatRequest

    @discardableResult
    mutating func heartbeat(
        _ request: Heartbeat, version: Int16 = 1, client: String = "client"
    ) -> ConsumerGroupHeartbeatResponse {
        let client = GroupClient(clientID: client, host: "/127.0.0.1", apiVersion: version)
        return perform { shard, context, effects in shard.heartbeat(request, client, context, &effects) }
    }

    /// The first heartbeat of a member.
    @discardableResult
    mutating func joinConsumer(
        _ memberID: String, _ topics: [String]? = ["orders"], regex: String? = nil, instance: String? = nil,
        assignor: String? = nil, group: String = group, rebalance: Int32 = 60_000
    ) -> ConsumerGroupHeartbeatResponse {
        heartbeat(
            Heartbeat {
                $0.groupID = group
                $0.memberID = memberID
                $0.instanceID = instance
                $0.rebalanceTimeoutMs = rebalance
                $0.subscribedTopicNames = topics
                $0.subscribedTopicRegex = regex
                $0.serverAssignor = assignor
                $0.topicPartitions = []
            })
    }

    /// A heartbeat of a member that has nothing new to say but, perhaps, what it owns.
    @discardableResult
    mutating func beat(
        _ memberID: String, epoch: Int32, owned: [String: [Int32]]? = nil, instance: String? = nil,
        group: String = group
    ) -> ConsumerGroupHeartbeatResponse {
        let topics = self.topics
        return heartbeat(
            Heartbeat {
                $0.groupID = group
                $0.memberID = memberID
                $0.memberEpoch = epoch
                $0.instanceID = instance
                $0.topicPartitions = owned?.sorted { $0.key < $1.key }.map { name, partitions in
                    Heartbeat.TopicPartitions {
                        $0.topicID = topics.topic(named: name)!.id
                        $0.partitions = partitions
                    }
                }
            })
    }

    func consumer(_ group: String = group) -> ConsumerGroup { shard.consumerGroups[group]! }

    /// Partitions of a topic by its name.
    func assignment(_ partitions: [String: [Int32]]) -> Assignment {
        Assignment(
            uniqueKeysWithValues: partitions.map { (topics.topic(named: $0.key)!.id, Set($0.value)) })
    }

    func assigned(_ response: ConsumerGroupHeartbeatResponse) -> Assignment? {
        response.assignment.map { assignment in
            Assignment(uniqueKeysWithValues: assignment.topicPartitions.map { ($0.topicID, Set($0.partitions)) })
        }
    }

    /// Heartbeats of every member, as clients send them, until nothing changes: each reports what it was assigned.
    mutating func converge(_ group: String = group, rounds: Int = 20) {
        for _ in 0..<rounds where shard.consumerGroups[group]?.state != .stable {
            for member in shard.consumerGroups[group]!.sortedMembers where member.epoch >= 0 {
                let owned = Dictionary(
                    uniqueKeysWithValues: member.assigned.compactMap { topicID, partitions in
                        topics.topic(id: topicID).map { ($0.name, partitions.sorted()) }
                    })
                beat(member.memberID, epoch: member.epoch, owned: owned, instance: member.instanceID, group: group)
            }
        }
    }

    func describedConsumer(_ group: String = group) -> ConsumerGroupDescribeResponse.DescribedGroup {
        shard.describeConsumerGroup(group, configuration, topics)
    }
}
