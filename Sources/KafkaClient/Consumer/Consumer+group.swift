// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension Consumer {
    /// Reads topics as a member of the group: their partitions are shared out among its members.
    /// - Throws: `.configuration` without a `group.id`.
    public func subscribe(_ topics: [String], listener: RebalanceListener? = nil) throws(ClientError) {
        try subscribe(.topics(Array(Set(topics)).sorted()), listener)
    }

    /// As `subscribe`, with all topics that match, also those to come.
    public func subscribe(
        matching pattern: @escaping @Sendable (String) -> Bool, listener: RebalanceListener? = nil
    ) throws(ClientError) {
        try subscribe(.pattern(pattern), listener)
    }

    private func subscribe(_ subscription: GroupState.Subscription, _ listener: RebalanceListener?) throws(ClientError)
    {
        guard group != nil else {
            throw ClientError(.configuration, "group.id is not set, which subscribing to topics needs")
        }
        group?.subscription = subscription
        group?.listener = listener
        group?.mustRejoin = true
        signal()
    }

    /// What identifies this member to the coordinator; nil outside of a group.
    public var groupMetadata: ConsumerGroupMetadata? {
        group.map { group in
            ConsumerGroupMetadata(
                groupID: group.id, generationID: group.generation, memberID: group.memberID,
                groupInstanceID: configuration.groupInstanceID)
        }
    }

    /// Whether the group leaves this member without partitions: it has joined, and two heartbeats since have brought
    /// nothing, as they would if others were giving up theirs for it. A later rebalance may still bring some.
    public var isIdleMember: Bool {
        guard let group, group.membership == .stable, !group.mustRejoin, group.target == nil else { return false }
        return partitions.isEmpty && group.quietHeartbeats >= 2
    }

    /// The group's share in a poll: rebalances, automatic commits.
    func pollGroup(deadline: ContinuousClock.Instant) async throws(ClientError) {
        guard let subscription = group?.subscription else { return }
        if case .none = subscription {
            // Partitions were assigned by hand; the group only keeps offsets.
            return autoCommit()
        }
        watchTopics()
        if configuration.groupProtocol == .consumer { return try await pollConsumerGroup(deadline: deadline) }
        while let group, group.mustRejoin || group.membership != .stable {
            switch group.membership {
            case .outside, .stable:
                try await prepareToJoin()
                startJoining()
            case .joining:
                // A member that keeps its partitions goes on reading them meanwhile.
                if deadline <= .now || group.isCooperative && !partitions.isEmpty { return autoCommit() }
                try await waitForSignal(until: deadline)
            case .joined(let joined):
                try await accept(joined)
            }
            if let failure {
                self.failure = nil
                throw failure
            }
            if isClosed { return }
        }
        autoCommit()
    }

    /// When there is something to do for the group that nobody signals; nil if there isn't.
    var nextDuty: ContinuousClock.Instant? {
        guard let group else { return nil }
        let commit = hasUncommitted && group.committing == nil ? group.nextAutoCommit : nil
        let watch = group.membership == .stable && !group.isWatching ? group.lastMetadata + metadataAge : nil
        return [commit, watch].compactMap { $0 }.min()
    }

    /// Before a rebalance: eager members give up everything, cooperative ones what they no longer want.
    private func prepareToJoin() async throws(ClientError) {
        guard let group else { return }
        let hasLost = group.hasLostPartitions
        stopHeartbeats()
        let owned = assignment()
        guard !owned.isEmpty else { return }
        if hasLost {
            self.group?.hasLostPartitions = false
            drop(owned)
            await group.listener?.lost(owned)
            return
        }
        let wanted = group.isCooperative ? try await subscribedTopics() : []
        let revoked = owned.filter { !wanted.contains($0.topic) }
        guard !revoked.isEmpty else { return }
        await revoke(revoked)
    }

    /// Gives up partitions in good order.
    func revoke(_ revoked: [TopicPartition]) async {
        // Whoever gets the partitions reads some records again if this fails, as at-least-once allows.
        _ = await commitBeforeRevoking(within: Self.partingTime)
        await group?.listener?.revoked(revoked)
        drop(revoked)
    }

    /// A rebalance has come to its end: take what it brought.
    private func accept(_ joined: JoinedGroup) async throws(ClientError) {
        group?.membership = .stable
        group?.quietHeartbeats = 0
        group?.generation = joined.generation
        cluster.debug?(
            .cgrp,
            "generation \(joined.generation): assigned \(joined.partitions.sorted().map(\.description).joined(separator: ", "))"
        )
        group?.previous = joined.partitions
        startHeartbeats()
        let owned = Set(partitions.keys)
        let assigned = Set(joined.partitions)
        let revoked = owned.subtracting(assigned).sorted()
        if !revoked.isEmpty {
            await revoke(revoked)
            // Others wait for these, and get them in the next rebalance.
            if group?.isCooperative == true { group?.mustRejoin = true }
        }
        let added = assigned.subtracting(owned).sorted()
        for name in Set(added.map(\.topic)) { staleTopics.insert(name) }
        for partition in added { place(partition, .committed) }
        group?.nextAutoCommit = .now + configuration.autoCommitInterval
        if !added.isEmpty || revoked.isEmpty { await group?.listener?.assigned(added) }
    }

    // MARK: Topics

    /// The topics that this member wants, as far as they exist for a pattern.
    func subscribedTopics() async throws(ClientError) -> Set<String> {
        switch group?.subscription {
        case .topics(let names): return Set(names)
        case .pattern(let matches):
            let found = try await cluster.describeTopics(nil)
            return Set(
                found.filter { topic in
                    matches(topic.name) && !(configuration.excludeInternalTopics && topic.isInternal)
                }.map(\.name))
        case .some(.none), nil: return []
        }
    }

    /// How often topics are looked at; at most a few times a second, whatever `metadata.max.age.ms` says.
    private var metadataAge: Duration { max(cluster.configuration.metadataMaxAge, .milliseconds(100)) }

    /// Now and then looks whether topics have appeared or grown, which calls for a rebalance; polling goes on meanwhile.
    private func watchTopics() {
        guard let group, group.membership == .stable, !group.isWatching, group.lastMetadata + metadataAge <= .now
        else { return }
        self.group?.lastMetadata = .now
        self.group?.isWatching = true
        Task {
            do throws(ClientError) {
                if try await haveTopicsChanged() {
                    self.group?.mustRejoin = true
                    if configuration.groupProtocol == .consumer { scheduleConsumerHeartbeat(after: .zero) }
                }
            } catch {
                // Looked at again after the next period; reading goes on.
                if !error.isRetriable { fail(error) }
            }
            self.group?.isWatching = false
            // Who waits in poll waits for the next look as well.
            signal()
        }
    }

    private func haveTopicsChanged() async throws(ClientError) -> Bool {
        guard let group else { return false }
        let wanted = try await subscribedTopics()
        // With group.protocol=consumer the coordinator watches the partitions itself.
        guard group.isLeader else { return wanted != group.toldTopics }
        return try await partitionCounts(wanted.union(group.assignedCounts.keys)) != group.assignedCounts
    }

    /// How many partitions each topic has; those that do not exist are left out.
    func partitionCounts(_ topics: Set<String>) async throws(ClientError) -> [String: Int32] {
        guard !topics.isEmpty else { return [:] }
        let found = try await cluster.describeTopics(
            topics.sorted(), allowAutoCreation: configuration.allowAutoCreateTopics)
        var counts: [String: Int32] = [:]
        for topic in found {
            switch topic.error {
            case .none: counts[topic.name] = Int32(topic.partitions.count)
            case .topicAuthorizationFailed, .invalidTopicException: throw Cluster.failure(topic)
            default: break
            }
        }
        return counts
    }
}
