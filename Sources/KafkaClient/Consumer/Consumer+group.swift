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
        tell(.topicsChanged)
        signal()
    }

    /// What identifies this member to the coordinator; nil outside of a group.
    public var groupMetadata: ConsumerGroupMetadata? {
        group.map { group in
            ConsumerGroupMetadata(
                groupID: group.id, generationID: group.membership.identity.generation,
                memberID: group.membership.identity.memberID, groupInstanceID: configuration.groupInstanceID)
        }
    }

    /// Tells the membership what has happened, and does at once what it says.
    /// - Returns: what the caller goes on with.
    @discardableResult
    func tell(_ event: GroupEvent) -> GroupDuty {
        let wasMember = group?.membership.isMember ?? false
        guard let orders = group?.membership.handle(event, at: .now) else { return .none }
        switch event {
        case .polled, .topicsChanged, .heartbeatDue, .heartbeatFailed, .commitRefused: break
        case .heartbeatAccepted(let answer, _) where wasMember && answer.assignment == nil: group?.quietHeartbeats += 1
        default: group?.quietHeartbeats = 0
        }
        for action in orders.actions { perform(action) }
        return orders.duty
    }

    private func perform(_ action: GroupAction) {
        switch action {
        case .scheduleHeartbeat(let pause): scheduleHeartbeat(after: pause)
        case .scheduleRejoin(let fencings):
            var backoff = Backoff(.milliseconds(100), .seconds(5), attempts: fencings)
            scheduleHeartbeat(after: backoff.next())
        case .stopHeartbeats: stopHeartbeats()
        case .forgetCoordinator:
            let id = group?.id ?? ""
            cluster.assumeIsolated { $0.forgetCoordinator(.group, id) }
        case .signal: signal()
        case .fail(let error): fail(error)
        case .obstacle(let error): note(.joining, error)
        }
    }

    /// Whether the group leaves this member without partitions: it has joined, and two heartbeats since have brought
    /// nothing, as they would if others were giving up theirs for it. A later rebalance may still bring some.
    public var isIdleMember: Bool {
        guard let group, group.membership.isMember else { return false }
        return partitions.isEmpty && group.quietHeartbeats >= 2
    }

    /// The group's share in a poll: rebalances, automatic commits.
    func pollGroup(deadline: ContinuousClock.Instant) async throws(ClientError) {
        guard let group else { return }
        // Partitions that were assigned by hand: the group only keeps offsets.
        if case .none = group.subscription { return autoCommit() }
        watchTopics()
        while true {
            if let failure {
                self.failure = nil
                throw failure
            }
            if isClosed { return }
            switch tell(.polled) {
            case .read:
                return autoCommit()
            case .wait:
                // A member that keeps its partitions goes on reading them meanwhile.
                if deadline <= .now || group.isCooperative && !partitions.isEmpty { return autoCommit() }
                try await waitForSignal(until: deadline)
            case .giveUp:
                await loseAssignment()
                tell(.gaveUp)
            case .prepare:
                try await prepareToJoin()
                if tell(.prepared) == .join { startJoining() }
            case .take(let partitions):
                tell(.took(hasRevoked: await take(partitions)))
            case .none, .join, .joinAgain, .heartbeat, .leave:
                return
            }
        }
    }

    /// When there is something to do for the group that nobody signals; nil if there isn't.
    var nextDuty: ContinuousClock.Instant? {
        guard let group else { return nil }
        let commit = hasUncommitted && group.commits.underway == nil ? group.commits.next : nil
        let isWatching = group.membership.isMember && !group.topics.isLooking
        let watch = isWatching ? group.topics.lookedAt + metadataAge : nil
        return [commit, watch].compactMap { $0 }.min()
    }

    private func loseAssignment() async {
        let owned = assignment()
        guard !owned.isEmpty else { return }
        drop(owned)
        await group?.listener?.lost(owned)
    }

    /// Before a rebalance: eager members give up everything, cooperative ones what they no longer want.
    private func prepareToJoin() async throws(ClientError) {
        let owned = assignment()
        guard let group, !owned.isEmpty else { return }
        let wanted = group.isCooperative ? try await subscribedTopics() : []
        let revoked = owned.filter { !wanted.contains($0.topic) }
        guard !revoked.isEmpty else { return }
        await revoke(revoked)
    }

    /// Gives up partitions in good order.
    private func revoke(_ revoked: [TopicPartition]) async {
        // Whoever gets the partitions reads some records again if this fails, as at-least-once allows.
        _ = await commitBeforeRevoking(within: Self.partingTime)
        await group?.listener?.revoked(revoked)
        drop(revoked)
    }

    /// Gives up what the group does not assign any more, then takes what is new.
    /// - Returns: whether something was given up.
    private func take(_ assigned: [TopicPartition]) async -> Bool {
        cluster.debug?(
            .cgrp,
            "generation \(group?.membership.identity.generation ?? -1): assigned "
                + assigned.sorted().map(\.description).joined(separator: ", "))
        group?.previous = assigned
        let owned = Set(partitions.keys)
        let revoked = owned.subtracting(assigned).sorted()
        if !revoked.isEmpty { await revoke(revoked) }
        let added = Set(assigned).subtracting(owned).sorted()
        for name in Set(added.map(\.topic)) { staleTopics.insert(name) }
        for partition in added { place(partition, .committed) }
        if configuration.groupProtocol == .classic { group?.commits.next = .now + configuration.autoCommitInterval }
        if !added.isEmpty || revoked.isEmpty { await group?.listener?.assigned(added) }
        return !revoked.isEmpty
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
        guard let group, group.membership.isMember, !group.topics.isLooking,
            group.topics.lookedAt + metadataAge <= .now
        else { return }
        self.group?.topics.lookedAt = .now
        self.group?.topics.isLooking = true
        Task {
            do throws(ClientError) {
                if try await haveTopicsChanged() { tell(.topicsChanged) }
            } catch {
                // Looked at again after the next period; reading goes on.
                if !error.isRetriable { fail(error) }
            }
            self.group?.topics.isLooking = false
            // Who waits in poll waits for the next look as well.
            signal()
        }
    }

    private func haveTopicsChanged() async throws(ClientError) -> Bool {
        guard let group else { return false }
        let wanted = try await subscribedTopics()
        // With group.protocol=consumer the coordinator watches the partitions itself.
        guard let shared = group.topics.shared else { return wanted != group.topics.told }
        return try await partitionCounts(wanted.union(shared.keys)) != shared
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
