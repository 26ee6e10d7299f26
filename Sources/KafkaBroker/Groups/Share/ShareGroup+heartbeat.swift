// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ShareGroup {
    /// A heartbeat's own contradictions.
    static func check(_ request: ShareGroupHeartbeatRequest) throws(GroupError) {
        func require(_ condition: Bool, _ message: String) throws(GroupError) {
            guard condition else { throw GroupError(.invalidRequest, message) }
        }
        func isBlank(_ text: String?) -> Bool { text.map { $0.allSatisfy(\.isWhitespace) } ?? false }

        try require(!isBlank(request.memberID), "MemberId can't be empty.")
        try require(!isBlank(request.groupID), "GroupId can't be empty.")
        try require(!isBlank(request.rackID), "RackId can't be empty.")
        switch request.memberEpoch {
        case 1..., MemberEpoch.leave: break
        case MemberEpoch.join:
            try require(
                request.subscribedTopicNames?.isEmpty == false,
                "SubscribedTopicNames must be set in first request.")
        default: try require(false, "MemberEpoch is invalid.")
        }
    }
}

extension ShareGroupDraft {
    /// A member joins, or shows that it is alive.
    mutating func heartbeat(
        _ request: ShareGroupHeartbeatRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) throws(GroupError) -> ShareGroupHeartbeatResponse {
        let memberID = request.memberID
        let limit = context.configuration.shareMaxGroupSize
        guard group.members.count < Int(limit) || group.members[memberID] != nil else {
            throw GroupError(
                .groupMaxSizeReached, "The share group has reached its maximum capacity of \(limit) members.")
        }
        let known = try member(memberID, epoch: request.memberEpoch)
        var member = known
        member.rackID = request.rackID ?? member.rackID
        member.topicNames = request.subscribedTopicNames.map { Set($0) } ?? member.topicNames
        (member.clientID, member.clientHost) = (client.clientID, client.host)
        let isNew = group.members[memberID] == nil
        if isNew {
            effects.note(
                "share group \(group.groupID.printable): \(memberID.printable) joins, a client at \(client.host)")
        }
        if isNew || member != known { emit(group.record(of: member)) }
        updateEpoch(begins: isNew || member.topicNames != known.topicNames, context)
        updateTargets(context)
        let updated = reconcile(memberID)

        effects.start(
            .session(groupID: group.groupID, memberID: memberID), after: context.shareSessionTimeoutMs(group.groupID))
        return ShareGroupHeartbeatResponse {
            $0.memberID = memberID
            $0.memberEpoch = updated.epoch
            $0.heartbeatIntervalMs = context.shareHeartbeatIntervalMs(group.groupID)
            if request.memberEpoch == MemberEpoch.join || updated.assigned != known.assigned {
                $0.assignment = updated.assigned.heartbeatAssignment
            }
        }
    }

    private func member(_ memberID: String, epoch: Int32) throws(GroupError) -> ShareGroup.Member {
        guard let member = group.members[memberID] else {
            guard epoch == MemberEpoch.join else {
                throw GroupError(
                    .unknownMemberID, "Member \(memberID) is not a member of group \(group.groupID).")
            }
            return ShareGroup.Member(memberID)
        }
        // The answer with the new epoch may have been lost.
        guard epoch == MemberEpoch.join || epoch == member.epoch || epoch == member.previousEpoch else {
            let comparison = epoch > member.epoch ? "greater" : "smaller"
            throw GroupError(
                .fencedMemberEpoch,
                "The share group member has a \(comparison) member epoch (\(epoch)) than the one known by the group "
                    + "coordinator (\(member.epoch)). The member must abandon all its partitions and rejoin.")
        }
        return member
    }

    /// Begins an epoch if it is asked for, or if there are other partitions to share.
    mutating func updateEpoch(begins: Bool, _ context: GroupContext) {
        let isStale = context.now >= group.refreshDeadline
        guard begins || isStale else { return }
        let hash = ShareGroup.hash(of: group.subscribedTopics(context.topics))
        let assigned = group.targets.values.reduce(into: Assignment()) { $0.merge($1) { $0.union($1) } }
        let isPending = !group.members.isEmpty && assigned != group.assignable(context.topics)
        if begins || isPending || hash != group.metadataHash {
            emit(group.epochRecord(group.epoch.addingSaturating(1), hash: hash))
        }
        setRefreshDeadline(context.now + ConsumerGroup.refreshIntervalMs)
    }

    /// Computes the target assignment of a new epoch.
    mutating func updateTargets(_ context: GroupContext) {
        guard group.epoch > group.targetEpoch else { return }
        let ids = Dictionary(group.subscribedTopics(context.topics).map { ($0.name, $0.id) }) { first, _ in first }
        let members = group.sortedMembers.map { member in
            AssignedMember(
                memberID: member.memberID, instanceID: nil, topicIDs: Set(member.topicNames.compactMap { ids[$0] }),
                current: group.targets[member.memberID] ?? [:])
        }
        let targets = SimpleShareAssignor.assign(members, partitions: group.assignable(context.topics))
        for member in members {
            let target = targets[member.memberID] ?? [:]
            if target != group.targets[member.memberID] { emit(group.targetRecord(member.memberID, target)) }
        }
        emit(group.targetEpochRecord(group.epoch))
    }

    /// Nobody has to give anything up first: the member has its target at once.
    private mutating func reconcile(_ memberID: String) -> ShareGroup.Member {
        var member = group.members[memberID] ?? ShareGroup.Member(memberID)
        guard member.epoch != group.targetEpoch else { return member }
        (member.previousEpoch, member.epoch) = (member.epoch, group.targetEpoch)
        member.assigned = group.targets[memberID] ?? [:]
        emit(group.currentRecord(of: member))
        return member
    }

    /// Removes a member, and begins an epoch without it.
    mutating func remove(_ memberID: String, _ context: GroupContext, _ effects: inout GroupEffects) {
        effects.note("share group \(group.groupID.printable): \(memberID.printable) is gone")
        for record in group.tombstones(ofMember: memberID) { emit(record) }
        effects.stop(.session(groupID: group.groupID, memberID: memberID))
        updateEpoch(begins: true, context)
    }
}

extension Assignment {
    fileprivate var heartbeatAssignment: ShareGroupHeartbeatResponse.Assignment {
        .init {
            $0.topicPartitions = sorted { $0.key < $1.key }.map { topicID, partitions in
                .init { ($0.topicID, $0.partitions) = (topicID, partitions.sorted()) }
            }
        }
    }
}

extension GroupContext {
    func shareSessionTimeoutMs(_ groupID: String) -> Int32 {
        topics.groupConfiguration(groupID)["share.session.timeout.ms"].flatMap { Int32($0) }
            ?? configuration.shareSessionTimeoutMs
    }

    func shareHeartbeatIntervalMs(_ groupID: String) -> Int32 {
        topics.groupConfiguration(groupID)["share.heartbeat.interval.ms"].flatMap { Int32($0) }
            ?? configuration.shareHeartbeatIntervalMs
    }
}
