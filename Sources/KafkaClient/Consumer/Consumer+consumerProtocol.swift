// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// `group.protocol=consumer` (KIP-848): the coordinator shares out partitions, and heartbeats carry everything.
extension Consumer {
    /// - Returns: what the coordinator answers.
    func sendConsumer(_ heartbeat: Heartbeat) async throws(ClientError) -> GroupEvent {
        let request = try await request(heartbeat)
        let connection = try await coordinatorConnection(lane: groupLane)
        let response = try await connection.send(request, timeout: cluster.configuration.requestTimeout)
        guard response.errorCode == .none else {
            let error = ClientError(response.errorCode, "group \(request.groupID)", response.errorMessage)
            return .heartbeatRefused(error, number: heartbeat.number)
        }
        var answer = HeartbeatAnswer(memberID: response.memberID ?? "", epoch: response.memberEpoch)
        // A coordinator that wants one every millisecond does not get it.
        if response.heartbeatIntervalMs > 0 {
            answer.interval = max(.milliseconds(Int(response.heartbeatIntervalMs)), .milliseconds(50))
        }
        if let assignment = response.assignment { answer.assignment = try await names(of: assignment) }
        return .heartbeatAccepted(answer, number: heartbeat.number)
    }

    private func request(_ heartbeat: Heartbeat) async throws(ClientError) -> ConsumerGroupHeartbeatRequest {
        let topics = heartbeat.tellsTopics ? try await subscribedTopics().sorted() : nil
        let owned = heartbeat.isJoining ? [] : heartbeat.tellsPartitions ? try await ownedByID() : nil
        if let topics { group?.topics.told = Set(topics) }
        let id = group?.id ?? ""
        return ConsumerGroupHeartbeatRequest {
            $0.groupID = id
            $0.memberID = heartbeat.identity.memberID
            $0.memberEpoch = heartbeat.identity.generation
            $0.subscribedTopicNames = topics
            $0.topicPartitions = owned
            if heartbeat.isJoining {
                $0.instanceID = configuration.groupInstanceID
                $0.rackID = cluster.configuration.rackID.isEmpty ? nil : cluster.configuration.rackID
                $0.rebalanceTimeoutMs = configuration.maxPollInterval.milliseconds32
                $0.serverAssignor = configuration.remoteAssignor
            }
        }
    }

    private func ownedByID() async throws(ClientError) -> [ConsumerGroupHeartbeatRequest.TopicPartitions] {
        var owned: [ConsumerGroupHeartbeatRequest.TopicPartitions] = []
        for (topic, indexes) in partitions.keys.byTopic {
            let id = try await cluster.topic(topic).topicID
            owned.append(
                ConsumerGroupHeartbeatRequest.TopicPartitions {
                    $0.topicID = id
                    $0.partitions = indexes
                })
        }
        return owned
    }

    private func names(
        of assignment: ConsumerGroupHeartbeatResponse.Assignment
    ) async throws(ClientError) -> [TopicPartition] {
        let ids = assignment.topicPartitions.map(\.topicID)
        var names = await cluster.topicNames(ids)
        let missing = ids.filter { names[$0] == nil }
        if !missing.isEmpty {
            for topic in try await cluster.describeTopics(ids: missing) where topic.error == .none {
                names[topic.topicID] = topic.name
            }
        }
        return assignment.topicPartitions.flatMap { topic in
            // A topic that has just been deleted is on its way out of the assignment.
            names[topic.topicID].map { name in topic.partitions.map { TopicPartition(name, $0) } } ?? []
        }
    }

    /// The last heartbeat, with the epoch that says why.
    func consumerLeave(_ groupID: String, _ identity: MemberIdentity) -> ConsumerGroupHeartbeatRequest {
        ConsumerGroupHeartbeatRequest {
            $0.groupID = groupID
            $0.memberID = identity.memberID
            $0.memberEpoch = identity.generation
            $0.instanceID = configuration.groupInstanceID
        }
    }
}
