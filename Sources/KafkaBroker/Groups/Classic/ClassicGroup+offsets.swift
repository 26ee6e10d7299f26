// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ClassicGroup {
    /// Whether offsets may be committed in the name of a member, or of nobody.
    func checkCommit(
        generationID: Int32, memberID: String, instanceID: String?, isTransactional: Bool
    ) -> ErrorCode {
        if state == .dead { return .coordinatorNotAvailable }
        // Consumers with partitions of their own choice, and administrators.
        if generationID < 0 && state == .empty { return .none }
        if generationID >= 0 || !memberID.isEmpty || instanceID != nil {
            let error = check(memberID: memberID, instanceID: instanceID)
            guard error == .none else { return error }
            guard generationID == self.generationID else { return .illegalGeneration }
        } else if !isTransactional && state != .empty {
            return .unknownMemberID
        }
        // The member knows of the new generation, but not yet what it is assigned.
        if !isTransactional && state == .completingRebalance { return .rebalanceInProgress }
        return .none
    }

    func checkDeleteOffsets() -> ErrorCode {
        switch state {
        case .dead: .groupIDNotFound
        case .stable, .preparingRebalance, .completingRebalance: usesConsumerProtocol ? .none : .nonEmptyGroup
        case .empty: .none
        }
    }

    func checkDelete() -> ErrorCode {
        switch state {
        case .dead: .groupIDNotFound
        case .stable, .preparingRebalance, .completingRebalance: .nonEmptyGroup
        case .empty: .none
        }
    }

    /// From when on offsets count as unused; nil while none of them may expire (KIP-211).
    var offsetExpiry: OffsetExpiry? {
        if protocolType == nil { return .sinceCommit }
        switch state {
        case .empty: return stateTimestamp.map(OffsetExpiry.since) ?? .sinceCommit
        case .stable: return usesConsumerProtocol && subscribedTopics != nil ? .sinceCommit : nil
        case .preparingRebalance, .completingRebalance, .dead: return nil
        }
    }
}

// MARK: Description

extension ClassicGroup {
    func described() -> DescribeGroupsResponse.Group {
        DescribeGroupsResponse.Group {
            $0.groupID = groupID
            $0.groupState = state.rawValue
            $0.protocolType = protocolType ?? ""
            // Between generations the protocol and the subscriptions are those of the past.
            $0.protocolData = state == .stable ? protocolName ?? "" : ""
            $0.members = sortedMembers.map { member in
                DescribeGroupsResponse.Member {
                    $0.memberID = member.memberID
                    $0.groupInstanceID = member.instanceID
                    $0.clientID = member.clientID
                    $0.clientHost = member.clientHost
                    $0.memberAssignment = member.assignment
                    if state == .stable { $0.memberMetadata = member.metadata(for: protocolName) }
                }
            }
        }
    }

    func listed() -> ListGroupsResponse.Group {
        ListGroupsResponse.Group {
            $0.groupID = groupID
            $0.protocolType = protocolType ?? ""
            $0.groupState = state.rawValue
            $0.groupType = GroupType.classic.rawValue
        }
    }
}

// MARK: Replay

extension ClassicGroup {
    /// A group as it was recorded; its members' sessions are still to be started.
    init(_ groupID: String, _ value: GroupMetadataValue) {
        self.init(
            groupID: groupID, state: value.members.isEmpty ? .empty : .stable,
            stateTimestamp: value.currentStateTimestamp == -1 ? nil : value.currentStateTimestamp)
        protocolType = value.protocolType.isEmpty ? nil : value.protocolType
        protocolName = value.protocol
        generationID = value.generation
        leaderID = value.leader
        for member in value.members {
            members[member.memberID] = Member(
                memberID: member.memberID, instanceID: member.groupInstanceID, clientID: member.clientID,
                clientHost: member.clientHost,
                rebalanceTimeoutMs: member.rebalanceTimeout == -1 ? member.sessionTimeout : member.rebalanceTimeout,
                sessionTimeoutMs: member.sessionTimeout, protocolType: value.protocolType,
                protocols: [
                    SupportedProtocol(name: value.protocol ?? "", metadata: member.subscription.detached)
                ],
                assignment: member.assignment.detached)
        }
        if leaderID == nil { leaderID = members.keys.min() }
        subscribedTopics = computeSubscribedTopics()
    }
}
