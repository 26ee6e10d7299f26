// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// The groups of one partition of `__consumer_offsets` and their offsets.
///
/// A pure state machine: requests, timers and the outcome of appends in, `GroupEffects` out. Records that are read
/// back from the partition lead to the same state.
struct GroupShard: Sendable {
    var classicGroups: [String: ClassicGroup] = [:]
    /// No group is in more than one.
    var consumerGroups: [String: ConsumerGroup] = [:]
    var shareGroups: [String: ShareGroup] = [:]
    var offsets = CommittedOffsets()
}

// MARK: Classic groups

extension GroupShard {
    /// What is wrong with a JoinGroup, whatever the state of its group.
    static func check(_ request: JoinGroupRequest, _ configuration: GroupCoordinatorConfiguration) -> ErrorCode {
        if request.groupID.isEmpty { return .invalidGroupID }
        // No range: the configuration may have the bounds the wrong way round.
        let isValid =
            request.sessionTimeoutMs >= configuration.minSessionTimeoutMs
            && request.sessionTimeoutMs <= configuration.maxSessionTimeoutMs
        return isValid ? .none : .invalidSessionTimeout
    }

    mutating func join(_ join: ClassicGroup.Join, _ context: GroupContext, _ effects: inout GroupEffects) {
        let groupID = join.request.groupID
        if classicGroups[groupID] != nil {
            classicGroups[groupID]!.join(join, context, &effects)
            return
        }
        if let group = consumerGroups[groupID], !group.members.isEmpty {
            return self.join(join, to: group, context, &effects)
        }
        guard shareGroups[groupID] == nil else {
            return effects.reply(join.id, join.refusal(.inconsistentGroupProtocol))
        }
        // Whoever has an id has it from a group that is gone.
        guard join.memberID.isEmpty else { return effects.reply(join.id, join.refusal(.unknownMemberID)) }
        var group = ClassicGroup(groupID: groupID, now: context.now)
        let blank = GroupRecord.classicGroup(
            GroupMetadataKey { $0.group = groupID },
            GroupMetadataValue {
                $0.protocol = nil
                $0.leader = nil
                $0.currentStateTimestamp = context.now
            })
        group.join(join, context, &effects)
        guard !group.members.isEmpty || !group.pendingJoins.isEmpty else { return }
        // The group exists from here on, also for a coordinator that starts before it has members.
        effects.records += groupTombstones(groupID) + [blank]
        effects.completion = .created(groupID: groupID, join.id, replacing: consumerGroups[groupID])
        consumerGroups[groupID] = nil
        classicGroups[groupID] = group
    }

    mutating func sync(
        _ request: SyncGroupRequest, _ id: RequestID, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        if classicGroups[request.groupID] != nil {
            classicGroups[request.groupID]!.sync(request, id, context, &effects)
        } else if let group = consumerGroups[request.groupID] {
            do throws(GroupError) {
                effects.reply(id, .sync(try group.sync(request, context, &effects)))
            } catch {
                let code = error.code
                effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = code }))
            }
        } else {
            effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = .unknownMemberID }))
        }
    }

    mutating func heartbeat(
        _ request: HeartbeatRequest, _ context: GroupContext, _ effects: inout GroupEffects
    ) -> ErrorCode {
        classicGroups[request.groupID]?.heartbeat(request, &effects)
            ?? consumerGroups[request.groupID]?.heartbeat(request, &effects) ?? .unknownMemberID
    }

    mutating func leave(
        _ request: LeaveGroupRequest, _ context: GroupContext, _ effects: inout GroupEffects
    ) -> LeaveGroupResponse {
        let identities = request.members
        if let response = classicGroups[request.groupID]?.leave(identities, context, &effects) { return response }
        if let group = consumerGroups[request.groupID] { return leave(identities, group, context, &effects) }
        return LeaveGroupResponse {
            $0.members = identities.map { identity in
                LeaveGroupResponse.MemberResponse {
                    $0.memberID = identity.memberID
                    $0.groupInstanceID = identity.groupInstanceID
                    $0.errorCode = .unknownMemberID
                }
            }
        }
    }

    mutating func timerFired(_ timer: GroupTimer, _ context: GroupContext, _ effects: inout GroupEffects) {
        switch timer {
        case .session(let groupID, let memberID):
            classicGroups[groupID]?.sessionExpired(memberID, context, &effects)
            fence(memberID, of: groupID, context, &effects)
            fenceShare(memberID, of: groupID, context, &effects)
        case .join(let groupID):
            classicGroups[groupID]?.joinExpired(context, &effects)
        case .sync(let groupID):
            classicGroups[groupID]?.syncExpired(context, &effects)
        case .rebalance(let groupID, let memberID):
            // A member that has let go in time has another state.
            guard consumerGroups[groupID]?.members[memberID]?.state == .unrevokedPartitions else { return }
            fence(memberID, of: groupID, context, &effects)
        case .memberJoin(let groupID, let memberID), .memberSync(let groupID, let memberID):
            fence(memberID, of: groupID, context, &effects)
        }
    }
}

// MARK: Records

extension GroupShard {
    /// What follows once records are in the log.
    /// - Parameter offset: of the first record.
    mutating func appended(
        _ records: [GroupRecord], at offset: Int64, producerID: Int64, applies: Bool,
        _ completion: GroupEffects.Completion?, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        if applies {
            for (index, record) in records.enumerated() {
                apply(record, offset: offset.addingSaturating(Int64(index)), producerID: producerID, now: context.now)
            }
        }
        switch completion {
        case .assigned(let groupID, let generationID, let assignments):
            classicGroups[groupID]?.finishAssignment(
                generationID: generationID, assignments, .none, context, &effects)
        case .replaced(let groupID, let replacement, _):
            classicGroups[groupID]?.finish(replacement, &effects)
        case .changed(let group, _):
            install(group, &effects)
        case .downgraded(let group, let rebalances, _):
            install(group, rebalances: rebalances, context, &effects)
        case .shareChanged(let group):
            shareGroups[group.groupID] = group
        case .created, nil:
            break
        }
    }

    /// What follows when records could not be appended: as if nothing had happened, where that is possible.
    mutating func appendFailed(
        _ completion: GroupEffects.Completion?, _ error: ErrorCode, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) {
        switch completion {
        case .created(let groupID, let id, let replaced):
            classicGroups[groupID] = nil
            consumerGroups[groupID] = replaced
            effects.withdrawReply(id)
            effects.reply(id, .join(JoinGroupResponse(failing: error)))
        case .assigned(let groupID, let generationID, let assignments):
            classicGroups[groupID]?.finishAssignment(
                generationID: generationID, assignments, error, context, &effects)
        case .replaced(let groupID, let replacement, let before):
            classicGroups[groupID] = before
            for member in before.sortedMembers { before.restartSession(member.memberID, &effects) }
            effects.reply(
                replacement.requestID,
                .join(
                    JoinGroupResponse {
                        $0.errorCode = error
                        $0.generationID = before.generationID
                        $0.protocolType = before.protocolType
                        $0.protocolName = before.protocolName
                        $0.leader = before.leaderID ?? ""
                    }))
        case .changed(_, let id?), .downgraded(_, _, let id?):
            effects.withdrawReply(id)
            effects.reply(id, .join(JoinGroupResponse(failing: error)))
        case .changed(_, nil), .downgraded(_, _, nil), .shareChanged, nil:
            break
        }
    }

    /// Takes over a record, be it new or read back.
    /// - Parameter producerID: of the transaction that the record is part of, or -1.
    mutating func apply(_ record: GroupRecord, offset: Int64, producerID: Int64, now: Int64) {
        switch record {
        case .offset(let key, let value?):
            if !hasGroup(key.group) { classicGroups[key.group] = ClassicGroup(groupID: key.group, now: now) }
            offsets.put(key, CommittedOffset(value, recordOffset: offset), producerID: producerID)
        case .offset(let key, nil):
            offsets.remove(key)
        case .classicGroup(let key, let value?):
            consumerGroups[key.group] = nil
            classicGroups[key.group] = ClassicGroup(key.group, value)
        case .classicGroup(let key, nil):
            classicGroups[key.group] = nil
        case .consumerGroup(let key, nil):
            consumerGroups[key.groupID] = nil
        case .consumerGroup(let key, _?): apply(record, to: key.groupID, creating: true)
        case .subscribedTopics(let key, let value): apply(record, to: key.groupID, creating: value != nil)
        case .member(let key, let value): apply(record, to: key.groupID, creating: value != nil)
        case .targetEpoch(let key, let value): apply(record, to: key.groupID, creating: value != nil)
        case .targetAssignment(let key, let value): apply(record, to: key.groupID, creating: value != nil)
        case .currentAssignment(let key, let value): apply(record, to: key.groupID, creating: value != nil)
        case .regularExpression(let key, let value): apply(record, to: key.groupID, creating: value != nil)
        case .shareGroup(let key, nil):
            shareGroups[key.groupID] = nil
        case .shareGroup(let key, _?): applyShare(record, to: key.groupID, creating: true)
        case .shareMember(let key, let value): applyShare(record, to: key.groupID, creating: value != nil)
        case .shareTargetEpoch(let key, let value): applyShare(record, to: key.groupID, creating: value != nil)
        case .shareTarget(let key, let value): applyShare(record, to: key.groupID, creating: value != nil)
        case .shareCurrent(let key, let value): applyShare(record, to: key.groupID, creating: value != nil)
        case .shareState(let key, let value): applyShare(record, to: key.groupID, creating: value != nil)
        }
    }

    private mutating func apply(_ record: GroupRecord, to groupID: String, creating: Bool) {
        if creating {
            // After compaction an offset may come before its group, and look like one of a simple group.
            classicGroups[groupID] = nil
            consumerGroups[groupID, default: ConsumerGroup(groupID: groupID)].apply(record)
        } else {
            consumerGroups[groupID]?.apply(record)
        }
    }

    private mutating func applyShare(_ record: GroupRecord, to groupID: String, creating: Bool) {
        if creating {
            shareGroups[groupID, default: ShareGroup(groupID: groupID)].apply(record)
        } else {
            shareGroups[groupID]?.apply(record)
        }
    }

    func hasGroup(_ groupID: String) -> Bool {
        classicGroups[groupID] != nil || consumerGroups[groupID] != nil || shareGroups[groupID] != nil
    }

    /// Everything is read back: from now on the members have to show that they are alive.
    mutating func loaded(_ context: GroupContext, _ effects: inout GroupEffects) {
        for groupID in classicGroups.keys.sorted() {
            let group = classicGroups[groupID]!
            for member in group.sortedMembers { group.restartSession(member.memberID, &effects) }
            if group.members.count > Int(context.configuration.maxGroupSize) {
                // The limit was lowered: let the members come back one by one.
                classicGroups[groupID]!.prepareRebalance(context, &effects)
            }
        }
        for groupID in consumerGroups.keys.sorted() {
            for member in consumerGroups[groupID]!.sortedMembers {
                effects.start(
                    .session(groupID: groupID, memberID: member.memberID),
                    after: member.classic?.sessionTimeoutMs ?? context.consumerSessionTimeoutMs(groupID))
                guard member.state == .unrevokedPartitions, !member.usesClassicProtocol else { continue }
                effects.start(
                    .rebalance(groupID: groupID, memberID: member.memberID), after: member.rebalanceTimeoutMs)
            }
        }
        for groupID in shareGroups.keys.sorted() {
            for member in shareGroups[groupID]!.sortedMembers {
                effects.start(
                    .session(groupID: groupID, memberID: member.memberID),
                    after: context.shareSessionTimeoutMs(groupID))
            }
        }
    }

    mutating func unload(_ context: GroupContext, _ effects: inout GroupEffects) {
        for groupID in classicGroups.keys { classicGroups[groupID]!.unload(context, &effects) }
    }
}
