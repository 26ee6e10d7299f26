// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ConsumerGroupDraft {
    /// Records what changed of a member, and begins a new epoch if the group now reads other topics.
    mutating func updateSubscription(
        of known: ConsumerGroup.Member, to member: ConsumerGroup.Member, _ context: GroupContext
    ) throws(GroupError) {
        let isNew = group.members[member.memberID] == nil
        var isChanged = member.topicNames != known.topicNames || member.topicRegex != known.topicRegex
        if isNew || member != known { emit(group.record(of: member)) }
        let isStale = context.now >= group.refreshDeadline
        guard isNew || isChanged || isStale else { return }
        if try updateExpressions(refreshing: isStale, context) { isChanged = true }
        updateTopics(beginEpoch: isNew || isChanged, context)
    }

    /// Compares the subscribed topics with the cluster, and begins a new epoch if they changed or it is asked for.
    mutating func updateTopics(beginEpoch: Bool, _ context: GroupContext) {
        var topics: [String: TopicFacts] = [:]
        for name in group.subscribedNames { topics[name] = context.topics.topic(named: name) }
        let isChanged = topics != group.topics
        if isChanged { emit(group.topicsRecord(topics)) }
        if isChanged || beginEpoch { emit(group.epochRecord(group.epoch.addingSaturating(1))) }
        setRefreshDeadline(context.now + ConsumerGroup.refreshIntervalMs)
    }

    /// Resolves regular expressions that are new or may stand for other topics now, and forgets unused ones.
    /// - Returns: whether an expression stands for other topics than before.
    mutating func updateExpressions(refreshing: Bool, _ context: GroupContext) throws(GroupError) -> Bool {
        var isChanged = false
        let used = group.usedExpressions
        for expression in used.sorted() where refreshing || group.expressions[expression] == nil {
            let pattern = try Self.pattern(expression)
            let topics = Set(context.topics.topicNames.filter { pattern.matches($0) && context.mayDescribe($0) })
            guard topics != group.expressions[expression]?.topics else { continue }
            isChanged = true
            emit(
                group.expressionRecord(
                    expression, .init(topics: topics, version: 0, timestamp: context.now)))
        }
        for expression in Set(group.expressions.keys).subtracting(used).sorted() {
            emit(group.expressionRecord(expression, nil))
        }
        return isChanged
    }

    private static func pattern(_ expression: String) throws(GroupError) -> Pattern {
        do throws(Pattern.SyntaxError) { return try Pattern(expression) } catch {
            throw GroupError(
                .invalidRegularExpression,
                "SubscribedTopicRegex `\(expression)` is not a valid regular expression: \(error).")
        }
    }

    /// Computes the target assignment of a new epoch.
    mutating func updateTargets(_ context: GroupContext) {
        guard group.epoch > group.targetEpoch else { return }
        let name = group.preferredAssignor(context.configuration.consumerAssignors.first ?? "uniform")
        let assignor = PartitionAssignors.byName[name] ?? UniformAssignor()
        let members = group.sortedMembers.map { member in
            AssignedMember(
                memberID: member.memberID, instanceID: member.instanceID,
                topicIDs: Set(group.subscription(of: member).compactMap { group.topics[$0]?.id }),
                current: group.targets[member.memberID] ?? [:])
        }
        let partitionCounts = Dictionary(group.topics.values.map { ($0.id, $0.partitionCount) }) { first, _ in first }
        let targets = assignor.assign(members, partitionCounts: partitionCounts)
        for member in members {
            let target = targets[member.memberID] ?? [:]
            if target != group.targets[member.memberID] { emit(group.targetRecord(member.memberID, target)) }
        }
        emit(group.targetEpochRecord(group.epoch))
    }

    /// Brings a member a step closer to its target.
    mutating func reconcile(
        _ memberID: String, owned: Assignment?, _ effects: inout GroupEffects
    ) throws(GroupError) -> ConsumerGroup.Member {
        guard let member = group.members[memberID] else { throw unknown(memberID) }
        if member.isReconciled(to: group.targetEpoch) { return member }
        let updated = try member.reconciled(
            to: group.targets[memberID] ?? [:], epoch: group.targetEpoch, owned: owned,
            taken: { group.ownedPartitions })
        guard updated != member else { return member }
        emit(group.currentRecord(of: updated))
        // Members of the classic protocol have other times to keep.
        guard !updated.usesClassicProtocol else { return updated }
        let timer = GroupTimer.rebalance(groupID: group.groupID, memberID: memberID)
        if updated.state == .unrevokedPartitions {
            effects.start(timer, after: updated.rebalanceTimeoutMs)
        } else {
            effects.stop(timer)
        }
        return updated
    }
}

// MARK: Leaving

extension ConsumerGroupDraft {
    /// Removes members, and begins an epoch without them.
    mutating func remove(_ memberIDs: [String], _ context: GroupContext, _ effects: inout GroupEffects) {
        guard !memberIDs.isEmpty else { return }
        for memberID in memberIDs {
            effects.note("group \(group.groupID.printable): \(memberID.printable) is gone")
            for record in group.tombstones(ofMember: memberID) { emit(record) }
            for timer in GroupTimer.all(ofMember: memberID, of: group.groupID) { effects.stop(timer) }
        }
        for expression in Set(group.expressions.keys).subtracting(group.usedExpressions).sorted() {
            emit(group.expressionRecord(expression, nil))
        }
        updateTopics(beginEpoch: true, context)
    }

    /// A static member goes for now: it keeps its assignment, for as long as its session lasts.
    mutating func leaveForNow(_ known: ConsumerGroup.Member) {
        var member = known
        member.epoch = MemberEpoch.leaveForNow
        member.pendingRevocation = [:]
        emit(group.currentRecord(of: member))
    }
}

extension GroupTimer {
    static func all(ofMember memberID: String, of groupID: String) -> [GroupTimer] {
        [
            .session(groupID: groupID, memberID: memberID), .rebalance(groupID: groupID, memberID: memberID),
            .memberJoin(groupID: groupID, memberID: memberID), .memberSync(groupID: groupID, memberID: memberID),
        ]
    }
}
