// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension ClassicGroup {
    /// Begins a rebalance, or completes one that waited for this member only.
    mutating func rebalanceOrComplete(_ context: GroupContext, _ effects: inout GroupEffects) {
        switch state {
        case .empty, .completingRebalance, .stable: prepareRebalance(context, &effects)
        case .preparingRebalance, .dead: completeJoinIfAllJoined(context, &effects)
        }
    }

    mutating func prepareRebalance(_ context: GroupContext, _ effects: inout GroupEffects) {
        if state == .completingRebalance { propagate(.rebalanceInProgress, &effects) }
        pendingSyncs.removeAll()
        effects.stop(.sync(groupID: groupID))

        let isInitial = state == .empty
        transition(to: .preparingRebalance, now: context.now)
        effects.note("group \(groupID.printable): rebalances after generation \(generationID)")
        if isInitial {
            // A new group waits a little, as more members are likely to come (KIP-134).
            let delay = context.configuration.initialRebalanceDelayMs
            initialDelay = (delay, max(rebalanceTimeoutMs.subtractingSaturating(delay), 0))
            effects.start(.join(groupID: groupID), after: delay)
        } else if hasAllMembersJoined {
            completeJoin(context, &effects)
        } else {
            effects.start(.join(groupID: groupID), after: rebalanceTimeoutMs)
        }
    }

    /// Goes on to the next generation as soon as nobody is missing; a new group takes its time.
    mutating func completeJoinIfAllJoined(_ context: GroupContext, _ effects: inout GroupEffects) {
        guard state == .preparingRebalance, previousState != .empty, hasAllMembersJoined else { return }
        completeJoin(context, &effects)
    }

    /// Starts the next generation with the members that joined.
    mutating func completeJoin(_ context: GroupContext, _ effects: inout GroupEffects) {
        effects.stop(.join(groupID: groupID))
        initialDelay = nil
        hasNewMember = false
        guard state == .preparingRebalance else { return }
        // Static members may be away for as long as their session lasts.
        for member in sortedMembers where !member.isAwaitingJoin && member.instanceID == nil {
            remove(member.memberID)
            effects.stop(.session(groupID: groupID, memberID: member.memberID))
        }
        guard members.isEmpty || electLeader() else {
            // Only absent static members are left: wait for one of them, or for the end of their sessions.
            return effects.start(.join(groupID: groupID), after: max(rebalanceTimeoutMs, Self.leastWaitMs))
        }

        generationID &+= 1
        protocolName = electedProtocol()
        subscribedTopics = computeSubscribedTopics()
        pendingSyncs.removeAll()
        effects.note(
            "group \(groupID.printable): generation \(generationID) of \(members.count) members, assignor \(protocolName?.printable ?? "none")"
        )
        guard !members.isEmpty else {
            transition(to: .empty, now: context.now)
            return effects.records.append(record())
        }
        transition(to: .completingRebalance, now: context.now)
        for member in sortedMembers {
            if let id = member.awaitingJoin { answer(id, member, &effects) }
            members[member.memberID]?.awaitingJoin = nil
            members[member.memberID]?.isNew = false
            pendingSyncs.insert(member.memberID)
            effects.start(.session(groupID: groupID, memberID: member.memberID), after: member.sessionTimeoutMs)
        }
        effects.start(.sync(groupID: groupID), after: rebalanceTimeoutMs)
    }

    /// For absent static members, however short a time they gave themselves: a wait of nothing would begin again for ever.
    private static let leastWaitMs: Int32 = 1000

    /// Keeps the leader if it joined, else takes another member that did.
    private mutating func electLeader() -> Bool {
        if let leaderID, members[leaderID]?.isAwaitingJoin == true { return true }
        guard let next = sortedMembers.first(where: \.isAwaitingJoin) else { return false }
        leaderID = next.memberID
        return true
    }

    /// Answers all that wait for assignments: with them, or with an error, which also takes them away.
    mutating func propagate(_ error: ErrorCode, _ effects: inout GroupEffects) {
        for member in sortedMembers {
            if error != .none { members[member.memberID]?.assignment = ByteBuffer() }
            guard let id = member.awaitingSync else { continue }
            members[member.memberID]?.awaitingSync = nil
            let assignment = members[member.memberID]?.assignment ?? ByteBuffer()
            effects.reply(
                id,
                .sync(
                    SyncGroupResponse {
                        $0.errorCode = error
                        guard error == .none else { return }
                        $0.protocolType = protocolType
                        $0.protocolName = protocolName
                        $0.assignment = assignment
                    }))
            // The end of a session passes over a member that waits, and is not looked for again by itself.
            effects.start(.session(groupID: groupID, memberID: member.memberID), after: member.sessionTimeoutMs)
        }
    }

    /// The record of the group as it is.
    /// - Parameter assignments: of the members, if they are not yet theirs.
    func record(assignments: [String: ByteBuffer]? = nil) -> GroupRecord {
        .classicGroup(
            GroupMetadataKey { $0.group = groupID },
            GroupMetadataValue {
                $0.protocolType = protocolType ?? ""
                $0.generation = generationID
                $0.protocol = protocolName
                $0.leader = leaderID
                $0.currentStateTimestamp = stateTimestamp ?? -1
                $0.members = sortedMembers.map { member in
                    GroupMetadataValue.MemberMetadata {
                        $0.memberID = member.memberID
                        $0.groupInstanceID = member.instanceID
                        $0.clientID = member.clientID
                        $0.clientHost = member.clientHost
                        $0.rebalanceTimeout = member.rebalanceTimeoutMs
                        $0.sessionTimeout = member.sessionTimeoutMs
                        $0.subscription = member.metadata(for: protocolName)
                        $0.assignment = assignments.map { $0[member.memberID] ?? ByteBuffer() } ?? member.assignment
                    }
                }
            })
    }
}
