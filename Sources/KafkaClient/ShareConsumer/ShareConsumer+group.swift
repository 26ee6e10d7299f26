// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ShareConsumer {
    /// Joins the group and begins to heartbeat.
    func join() async throws(ClientError) {
        let interval = try await heartbeat()
        heartbeats = Task { await self.keepAlive(interval) }
    }

    private func keepAlive(_ first: Duration) async {
        var interval = first
        while !Task.isCancelled {
            do throws(ClientError) {
                try await pause(interval)
                interval = try await heartbeat()
            } catch {
                if !Task.isCancelled { failure = error }
                return
            }
        }
    }

    /// Tells the coordinator that the member is alive, and hears of its partitions; after how long the next is due.
    private func heartbeat() async throws(ClientError) -> Duration {
        let deadline = ContinuousClock.now + cluster.configuration.defaultAPITimeout
        var hasComeBack = false
        while true {
            let response = try await sendHeartbeat(epoch: memberEpoch)
            switch response.errorCode {
            case .none:
                memberEpoch = response.memberEpoch
                if let assignment = response.assignment { take(assignment) }
                return .milliseconds(Int64(max(response.heartbeatIntervalMs, 100)))
            case .unknownMemberID, .fencedMemberEpoch:
                // The group went on without this member: it comes back as a new one, with nothing in its hands.
                memberEpoch = 0
                assignment = [:]
                leaders = nil
                delivered = [:]
                guard ContinuousClock.now < deadline else { throw error(response.errorCode, response.errorMessage) }
                // At once, unless that is all that the coordinator says.
                if hasComeBack { try await pause(.milliseconds(100)) }
                hasComeBack = true
            case .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress:
                await cluster.forgetCoordinator(.group, configuration.group)
                guard ContinuousClock.now < deadline else { throw error(response.errorCode, response.errorMessage) }
                try await pause(.milliseconds(100))
            default: throw error(response.errorCode, response.errorMessage)
            }
        }
    }

    func leave() async throws(ClientError) { _ = try await sendHeartbeat(epoch: -1, within: .seconds(5)) }

    private func sendHeartbeat(
        epoch: Int32, within limit: Duration? = nil
    ) async throws(ClientError) -> ShareGroupHeartbeatResponse {
        let request = ShareGroupHeartbeatRequest {
            $0.groupID = configuration.group
            $0.memberID = memberID
            $0.memberEpoch = epoch
            // What has not changed need not be said again.
            if epoch == 0 {
                $0.rackID = configuration.rack
                $0.subscribedTopicNames = configuration.topics
            }
        }
        let deadline = ContinuousClock.now + (limit ?? cluster.configuration.defaultAPITimeout)
        let patience = min(limit ?? .longestSleep, cluster.configuration.requestTimeout)
        while true {
            // Whether the brokers know of share groups is told by the request, not by the search for a coordinator.
            if !isServed { isServed = try await cluster.version(of: ShareGroupHeartbeatRequest.self) != nil }
            do throws(ClientError) {
                let response = try await cluster.sendOnce(
                    request, to: isServed ? .group(configuration.group) : .any, timeout: patience)
                obstacles[.heartbeat] = nil
                return response
            } catch {
                obstacles[.heartbeat] = error
                guard error.isUnreachable || error.isRetriable, ContinuousClock.now < deadline else { throw error }
            }
            try await pause(.milliseconds(100))
        }
    }

    private func error(_ code: ErrorCode, _ message: String?) -> ClientError {
        ClientError(.broker(code), "group \(configuration.group): \(message ?? code.clientMessage)")
    }

    private func take(_ new: ShareGroupHeartbeatResponse.Assignment) {
        assignment = new.topicPartitions.reduce(into: [:]) { $0[$1.topicID, default: []] += $1.partitions }
        leaders = nil
    }

    /// The leaders of the member's partitions; those without one are left out, and looked for again.
    func findLeaders(within limit: Duration) async throws(ClientError) -> [TopicPartition: Int32] {
        if let leaders { return leaders }
        guard !assignment.isEmpty else { return [:] }
        let asked = assignment
        var found: [TopicPartition: Int32] = [:]
        var isComplete = true
        for topic in try await cluster.describeTopics(ids: Array(asked.keys), timeout: limit) where topic.error == .none
        {
            names[topic.topicID] = topic.name
            topicIDs[topic.name] = topic.topicID
            for index in asked[topic.topicID] ?? [] {
                if let leader = topic.partition(index)?.leader {
                    found[TopicPartition(topic.name, index)] = leader
                } else {
                    isComplete = false
                }
            }
        }
        // Heartbeats go on meanwhile and may have brought another assignment.
        if asked == assignment, isComplete { leaders = found }
        return found
    }
}
