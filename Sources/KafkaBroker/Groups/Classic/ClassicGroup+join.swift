// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ClassicGroup {
    /// A JoinGroup on its way through a group.
    struct Join {
        var request: JoinGroupRequest
        var client: GroupClient
        var id: RequestID

        var memberID: String { request.memberID }
        var instanceID: String? { request.groupInstanceID }

        func refusal(_ error: ErrorCode, memberID: String? = nil) -> GroupReply {
            .join(JoinGroupResponse(failing: error, memberID: memberID ?? request.memberID))
        }

        func member(_ memberID: String) -> Member {
            Member(
                memberID: memberID, instanceID: instanceID, clientID: client.clientID, clientHost: client.host,
                rebalanceTimeoutMs: request.rebalanceTimeoutMs, sessionTimeoutMs: request.sessionTimeoutMs,
                protocolType: request.protocolType, protocols: request.protocols.map(SupportedProtocol.init),
                awaitingJoin: id, isNew: true)
        }
    }

    mutating func join(_ join: Join, _ context: GroupContext, _ effects: inout GroupEffects) {
        guard accepts(join.memberID, limit: Int(context.configuration.maxGroupSize)) else {
            remove(join.memberID)
            return effects.reply(join.id, join.refusal(.groupMaxSizeReached, memberID: ""))
        }
        if state == .dead { return effects.reply(join.id, join.refusal(.coordinatorNotAvailable)) }
        let names = join.request.protocols.map(\.name)
        guard supports(protocolType: join.request.protocolType, protocols: names) else {
            return effects.reply(join.id, join.refusal(.inconsistentGroupProtocol))
        }
        if join.memberID.isEmpty {
            joinAsNew(join, context, &effects)
        } else if pendingJoins.contains(join.memberID) && join.instanceID == nil {
            add(join, as: join.memberID, context, &effects)
        } else {
            rejoin(join, context, &effects)
        }
    }

    /// Whether `group.max.size` leaves room. While members join, those that already did are counted, so that the last
    /// ones are turned away when the limit was lowered.
    private func accepts(_ memberID: String, limit: Int) -> Bool {
        switch state {
        case .empty, .dead: true
        case .preparingRebalance:
            members[memberID]?.isAwaitingJoin == true || members.values.count(where: \.isAwaitingJoin) < limit
        case .completingRebalance, .stable: members[memberID] != nil || members.count < limit
        }
    }

    private mutating func joinAsNew(_ join: Join, _ context: GroupContext, _ effects: inout GroupEffects) {
        let memberID = "\(join.instanceID ?? join.client.clientID)-\(context.makeUUID())"
        if let instanceID = join.instanceID {
            if let current = staticMember(instanceID) {
                replace(current, by: memberID, join, context, &effects)
            } else {
                add(join, as: memberID, context, &effects)
            }
        } else if join.client.apiVersion >= 4 {
            // The member has to come back with its id, so that a client that gives up waiting and tries again does
            // not leave members behind that nobody knows (KIP-394).
            pendingJoins.insert(memberID)
            effects.start(
                .session(groupID: groupID, memberID: memberID), after: join.request.sessionTimeoutMs)
            effects.reply(join.id, join.refusal(.memberIDRequired, memberID: memberID))
        } else {
            add(join, as: memberID, context, &effects)
        }
    }

    private mutating func add(
        _ join: Join, as memberID: String, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        if state == .preparingRebalance && previousState == .empty { hasNewMember = true }
        add(join.member(memberID))
        effects.note(
            "group \(groupID.printable): \(memberID.printable) joins, a client at \(join.client.host), as member \(members.count)"
        )
        // Until it knows its id the member can't send heartbeats, and its connection is not watched while the
        // request is parked; so it is given up after some time, unless it asks again.
        effects.start(
            .session(groupID: groupID, memberID: memberID), after: context.configuration.newMemberJoinTimeoutMs)
        rebalanceOrComplete(context, &effects)
    }

    private mutating func rejoin(_ join: Join, _ context: GroupContext, _ effects: inout GroupEffects) {
        let error = check(memberID: join.memberID, instanceID: join.instanceID)
        guard error == .none, let member = members[join.memberID] else {
            return effects.reply(join.id, join.refusal(error))
        }
        let isUnchanged = member.protocols == join.request.protocols.map(SupportedProtocol.init)
        switch state {
        case .completingRebalance where isUnchanged:
            // It may not have got the answer to its first JoinGroup.
            answer(join.id, member, &effects)
        case .stable where isUnchanged && !isLeader(join.memberID):
            // The leader may have seen a change that its own metadata doesn't show, such as new partitions; anyone
            // else only needs the generation, to sync with.
            answer(join.id, member, &effects)
        case .preparingRebalance, .completingRebalance, .stable:
            update(join.memberID, join, &effects)
            rebalanceOrComplete(context, &effects)
        case .empty, .dead:
            effects.reply(join.id, join.refusal(.unknownMemberID))
        }
    }

    /// Takes over what a member says of itself, and parks its request.
    mutating func update(_ memberID: String, _ join: Join, _ effects: inout GroupEffects) {
        // A member that asks again has given up on its first request.
        if let abandoned = members[memberID]?.awaitingJoin {
            effects.reply(abandoned, join.refusal(.rebalanceInProgress, memberID: memberID))
        }
        members[memberID]?.protocols = join.request.protocols.map(SupportedProtocol.init)
        members[memberID]?.rebalanceTimeoutMs = join.request.rebalanceTimeoutMs
        members[memberID]?.sessionTimeoutMs = join.request.sessionTimeoutMs
        members[memberID]?.awaitingJoin = join.id
    }

    /// Tells a member of the current generation; the leader also of the others.
    func answer(_ id: RequestID, _ member: Member, _ effects: inout GroupEffects) {
        effects.reply(
            id,
            .join(
                JoinGroupResponse {
                    $0.generationID = generationID
                    $0.protocolType = protocolType
                    $0.protocolName = protocolName
                    $0.leader = leaderID ?? ""
                    $0.memberID = member.memberID
                    if isLeader(member.memberID) { $0.members = describedToLeader() }
                }))
    }

    func describedToLeader() -> [JoinGroupResponse.Member] {
        sortedMembers.map { member in
            JoinGroupResponse.Member {
                $0.memberID = member.memberID
                $0.groupInstanceID = member.instanceID
                $0.metadata = member.metadata(for: protocolName)
            }
        }
    }
}

extension JoinGroupResponse {
    init(failing error: ErrorCode, memberID: String = "") {
        self.init()
        errorCode = error
        self.memberID = memberID
        protocolName = nil
    }
}
