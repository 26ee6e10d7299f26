// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ClassicGroup {
    func heartbeat(_ request: HeartbeatRequest, _ effects: inout GroupEffects) -> ErrorCode {
        if state == .dead { return .coordinatorNotAvailable }
        let error = check(memberID: request.memberID, instanceID: request.groupInstanceID)
        guard error == .none else { return error }
        guard request.generationID == generationID else { return .illegalGeneration }
        restartSession(request.memberID, &effects)
        // The way a member learns that it must join again.
        return state == .preparingRebalance ? .rebalanceInProgress : .none
    }

    func restartSession(_ memberID: String, _ effects: inout GroupEffects) {
        guard let member = members[memberID] else { return }
        effects.start(.session(groupID: groupID, memberID: memberID), after: member.sessionTimeoutMs)
    }

    /// Removes members; each is answered for itself.
    mutating func leave(
        _ identities: [LeaveGroupRequest.MemberIdentity], _ context: GroupContext, _ effects: inout GroupEffects
    ) -> LeaveGroupResponse {
        if state == .dead { return LeaveGroupResponse { $0.errorCode = .coordinatorNotAvailable } }
        let sizeBefore = members.count
        let results = identities.map { identity in
            LeaveGroupResponse.MemberResponse {
                $0.memberID = identity.memberID
                $0.groupInstanceID = identity.groupInstanceID
                $0.errorCode = leave(identity, &effects)
            }
        }
        switch state {
        // A member that had only been given an id was not part of the generation.
        case .stable, .completingRebalance: if members.count < sizeBefore { prepareRebalance(context, &effects) }
        case .preparingRebalance: completeJoinIfAllJoined(context, &effects)
        case .empty, .dead: break
        }
        return LeaveGroupResponse { $0.members = results }
    }

    private mutating func leave(
        _ identity: LeaveGroupRequest.MemberIdentity, _ effects: inout GroupEffects
    ) -> ErrorCode {
        var memberID = identity.memberID
        if memberID.isEmpty {
            // An administrator names a static member by its instance only.
            guard let member = identity.groupInstanceID.flatMap(staticMember) else { return .unknownMemberID }
            memberID = member.memberID
        } else if !pendingJoins.contains(memberID) {
            let error = check(memberID: memberID, instanceID: identity.groupInstanceID)
            guard error == .none else { return error }
        }
        effects.stop(.session(groupID: groupID, memberID: memberID))
        expel(memberID, &effects)
        return .none
    }

    /// Removes a member; whoever waits in its name learns that it is gone, and may join anew.
    private mutating func expel(_ memberID: String, _ effects: inout GroupEffects) {
        if let id = members[memberID]?.awaitingJoin {
            effects.reply(id, .join(JoinGroupResponse(failing: .unknownMemberID)))
        }
        if let id = members[memberID]?.awaitingSync {
            effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = .unknownMemberID }))
        }
        remove(memberID)
        effects.note("group \(groupID.printable): \(memberID.printable) is gone, \(members.count) members are left")
    }
}

// MARK: Timers

extension ClassicGroup {
    /// A member, or one that was to come back with its id, has not been heard of for its session timeout.
    mutating func sessionExpired(_ memberID: String, _ context: GroupContext, _ effects: inout GroupEffects) {
        let wasPending = pendingJoins.contains(memberID)
        if !wasPending {
            guard let member = members[memberID], !member.hasSatisfiedHeartbeat else { return }
            effects.note(
                "group \(groupID.printable): \(memberID.printable) was not heard of for \(member.sessionTimeoutMs) ms")
        }
        expel(memberID, &effects)
        switch state {
        case .stable, .completingRebalance: if !wasPending { prepareRebalance(context, &effects) }
        case .preparingRebalance: if hasAllMembersJoined { completeJoin(context, &effects) }
        case .empty, .dead: break
        }
    }

    /// The time to join is over, or that of one round of a new group.
    mutating func joinExpired(_ context: GroupContext, _ effects: inout GroupEffects) {
        guard state == .preparingRebalance else { return }
        guard let delay = initialDelay, hasNewMember, delay.remainingMs > 0 else {
            return completeJoin(context, &effects)
        }
        hasNewMember = false
        let next = min(context.configuration.initialRebalanceDelayMs, delay.remainingMs)
        initialDelay = (next, max(delay.remainingMs.subtractingSaturating(delay.delayMs), 0))
        effects.start(.join(groupID: groupID), after: next)
    }

    /// Members that never asked for their assignments are out.
    mutating func syncExpired(_ context: GroupContext, _ effects: inout GroupEffects) {
        guard state == .completingRebalance || state == .stable, !pendingSyncs.isEmpty else { return }
        for memberID in pendingSyncs.sorted() {
            effects.stop(.session(groupID: groupID, memberID: memberID))
            expel(memberID, &effects)
        }
        prepareRebalance(context, &effects)
    }

    /// The coordinator gives the group up: whoever waits has to find the group anew.
    mutating func unload(_ context: GroupContext, _ effects: inout GroupEffects) {
        transition(to: .dead, now: context.now)
        for member in sortedMembers {
            if let id = member.awaitingJoin {
                effects.reply(id, .join(JoinGroupResponse(failing: .notCoordinator, memberID: member.memberID)))
            }
            if let id = member.awaitingSync {
                effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = .notCoordinator }))
            }
            members[member.memberID]?.awaitingJoin = nil
            members[member.memberID]?.awaitingSync = nil
        }
    }
}
