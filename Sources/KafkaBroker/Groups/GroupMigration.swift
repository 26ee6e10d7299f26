// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

// A group with members goes from the classic to the consumer protocol when the first member that speaks it joins,
// and back when the last one leaves (KIP-848); its other members notice nothing but a rebalance.

extension ClassicGroup {
    func canUpgrade(_ configuration: GroupCoordinatorConfiguration) -> Bool {
        configuration.consumerMigrationPolicy.allowsUpgrade && usesConsumerProtocol
            && members.count <= Int(configuration.consumerMaxGroupSize)
    }
}

extension ConsumerGroup {
    /// A classic group with the assignments that it has, in which everyone uses the classic protocol.
    init(upgrading group: ClassicGroup, _ topics: any TopicLookup) throws(GroupError) {
        self.init(groupID: group.groupID)
        epoch = group.generationID
        targetEpoch = group.generationID
        for old in group.sortedMembers {
            let protocolName = group.protocolName ?? old.protocols.first?.name
            let subscription = try ConsumerProtocolSubscription.decode(old.metadata(for: protocolName))
            var member = Member(old.memberID)
            member.instanceID = old.instanceID
            member.rackID = subscription.rackID
            member.clientID = old.clientID
            member.clientHost = old.clientHost
            member.topicNames = Set(subscription.topics)
            member.rebalanceTimeoutMs = old.rebalanceTimeoutMs
            member.classic = .init {
                $0.sessionTimeoutMs = old.sessionTimeoutMs
                $0.supportedProtocols = old.protocols.map { supported in
                    .init {
                        $0.name = supported.name
                        $0.metadata = supported.metadata
                    }
                }
            }
            member.epoch = epoch
            member.previousEpoch = epoch
            member.assigned = try ConsumerProtocolAssignment.decode(old.assignment, topics)
            targets[old.memberID] = member.assigned
            members[old.memberID] = member
        }
    }

    /// The group as records.
    var records: [GroupRecord] {
        let members = sortedMembers
        return members.map(record) + [epochRecord(epoch)]
            + members.map { targetRecord($0.memberID, targets[$0.memberID] ?? [:]) } + [targetEpochRecord(targetEpoch)]
            + members.map(currentRecord)
    }

    /// Whether the group goes back to the classic protocol when a member leaves.
    func canDowngrade(without memberID: String, _ configuration: GroupCoordinatorConfiguration) -> Bool {
        members.count > 1 && isLastOfConsumerProtocol(memberID)
            && configuration.consumerMigrationPolicy.allowsDowngrade
            && members.count - 1 <= Int(configuration.maxGroupSize)
    }

    /// Whether the group goes back to the classic protocol when a static member comes back with it.
    func canDowngrade(replacing memberID: String, _ configuration: GroupCoordinatorConfiguration) -> Bool {
        isLastOfConsumerProtocol(memberID) && configuration.consumerMigrationPolicy.allowsDowngrade
            && members.count <= Int(configuration.maxGroupSize)
    }

    private func isLastOfConsumerProtocol(_ memberID: String) -> Bool {
        members.values.allSatisfy { $0.usesClassicProtocol == ($0.memberID != memberID) }
    }
}

extension ClassicGroup {
    /// A consumer group whose members, but for one, all use the classic protocol; nil if they have none in common.
    init?(downgrading group: ConsumerGroup, without leaving: String?, _ context: GroupContext) {
        self.init(groupID: group.groupID, state: .stable, stateTimestamp: context.now)
        generationID = group.epoch
        for member in group.sortedMembers where member.memberID != leaving {
            guard let classic = member.classic else { continue }
            add(
                Member(
                    memberID: member.memberID, instanceID: member.instanceID, clientID: member.clientID,
                    clientHost: member.clientHost, rebalanceTimeoutMs: member.rebalanceTimeoutMs,
                    sessionTimeoutMs: classic.sessionTimeoutMs, protocolType: "consumer",
                    protocols: classic.supportedProtocols.map {
                        SupportedProtocol(name: $0.name, metadata: $0.metadata)
                    }))
        }
        guard let elected = electedProtocol() else { return nil }
        protocolName = elected
        subscribedTopics = computeSubscribedTopics()
        for memberID in members.keys {
            let version = ConsumerProtocolSubscription.version(of: members[memberID]!.metadata(for: elected))
            let target = group.targets[memberID] ?? [:]
            guard
                let assignment = try? ConsumerProtocolAssignment.encoded(target, version: version, context.topics)
            else { return nil }
            members[memberID]!.assignment = assignment
        }
    }
}
