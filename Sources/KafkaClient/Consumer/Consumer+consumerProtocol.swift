// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// `group.protocol=consumer` (KIP-848): the coordinator shares out partitions, and heartbeats carry everything.
extension Consumer {
    /// The group's share in a poll: takes what the coordinator assigns.
    func pollConsumerGroup(deadline: ContinuousClock.Instant) async throws(ClientError) {
        while true {
            if let failure {
                self.failure = nil
                throw failure
            }
            if isClosed { return }
            if group?.hasLostPartitions == true { await loseAssignment() }
            if let target = group?.target {
                group?.target = nil
                await reconcile(target)
            }
            if group?.membership == .outside {
                group?.membership = .joining
                group?.generation = 0
                scheduleConsumerHeartbeat(after: .zero)
            }
            guard group?.membership == .joining, deadline > .now else { break }
            try await waitForSignal(until: deadline)
        }
        if group?.membership == .stable { autoCommit() }
    }

    /// Gives up what is not assigned any more, then takes what is new, and tells the coordinator.
    private func reconcile(_ target: [TopicPartition]) async {
        let owned = Set(partitions.keys)
        let assigned = Set(target)
        let revoked = owned.subtracting(assigned).sorted()
        if !revoked.isEmpty { await revoke(revoked) }
        let added = assigned.subtracting(owned).sorted()
        for partition in added { place(partition, .committed) }
        for name in Set(added.map(\.topic)) { staleTopics.insert(name) }
        group?.previous = target
        if !added.isEmpty || revoked.isEmpty { await group?.listener?.assigned(added) }
        group?.mustReportOwned = true
        scheduleConsumerHeartbeat(after: .zero)
    }

    private func loseAssignment() async {
        group?.hasLostPartitions = false
        let owned = assignment()
        guard !owned.isEmpty else { return }
        drop(owned)
        await group?.listener?.lost(owned)
    }

    // MARK: Heartbeats

    func scheduleConsumerHeartbeat(after delay: Duration) {
        stopHeartbeats()
        guard !isClosed else { return }
        group?.heartbeat = eventLoop.scheduleTask(in: delay.timeAmount) {
            self.assumeIsolated { consumer in
                _ = Task { await consumer.beatConsumerGroup() }
            }
        }
    }

    private func beatConsumerGroup() async {
        guard let group, !isClosed, !group.isBeating, group.membership != .outside else { return }
        if group.membership == .stable, hasStoppedPolling {
            await leaveConsumerGroup()
            return lose(memberID: group.memberID)
        }
        self.group?.isBeating = true
        var next = group.heartbeatInterval
        var request: ConsumerGroupHeartbeatRequest?
        var failed = false
        do throws(ClientError) {
            let isJoining = group.generation == 0
            let heartbeat = try await heartbeat(isJoining: isJoining)
            request = heartbeat
            let connection = try await coordinatorConnection(lane: groupLane)
            let response = try await connection.send(heartbeat, timeout: cluster.configuration.requestTimeout)
            if self.group?.membership == .outside { return finishBeat() }
            next = try await handle(response)
            note(.joining, nil)
        } catch {
            failed = true
            // The coordinator may not have heard what this one told.
            if request?.topicPartitions != nil { self.group?.mustReportOwned = true }
            if request?.subscribedTopicNames != nil { self.group?.mustRejoin = true }
            await cluster.forgetCoordinator(.group, group.id)
            next = max(cluster.configuration.retryBackoff, .milliseconds(100))
            if self.group?.membership == .joining { note(.joining, error) }
            if !error.isRetriable {
                fail(error)
            } else if group.lastHeartbeat + configuration.sessionTimeout < .now, group.membership == .stable {
                finishBeat()
                return lose(memberID: group.memberID)
            }
        }
        finishBeat()
        // What has been taken meanwhile is to be told at once, unless the coordinator can't be asked.
        if self.group?.mustReportOwned == true, !failed { next = .zero }
        if self.group?.membership != .outside { scheduleConsumerHeartbeat(after: next) }
    }

    private func finishBeat() { group?.isBeating = false }

    private func heartbeat(isJoining: Bool) async throws(ClientError) -> ConsumerGroupHeartbeatRequest {
        let topics = isJoining || group?.mustRejoin == true ? try await subscribedTopics().sorted() : nil
        let owned = isJoining ? [] : group?.mustReportOwned == true ? try await ownedByID() : nil
        if group?.memberID.isEmpty == true { group?.memberID = KafkaUUID.random().description }
        group?.mustReportOwned = false
        group?.mustRejoin = false
        if let topics { group?.toldTopics = Set(topics) }
        guard let group else { throw .clientClosed }
        return ConsumerGroupHeartbeatRequest {
            $0.groupID = group.id
            $0.memberID = group.memberID
            $0.memberEpoch = group.generation
            $0.subscribedTopicNames = topics
            $0.topicPartitions = owned
            if isJoining {
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

    /// - Returns: when to send the next heartbeat.
    private func handle(_ response: ConsumerGroupHeartbeatResponse) async throws(ClientError) -> Duration {
        // A coordinator that wants one every millisecond does not get it.
        let interval = Duration.milliseconds(max(Int(response.heartbeatIntervalMs), 0))
        switch response.errorCode {
        case .none:
            break
        case .fencedMemberEpoch, .unknownMemberID:
            group?.generation = 0
            group?.hasLostPartitions = true
            group?.membership = .joining
            signal()
            // At once, unless that is all that the coordinator says.
            let isFirst = group?.fencedBackoff.attempts == 0
            let wait = group?.fencedBackoff.next() ?? .zero
            return isFirst ? .zero : wait
        default:
            throw ClientError(response.errorCode, "group \(group?.id ?? "")", response.errorMessage)
        }
        group?.lastHeartbeat = .now
        if let id = response.memberID, !id.isEmpty { group?.memberID = id }
        group?.generation = response.memberEpoch
        if interval > .zero { group?.heartbeatInterval = max(interval, .milliseconds(50)) }
        if response.memberEpoch > 0, group?.membership == .stable { group?.fencedBackoff.reset() }
        group?.quietHeartbeats += 1
        if let assignment = response.assignment {
            group?.quietHeartbeats = 0
            group?.target = try await names(of: assignment)
            group?.membership = .stable
            signal()
        } else if group?.membership == .joining {
            // Nothing is assigned yet; the coordinator says so when it is.
            group?.quietHeartbeats = 0
            group?.membership = .stable
            signal()
        }
        return group?.heartbeatInterval ?? configuration.heartbeatInterval
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

    /// The epoch -1 says that the member leaves for good, -2 that a static one will be back.
    func leaveConsumerGroup() async {
        guard let group, !group.memberID.isEmpty, group.membership != .outside else { return }
        do throws(ClientError) {
            let connection = try await coordinatorConnection(lane: .control)
            _ = try await connection.send(
                ConsumerGroupHeartbeatRequest {
                    $0.groupID = group.id
                    $0.memberID = group.memberID
                    $0.memberEpoch = configuration.groupInstanceID == nil ? -1 : -2
                    $0.instanceID = configuration.groupInstanceID
                }, timeout: .seconds(5))
        } catch {
            // The session timeout does it then.
        }
    }
}
