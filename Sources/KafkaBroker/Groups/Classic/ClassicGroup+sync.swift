// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

extension ClassicGroup {
    mutating func sync(
        _ request: SyncGroupRequest, _ id: RequestID, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        let error = checkSync(request)
        guard error == .none, let member = members[request.memberID] else {
            return effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = error }))
        }
        switch state {
        case .completingRebalance:
            if let abandoned = member.awaitingSync {
                effects.reply(abandoned, .sync(SyncGroupResponse { $0.errorCode = .rebalanceInProgress }))
            }
            members[request.memberID]?.awaitingSync = id
            synced(request.memberID, &effects)
            guard isLeader(request.memberID) else { return }
            var assignments: [String: ByteBuffer] = [:]
            for given in request.assignments { assignments[given.memberID] = given.assignment.detached }
            effects.records.append(record(assignments: assignments))
            effects.completion = .assigned(groupID: groupID, generationID: generationID, assignments)
        case .stable:
            synced(request.memberID, &effects)
            effects.reply(
                id,
                .sync(
                    SyncGroupResponse {
                        $0.protocolType = protocolType
                        $0.protocolName = protocolName
                        $0.assignment = member.assignment
                    }))
        case .empty, .preparingRebalance, .dead:
            effects.reply(id, .sync(SyncGroupResponse { $0.errorCode = .rebalanceInProgress }))
        }
    }

    private func checkSync(_ request: SyncGroupRequest) -> ErrorCode {
        if state == .dead { return .coordinatorNotAvailable }
        if state == .empty { return .unknownMemberID }
        let error = check(memberID: request.memberID, instanceID: request.groupInstanceID)
        guard error == .none else { return error }
        guard request.generationID == generationID else { return .illegalGeneration }
        if let asked = request.protocolType, let protocolType, asked != protocolType {
            return .inconsistentGroupProtocol
        }
        if let asked = request.protocolName, let protocolName, asked != protocolName {
            return .inconsistentGroupProtocol
        }
        return .none
    }

    private mutating func synced(_ memberID: String, _ effects: inout GroupEffects) {
        pendingSyncs.remove(memberID)
        if pendingSyncs.isEmpty { effects.stop(.sync(groupID: groupID)) }
    }

    /// The leader's assignment is recorded, or could not be.
    mutating func finishAssignment(
        generationID: Int32, _ assignments: [String: ByteBuffer], _ error: ErrorCode, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) {
        guard state == .completingRebalance, generationID == self.generationID else { return }
        guard error == .none else {
            propagate(error, &effects)
            return prepareRebalance(context, &effects)
        }
        for memberID in members.keys { members[memberID]?.assignment = assignments[memberID] ?? ByteBuffer() }
        propagate(.none, &effects)
        transition(to: .stable, now: context.now)
        effects.note("group \(groupID.printable): generation \(generationID) is stable")
    }
}
