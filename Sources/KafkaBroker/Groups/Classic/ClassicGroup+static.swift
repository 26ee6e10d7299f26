// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ClassicGroup {
    /// A static member that came back under a new id.
    struct Replacement: Sendable {
        var memberID: String
        var requestID: RequestID
        var apiVersion: Int16
        /// The leader's id before the replacement, which may be the member's own old one.
        var previousLeaderID: String?
    }

    /// Gives a static member that lost its id, as by a restart, a new one and the place it had (KIP-345).
    mutating func replace(
        _ current: Member, by memberID: String, _ join: Join, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) {
        let before = self
        let previousLeaderID = leaderID
        fence(current, &effects)

        var member = current
        member.memberID = memberID
        member.awaitingJoin = nil
        member.awaitingSync = nil
        member.isNew = false
        members[current.memberID] = nil
        members[memberID] = member
        pendingSyncs.remove(current.memberID)
        if isLeader(current.memberID) { leaderID = memberID }
        effects.stop(.session(groupID: groupID, memberID: current.memberID))
        effects.start(.session(groupID: groupID, memberID: memberID), after: member.sessionTimeoutMs)
        update(memberID, join, &effects)

        switch state {
        case .stable where electedProtocol() == protocolName:
            // Nothing changes for the others: no rebalance, the member goes on with its assignment.
            effects.records.append(record())
            effects.completion = .replaced(
                groupID: groupID,
                Replacement(
                    memberID: memberID, requestID: join.id, apiVersion: join.client.apiVersion,
                    previousLeaderID: previousLeaderID),
                before: before)
        case .stable:
            rebalanceOrComplete(context, &effects)
        case .completingRebalance:
            // The leader may be assigning to the old id already.
            prepareRebalance(context, &effects)
        case .preparingRebalance, .empty, .dead:
            completeJoinIfAllJoined(context, &effects)
        }
    }

    /// Whoever still waits under the old id learns that it was replaced.
    private func fence(_ member: Member, _ effects: inout GroupEffects) {
        if let id = member.awaitingJoin {
            effects.reply(id, .join(JoinGroupResponse(failing: .fencedInstanceID, memberID: member.memberID)))
        }
        if let id = member.awaitingSync {
            effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = .fencedInstanceID }))
        }
    }

    /// The replaced member is recorded.
    mutating func finish(_ replacement: Replacement, _ effects: inout GroupEffects) {
        guard let member = members[replacement.memberID], member.awaitingJoin == replacement.requestID else { return }
        members[replacement.memberID]?.awaitingJoin = nil
        effects.reply(
            replacement.requestID,
            .join(
                JoinGroupResponse {
                    $0.generationID = generationID
                    $0.protocolType = protocolType
                    $0.protocolName = protocolName
                    $0.memberID = replacement.memberID
                    guard replacement.apiVersion >= 9 else {
                        // Older clients must not find themselves leader, or they would assign anew while the others
                        // stay on what they have.
                        $0.leader = replacement.previousLeaderID ?? ""
                        return
                    }
                    // The leader learns the members, but is told not to assign (KIP-814).
                    $0.leader = leaderID ?? ""
                    $0.skipAssignment = isLeader(replacement.memberID)
                    if isLeader(replacement.memberID) { $0.members = describedToLeader() }
                }))
    }
}
