// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ConsumerGroup {
    /// A heartbeat's own contradictions.
    static func check(
        _ request: ConsumerGroupHeartbeatRequest, apiVersion: Int16, _ configuration: GroupCoordinatorConfiguration
    ) throws(GroupError) {
        func require(_ condition: Bool, _ message: String) throws(GroupError) {
            guard condition else { throw GroupError(.invalidRequest, message) }
        }
        func isBlank(_ text: String?) -> Bool { text.map { $0.allSatisfy(\.isWhitespace) } ?? false }

        // Since version 1 members make their own ids (KIP-1082).
        try require(apiVersion < 1 || !isBlank(request.memberID), "MemberId can't be empty.")
        try require(!isBlank(request.groupID), "GroupId can't be empty.")
        try require(!isBlank(request.instanceID), "InstanceId can't be empty.")
        try require(!isBlank(request.rackID), "RackId can't be empty.")
        switch request.memberEpoch {
        case 1..., MemberEpoch.leave:
            try require(!isBlank(request.memberID), "MemberId can't be empty.")
        case MemberEpoch.join:
            try require(request.rebalanceTimeoutMs != -1, "RebalanceTimeoutMs must be provided in first request.")
            try require(request.topicPartitions == [], "TopicPartitions must be empty when (re-)joining.")
            try require(
                request.subscribedTopicNames != nil || request.subscribedTopicRegex != nil,
                "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")
        case MemberEpoch.leaveForNow:
            try require(!isBlank(request.memberID), "MemberId can't be empty.")
            try require(request.instanceID != nil, "InstanceId can't be null.")
        default:
            try require(false, "MemberEpoch is invalid.")
        }
        guard let name = request.serverAssignor else { return }
        guard configuration.consumerAssignors.contains(name) else {
            let supported = configuration.consumerAssignors.joined(separator: ", ")
            throw GroupError(
                .unsupportedAssignor,
                "ServerAssignor \(name) is not supported. Supported assignors: \(supported).")
        }
    }
}

extension ConsumerGroupDraft {
    /// A member joins, reports what it owns, or shows that it is alive.
    mutating func heartbeat(
        _ request: ConsumerGroupHeartbeatRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) throws(GroupError) -> ConsumerGroupHeartbeatResponse {
        // Version 0 leaves it to the coordinator to make an id.
        let memberID = request.memberID.isEmpty ? KafkaUUID.random().description : request.memberID
        try checkSize(memberID, context)
        let owned = request.topicPartitions.map { topics in
            Assignment(topics.map { ($0.topicID, Set($0.partitions)) }) { $0.union($1) }
        }
        let isJoining = request.memberEpoch == MemberEpoch.join
        let known = try member(
            memberID, request.instanceID, epoch: request.memberEpoch, owned: owned, isJoining: isJoining)

        var member = known
        member.instanceID = request.instanceID ?? member.instanceID
        member.rackID = request.rackID ?? member.rackID
        if request.rebalanceTimeoutMs != -1 { member.rebalanceTimeoutMs = request.rebalanceTimeoutMs }
        member.serverAssignor = request.serverAssignor ?? member.serverAssignor
        member.topicNames = request.subscribedTopicNames.map { Set($0) } ?? member.topicNames
        member.topicRegex = request.subscribedTopicRegex ?? member.topicRegex
        member.clientID = client.clientID
        member.clientHost = client.host
        member.classic = nil
        if group.members[memberID] == nil {
            effects.note("group \(group.groupID.printable): \(memberID.printable) joins, a client at \(client.host)")
        }
        let epoch = group.epoch
        try updateSubscription(of: known, to: member, context)
        updateTargets(context)
        let updated = try reconcile(memberID, owned: owned, &effects)
        if group.epoch != epoch {
            effects.note(
                "group \(group.groupID.printable): epoch \(group.epoch) of \(group.members.count) members, \(group.topics.count) topics"
            )
        }

        effects.start(
            .session(groupID: group.groupID, memberID: memberID),
            after: context.consumerSessionTimeoutMs(group.groupID))
        // A member that knows nothing of its assignment sends all its fields.
        let isFull =
            isJoining
            || request.rebalanceTimeoutMs != -1 && owned != nil
                && (request.subscribedTopicNames != nil || request.subscribedTopicRegex != nil)
        return ConsumerGroupHeartbeatResponse {
            $0.memberID = memberID
            $0.memberEpoch = updated.epoch
            $0.heartbeatIntervalMs = context.consumerHeartbeatIntervalMs(group.groupID)
            guard isFull || updated.assigned != known.assigned else { return }
            $0.assignment = ConsumerGroupHeartbeatResponse.Assignment {
                $0.topicPartitions = updated.assigned.sorted { $0.key < $1.key }.map { topicID, partitions in
                    ConsumerGroupHeartbeatResponse.TopicPartitions {
                        $0.topicID = topicID
                        $0.partitions = partitions.sorted()
                    }
                }
            }
        }
    }

    func checkSize(_ memberID: String, _ context: GroupContext) throws(GroupError) {
        let limit = context.configuration.consumerMaxGroupSize
        guard group.members.count < Int(limit) || group.members[memberID] != nil else {
            throw GroupError(
                .groupMaxSizeReached, "The consumer group has reached its maximum capacity of \(limit) members.")
        }
    }
}

// MARK: Members

extension ConsumerGroupDraft {
    /// The member that a request speaks for, new if it is joining; a static one takes over from its predecessor.
    private mutating func member(
        _ memberID: String, _ instanceID: String?, epoch: Int32, owned: Assignment?, isJoining: Bool
    ) throws(GroupError) -> ConsumerGroup.Member {
        guard let instanceID else {
            guard let member = group.members[memberID] else {
                guard isJoining else { throw unknown(memberID) }
                return ConsumerGroup.Member(memberID)
            }
            try Self.check(member, epoch: epoch, owned: owned)
            return member
        }
        guard isJoining else {
            let member = try staticMember(instanceID, memberID)
            try Self.check(member, epoch: epoch, owned: owned)
            return member
        }
        guard let current = group.staticMember(instanceID) else {
            return group.members[memberID] ?? ConsumerGroup.Member(memberID)
        }
        guard current.usesClassicProtocol || current.epoch == MemberEpoch.leaveForNow else {
            throw GroupError(
                .unreleasedInstanceID,
                "Static member \(memberID) with instance id \(instanceID) cannot join the group because the "
                    + "instance id is owned by \(current.memberID) member."
            )
        }
        return replace(current, by: memberID)
    }

    func unknown(_ memberID: String) -> GroupError {
        GroupError(.unknownMemberID, "Member \(memberID) is not a member of group \(group.groupID).")
    }

    /// The member with an instance, if it has the id that it should.
    func staticMember(_ instanceID: String, _ memberID: String) throws(GroupError) -> ConsumerGroup.Member {
        guard let member = group.staticMember(instanceID) else {
            throw GroupError(.unknownMemberID, "Instance id \(instanceID) is unknown.")
        }
        guard member.memberID == memberID else {
            throw GroupError(
                .fencedInstanceID,
                "Static member \(memberID) with instance id \(instanceID) was fenced by member \(member.memberID).")
        }
        return member
    }

    /// Gives a static member a new id, with everything it had.
    mutating func replace(_ current: ConsumerGroup.Member, by memberID: String) -> ConsumerGroup.Member {
        let member = ConsumerGroup.Member(current, renamed: memberID)
        let target = group.targets[current.memberID] ?? [:]
        for record in group.tombstones(ofMember: current.memberID) { emit(record) }
        emit(group.record(of: member))
        emit(group.targetRecord(memberID, target))
        emit(group.currentRecord(of: member))
        return member
    }

    private static func check(
        _ member: ConsumerGroup.Member, epoch: Int32, owned: Assignment?
    ) throws(GroupError) {
        if epoch == member.epoch { return }
        // The answer with the new epoch may have been lost.
        if epoch < member.epoch, epoch == member.previousEpoch, let owned, owned.isContained(in: member.assigned) {
            return
        }
        let comparison = epoch > member.epoch ? "greater" : "smaller"
        throw GroupError(
            .fencedMemberEpoch,
            "The consumer group member has a \(comparison) member epoch (\(epoch)) than the one known by the group "
                + "coordinator (\(member.epoch)). The member must abandon all its partitions and rejoin."
        )
    }
}

extension GroupContext {
    func consumerSessionTimeoutMs(_ groupID: String) -> Int32 {
        topics.groupConfiguration(groupID)["consumer.session.timeout.ms"].flatMap { Int32($0) }
            ?? configuration.consumerSessionTimeoutMs
    }

    func consumerHeartbeatIntervalMs(_ groupID: String) -> Int32 {
        topics.groupConfiguration(groupID)["consumer.heartbeat.interval.ms"].flatMap { Int32($0) }
            ?? configuration.consumerHeartbeatIntervalMs
    }
}
