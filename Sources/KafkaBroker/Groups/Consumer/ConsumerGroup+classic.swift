// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Members that still use the classic protocol while a group migrates: their generation is the member epoch, a
/// JoinGroup is a heartbeat that reports what they own, and a SyncGroup fetches what they are assigned.
extension ConsumerGroupDraft {
    mutating func join(
        _ join: ClassicGroup.Join, _ context: GroupContext, _ effects: inout GroupEffects
    ) throws(GroupError) -> JoinGroupResponse {
        let request = join.request
        let memberID = join.memberID.isEmpty ? KafkaUUID.random().description : join.memberID
        try checkSize(memberID, context)
        guard group.supports(protocolType: request.protocolType, request.protocols.map(\.name)) else {
            throw GroupError(.inconsistentGroupProtocol, "Member \(memberID)'s protocols are not supported.")
        }
        if join.memberID.isEmpty && join.instanceID == nil && join.client.apiVersion >= 4 {
            return JoinGroupResponse(failing: .memberIDRequired, memberID: memberID)
        }
        let subscription = try ConsumerProtocolSubscription.decode(request.protocols[0].metadata)

        let known = try member(memberID, join)
        var member = known
        member.instanceID = join.instanceID ?? member.instanceID
        member.rackID = subscription.rackID ?? member.rackID
        if request.rebalanceTimeoutMs != -1 { member.rebalanceTimeoutMs = request.rebalanceTimeoutMs }
        member.topicNames = Set(subscription.topics)
        member.clientID = join.client.clientID
        member.clientHost = join.client.host
        member.classic = .init {
            $0.sessionTimeoutMs = request.sessionTimeoutMs
            $0.supportedProtocols = request.protocols.map { supported in
                .init {
                    $0.name = supported.name
                    $0.metadata = supported.metadata.detached
                }
            }
        }
        try updateSubscription(of: known, to: member, context)
        updateTargets(context)
        var owned: Assignment = [:]
        for topic in subscription.ownedPartitions {
            guard let facts = context.topics.topic(named: topic.topic) else { continue }
            owned[facts.id, default: []].formUnion(topic.partitions)
        }
        let updated = try reconcile(memberID, owned: owned, &effects)

        let groupID = group.groupID
        effects.stop(.memberJoin(groupID: groupID, memberID: memberID))
        effects.start(.session(groupID: groupID, memberID: memberID), after: request.sessionTimeoutMs)
        effects.start(.memberSync(groupID: groupID, memberID: memberID), after: request.rebalanceTimeoutMs)
        return JoinGroupResponse {
            $0.memberID = memberID
            $0.generationID = updated.epoch
            $0.protocolType = "consumer"
            $0.protocolName = request.protocols[0].name
        }
    }

    private mutating func member(
        _ memberID: String, _ join: ClassicGroup.Join
    ) throws(GroupError) -> ConsumerGroup.Member {
        guard let instanceID = join.instanceID else {
            return group.members[memberID] ?? ConsumerGroup.Member(memberID)
        }
        guard join.memberID.isEmpty else { return try staticMember(instanceID, memberID) }
        guard let current = group.staticMember(instanceID) else { return ConsumerGroup.Member(memberID) }
        return replace(current, by: memberID)
    }
}

extension ConsumerGroup {
    /// Whether a member of the classic protocol can be among those that the group has.
    fileprivate func supports(protocolType: String, _ protocols: [String]) -> Bool {
        guard protocolType == "consumer", !protocols.isEmpty else { return false }
        let classic = members.values.compactMap { $0.classic?.supportedProtocols.map(\.name) }
        return protocols.contains { name in classic.allSatisfy { $0.contains(name) } }
    }

    /// The member of the classic protocol that a request speaks for.
    private func classicMember(
        _ memberID: String, _ instanceID: String?, generationID: Int32
    ) throws(GroupError) -> Member {
        let draft = ConsumerGroupDraft(self)
        let found = try instanceID.map { instanceID throws(GroupError) in
            try draft.staticMember(instanceID, memberID)
        }
        guard let member = found ?? members[memberID] else { throw draft.unknown(memberID) }
        guard member.usesClassicProtocol else {
            throw GroupError(.unknownMemberID, "Member \(memberID) does not use the classic protocol.")
        }
        guard member.epoch == generationID else {
            throw GroupError(
                .illegalGeneration,
                "The request generation id \(generationID) is not equal to the member epoch \(member.epoch) of "
                    + "member \(memberID)."
            )
        }
        return member
    }

    func sync(
        _ request: SyncGroupRequest, _ context: GroupContext, _ effects: inout GroupEffects
    ) throws(GroupError) -> SyncGroupResponse {
        let member = try classicMember(
            request.memberID, request.groupInstanceID, generationID: request.generationID)
        let first = member.classic?.supportedProtocols.first
        guard request.protocolType ?? "consumer" == "consumer", request.protocolName ?? first?.name == first?.name
        else {
            throw GroupError(
                .inconsistentGroupProtocol, "The protocol is not the one that the member was told to use.")
        }
        // One that is giving partitions up has joined already, and will be told to join again when it needs to.
        if epoch > member.epoch && member.state != .unrevokedPartitions {
            startJoinTimer(member, &effects)
            throw GroupError(
                .rebalanceInProgress,
                "A new rebalance is triggered in group \(groupID) and member \(member.memberID) should rejoin to "
                    + "catch up."
            )
        }
        effects.stop(.memberSync(groupID: groupID, memberID: member.memberID))
        restartClassicSession(member, &effects)
        let assignment = try ConsumerProtocolAssignment.encoded(
            member.assigned, version: ConsumerProtocolSubscription.version(of: first?.metadata), context.topics)
        return SyncGroupResponse {
            $0.protocolType = request.protocolType
            $0.protocolName = request.protocolName
            $0.assignment = assignment
        }
    }

    func heartbeat(_ request: HeartbeatRequest, _ effects: inout GroupEffects) -> ErrorCode {
        let member: Member
        do throws(GroupError) {
            member = try classicMember(
                request.memberID, request.groupInstanceID, generationID: request.generationID)
        } catch { return error.code }
        restartClassicSession(member, &effects)
        let mustRejoin =
            member.epoch < epoch || member.state == .unrevokedPartitions
            || member.state == .unreleasedPartitions && !waitsForPartitions(member)
        guard mustRejoin else { return .none }
        startJoinTimer(member, &effects)
        return .rebalanceInProgress
    }

    private func startJoinTimer(_ member: Member, _ effects: inout GroupEffects) {
        effects.startUnlessRunning(
            .memberJoin(groupID: groupID, memberID: member.memberID), after: member.rebalanceTimeoutMs)
    }

    private func restartClassicSession(_ member: Member, _ effects: inout GroupEffects) {
        guard let timeout = member.classic?.sessionTimeoutMs else { return }
        effects.start(.session(groupID: groupID, memberID: member.memberID), after: timeout)
    }

    /// Whether some of the partitions that the member is to have still belong to another.
    private func waitsForPartitions(_ member: Member) -> Bool {
        let taken = ownedPartitions
        return (targets[member.memberID] ?? [:]).contains { topicID, partitions in
            !partitions.subtracting(member.assigned[topicID] ?? []).isDisjoint(with: taken[topicID] ?? [])
        }
    }

    /// Which member of the classic protocol is to leave.
    func leaving(_ identity: LeaveGroupRequest.MemberIdentity) throws(GroupError) -> Member {
        let draft = ConsumerGroupDraft(self)
        var member = members[identity.memberID]
        if let instanceID = identity.groupInstanceID {
            // An administrator names a static member by its instance only.
            member =
                identity.memberID.isEmpty
                ? staticMember(instanceID) : try draft.staticMember(instanceID, identity.memberID)
        }
        guard let member, member.usesClassicProtocol else { throw draft.unknown(identity.memberID) }
        return member
    }
}
