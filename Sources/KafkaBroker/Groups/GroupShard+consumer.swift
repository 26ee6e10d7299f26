// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension GroupShard {
    mutating func heartbeat(
        _ request: ConsumerGroupHeartbeatRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> ConsumerGroupHeartbeatResponse {
        do throws(GroupError) {
            try ConsumerGroup.check(request, apiVersion: client.apiVersion, context.configuration)
            switch request.memberEpoch {
            case MemberEpoch.leave, MemberEpoch.leaveForNow:
                return try leave(request, context, &effects)
            default:
                var draft = try draft(
                    of: request.groupID, creating: request.memberEpoch == MemberEpoch.join, context, &effects)
                let response = try draft.heartbeat(request, client, context, &effects)
                commit(draft, nil, &effects)
                return response
            }
        } catch {
            let refusal = error
            // Nothing of what led to the error is to happen.
            effects = GroupEffects()
            return ConsumerGroupHeartbeatResponse {
                $0.errorCode = refusal.code
                $0.errorMessage = refusal.message
            }
        }
    }

    /// Has the records of a change written; it takes place when they are.
    private mutating func commit(_ draft: ConsumerGroupDraft, _ id: RequestID?, _ effects: inout GroupEffects) {
        if draft.records.isEmpty {
            consumerGroups[draft.group.groupID] = draft.group
        } else {
            effects.records += draft.records
            effects.completion = .changed(draft.group, id)
        }
    }

    /// The group to be changed: one that exists, a new one, or a classic one that is converted.
    private func draft(
        of groupID: String, creating: Bool, _ context: GroupContext, _ effects: inout GroupEffects
    ) throws(GroupError) -> ConsumerGroupDraft {
        if let group = consumerGroups[groupID] { return ConsumerGroupDraft(group) }
        guard shareGroups[groupID] == nil else {
            throw GroupError(.groupIDNotFound, "Group \(groupID) is not a consumer group.")
        }
        guard let group = classicGroups[groupID] else {
            guard creating else { throw GroupError(.groupIDNotFound, "Group \(groupID) not found.") }
            return ConsumerGroupDraft(ConsumerGroup(groupID: groupID))
        }
        let isEmpty = group.state == .empty
        guard creating, isEmpty || group.canUpgrade(context.configuration) else {
            throw GroupError(.groupIDNotFound, "Group \(groupID) is not a consumer group.")
        }
        effects.records += groupTombstones(groupID)
        if isEmpty { return ConsumerGroupDraft(ConsumerGroup(groupID: groupID)) }
        let upgraded = try ConsumerGroup(upgrading: group, context.topics)
        effects.records += upgraded.records
        for member in upgraded.sortedMembers {
            effects.start(
                .session(groupID: groupID, memberID: member.memberID), after: member.classic?.sessionTimeoutMs ?? 0)
        }
        return ConsumerGroupDraft(upgraded)
    }

    /// The change of a consumer group is recorded.
    mutating func install(_ group: ConsumerGroup, _ effects: inout GroupEffects) {
        consumerGroups[group.groupID] = group
        guard let classic = classicGroups.removeValue(forKey: group.groupID) else { return }
        effects.stop(.join(groupID: group.groupID))
        effects.stop(.sync(groupID: group.groupID))
        // Whoever waits in the classic group joins again, and finds the consumer group.
        for member in classic.sortedMembers {
            if let id = member.awaitingJoin {
                effects.reply(
                    id, .join(JoinGroupResponse(failing: .rebalanceInProgress, memberID: member.memberID)))
            }
            if let id = member.awaitingSync {
                effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = .rebalanceInProgress }))
            }
        }
    }

    /// A consumer group is recorded as a classic one.
    mutating func install(
        _ group: ClassicGroup, rebalances: Bool, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        consumerGroups[group.groupID] = nil
        classicGroups[group.groupID] = group
        for member in group.sortedMembers {
            for timer in GroupTimer.all(ofMember: member.memberID, of: group.groupID) { effects.stop(timer) }
            group.restartSession(member.memberID, &effects)
        }
        if rebalances { classicGroups[group.groupID]!.prepareRebalance(context, &effects) }
    }
}

extension GroupShard {
    /// Has the groups that topics may concern look at them again.
    mutating func refresh(_ topics: [String]) {
        for (groupID, group) in consumerGroups {
            guard !group.usedExpressions.isEmpty || !group.subscribedNames.isDisjoint(with: topics) else { continue }
            consumerGroups[groupID]!.refreshDeadline = 0
        }
        for (groupID, group) in shareGroups where !group.subscribedNames.isDisjoint(with: topics) {
            shareGroups[groupID]!.refreshDeadline = 0
        }
    }
}

// MARK: Leaving

extension GroupShard {
    private mutating func leave(
        _ request: ConsumerGroupHeartbeatRequest, _ context: GroupContext, _ effects: inout GroupEffects
    ) throws(GroupError) -> ConsumerGroupHeartbeatResponse {
        var draft = try draft(of: request.groupID, creating: false, context, &effects)
        let member: ConsumerGroup.Member
        if let instanceID = request.instanceID {
            member = try draft.staticMember(instanceID, request.memberID)
        } else {
            guard let found = draft.group.members[request.memberID] else { throw draft.unknown(request.memberID) }
            member = found
        }
        if request.memberEpoch == MemberEpoch.leaveForNow {
            draft.leaveForNow(member)
            commit(draft, nil, &effects)
        } else {
            remove([member.memberID], from: draft.group, context, &effects)
        }
        return ConsumerGroupHeartbeatResponse {
            $0.memberID = request.memberID
            $0.memberEpoch = request.memberEpoch
        }
    }

    /// Removes a member that has not done in time what it should have.
    mutating func fence(
        _ memberID: String, of groupID: String, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        guard let group = consumerGroups[groupID], group.members[memberID] != nil else { return }
        remove([memberID], from: group, context, &effects)
    }

    /// Removes members; if all that are left use the classic protocol, the group does so too from then on.
    private mutating func remove(
        _ memberIDs: [String], from group: ConsumerGroup, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        if memberIDs.count == 1, group.canDowngrade(without: memberIDs[0], context.configuration),
            let classic = ClassicGroup(downgrading: group, without: memberIDs[0], context)
        {
            effects.records += group.tombstones + [classic.record()]
            effects.completion = .downgraded(classic, rebalances: true, nil)
            for timer in GroupTimer.all(ofMember: memberIDs[0], of: group.groupID) { effects.stop(timer) }
            return
        }
        var draft = ConsumerGroupDraft(group)
        draft.remove(memberIDs, context, &effects)
        commit(draft, nil, &effects)
    }
}

// MARK: Members that use the classic protocol

extension GroupShard {
    mutating func join(
        _ join: ClassicGroup.Join, to group: ConsumerGroup, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        do throws(GroupError) {
            var draft = ConsumerGroupDraft(group)
            let replaced = join.instanceID.flatMap { group.staticMember($0) }
            let response = try draft.join(join, context, &effects)
            effects.reply(join.id, .join(response))
            // The last member of the consumer protocol came back as one of the classic protocol.
            if let replaced, replaced.memberID != response.memberID,
                group.canDowngrade(replacing: replaced.memberID, context.configuration),
                let classic = ClassicGroup(downgrading: draft.group, without: nil, context)
            {
                effects.records += draft.records + draft.group.tombstones + [classic.record()]
                effects.completion = .downgraded(classic, rebalances: false, join.id)
                return
            }
            commit(draft, join.id, &effects)
        } catch {
            effects = GroupEffects()
            effects.reply(join.id, join.refusal(error.code))
        }
    }

    mutating func leave(
        _ identities: [LeaveGroupRequest.MemberIdentity], _ group: ConsumerGroup, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> LeaveGroupResponse {
        var leaving: [String] = []
        let results = identities.map { identity in
            LeaveGroupResponse.MemberResponse {
                $0.memberID = identity.memberID
                $0.groupInstanceID = identity.groupInstanceID
                do throws(GroupError) {
                    let member = try group.leaving(identity)
                    $0.memberID = member.memberID
                    if !leaving.contains(member.memberID) { leaving.append(member.memberID) }
                } catch { $0.errorCode = error.code }
            }
        }
        if !leaving.isEmpty { remove(leaving, from: group, context, &effects) }
        return LeaveGroupResponse { $0.members = results }
    }
}
