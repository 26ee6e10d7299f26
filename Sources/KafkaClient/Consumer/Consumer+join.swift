// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension Consumer {
    /// Joins in a task, so that a poll with a short timeout does not have to begin again: JoinGroup and SyncGroup, again
    /// and again until the group has settled.
    func startJoining() {
        Task {
            var backoff = cluster.retryBackoff
            while case .joinAgain(let afterPause) = await tryToJoin() {
                if afterPause {
                    try? await delay(backoff.next(), until: .now + .seconds(60), "joining the group")
                }
            }
        }
    }

    private func tryToJoin() async -> GroupDuty {
        do throws(ClientError) {
            return tell(.synced(try await joinOnce()))
        } catch {
            return tell(.joinFailed(error))
        }
    }

    private func joinOnce() async throws(ClientError) -> [TopicPartition] {
        if isClosed { throw .clientClosed }
        let topics = try await subscribedTopics()
        group?.topics.told = topics
        let connection = try await coordinatorConnection(lane: groupLane)
        guard let group else { throw .clientClosed }
        let identity = group.membership.identity
        let owned = assignment()
        let rackID = cluster.configuration.rackID
        let request = JoinGroupRequest {
            $0.groupID = group.id
            $0.sessionTimeoutMs = configuration.sessionTimeout.milliseconds32
            $0.rebalanceTimeoutMs = configuration.maxPollInterval.milliseconds32
            $0.memberID = identity.memberID
            $0.protocolType = ConsumerProtocol.type
        }
        let version = try connection.version(of: JoinGroupRequest.self)
        var complete = request
        if version >= 5 { complete.groupInstanceID = configuration.groupInstanceID }
        complete.protocols = try configuration.assignors.map { (assignor) throws(ClientError) in
            let metadata = try Self.coding("the subscription of group \(group.id)") { () throws(WireError) in
                try ConsumerProtocol.subscription(
                    assignor, topics: Array(topics), owned: owned, previous: group.previous,
                    generation: identity.generation, rackID: rackID)
            }
            return JoinGroupRequest.SupportedProtocol {
                $0.name = assignor.rawValue
                $0.metadata = metadata
            }
        }
        // The coordinator answers when all members are there, or the rebalance timeout is over.
        let response = try await connection.send(complete, timeout: configuration.maxPollInterval + .seconds(5))
        let isRefused = response.errorCode != .none
        tell(.joinAnswered(memberID: response.memberID, generation: isRefused ? nil : response.generationID))
        guard !isRefused else { throw ClientError(response.errorCode, "joining group \(group.id)") }
        let shared = response.leader == response.memberID ? self.group?.topics.shared ?? [:] : nil
        self.group?.topics.shared = shared
        let assignments = try await share(response)
        return try await sync(response, assignments, connection)
    }

    /// The leader shares out the partitions; the others leave it to the leader.
    private func share(_ response: JoinGroupResponse) async throws(ClientError) -> GroupAssignment {
        guard response.leader == response.memberID, !response.skipAssignment else { return [:] }
        guard let assignor = AssignorName(response.protocolName ?? "") else {
            throw ClientError(
                .broker(.inconsistentGroupProtocol),
                "the group has chosen the assignor \(response.protocolName ?? ""), which this client does not have")
        }
        let members = try response.members.map { (member) throws(ClientError) in
            try Self.coding("the subscription of member \(member.memberID)") { () throws(WireError) in
                try ConsumerProtocol.member(member.memberID, member.groupInstanceID, member.metadata, assignor)
            }
        }
        let counts = try await partitionCounts(Set(members.flatMap(\.topics)))
        group?.topics.shared = counts
        group?.topics.lookedAt = .now
        return assignor.assign(members, counts)
    }

    private func sync(
        _ joined: JoinGroupResponse, _ assignments: GroupAssignment, _ connection: Connection
    ) async throws(ClientError) -> [TopicPartition] {
        let groupID = group?.id ?? ""
        let encoded = try assignments.sorted { $0.key < $1.key }.map { (member, partitions) throws(ClientError) in
            let bytes = try Self.coding("the assignment of group \(groupID)") { () throws(WireError) in
                try ConsumerProtocol.assignment(partitions)
            }
            return SyncGroupRequest.Assignment {
                $0.memberID = member
                $0.assignment = bytes
            }
        }
        let version = try connection.version(of: SyncGroupRequest.self)
        let request = SyncGroupRequest {
            $0.groupID = groupID
            $0.generationID = joined.generationID
            $0.memberID = joined.memberID
            if version >= 3 { $0.groupInstanceID = configuration.groupInstanceID }
            $0.protocolType = ConsumerProtocol.type
            $0.protocolName = joined.protocolName
            $0.assignments = encoded
        }
        let response = try await connection.send(request, timeout: configuration.maxPollInterval + .seconds(5))
        guard response.errorCode == .none else { throw ClientError(response.errorCode, "joining group \(groupID)") }
        return try Self.coding("the assignment of group \(groupID)") { () throws(WireError) in
            try ConsumerProtocol.partitions(response.assignment)
        }
    }

    private static func coding<Value>(
        _ what: String, _ body: () throws(WireError) -> Value
    ) throws(ClientError) -> Value {
        do throws(WireError) { return try body() } catch {
            throw ClientError(.invalidResponse, "\(what) can't be encoded or decoded: \(error)")
        }
    }
}
