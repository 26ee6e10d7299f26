// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ConsumerGroup {
    /// Whether offsets may be committed in the name of a member, or of nobody.
    func checkCommit(epoch: Int32, memberID: String, isTransactional: Bool, apiVersion: Int16) -> ErrorCode {
        // Administrators, while there is nobody to interfere with.
        if epoch < 0 && members.isEmpty { return .none }
        guard let member = members[memberID] else { return .unknownMemberID }
        // Older versions have no code for what can be wrong.
        if !isTransactional && !member.usesClassicProtocol && apiVersion < 9 { return .unsupportedVersion }
        return check(epoch, of: member)
    }

    func checkFetch(epoch: Int32, memberID: String?) -> ErrorCode {
        if epoch < 0 && (memberID ?? "").isEmpty { return .none }
        guard let member = memberID.flatMap({ members[$0] }) else { return .unknownMemberID }
        return check(epoch, of: member)
    }

    private func check(_ epoch: Int32, of member: Member) -> ErrorCode {
        if epoch == member.epoch { return .none }
        return member.usesClassicProtocol ? .illegalGeneration : .staleMemberEpoch
    }
}

// MARK: Description

extension ConsumerGroup {
    func described(_ configuration: GroupCoordinatorConfiguration, _ lookup: any TopicLookup)
        -> ConsumerGroupDescribeResponse.DescribedGroup
    {
        func describe(_ assignment: Assignment) -> ConsumerGroupDescribeResponse.Assignment {
            let topics = assignment.compactMap { topicID, partitions in
                lookup.topic(id: topicID).map { topic in
                    ConsumerGroupDescribeResponse.TopicPartitions {
                        $0.topicID = topicID
                        $0.topicName = topic.name
                        $0.partitions = partitions.sorted()
                    }
                }
            }
            return .init { $0.topicPartitions = topics.sorted { $0.topicName < $1.topicName } }
        }
        return ConsumerGroupDescribeResponse.DescribedGroup {
            $0.groupID = groupID
            $0.groupState = state.rawValue
            $0.groupEpoch = epoch
            $0.assignmentEpoch = targetEpoch
            $0.assignorName = preferredAssignor(configuration.consumerAssignors.first ?? "uniform")
            $0.members = sortedMembers.map { member in
                ConsumerGroupDescribeResponse.Member {
                    $0.memberID = member.memberID
                    $0.instanceID = member.instanceID
                    $0.rackID = member.rackID
                    $0.memberEpoch = member.epoch
                    $0.clientID = member.clientID
                    $0.clientHost = member.clientHost
                    $0.subscribedTopicNames = member.topicNames.sorted()
                    $0.subscribedTopicRegex = member.topicRegex
                    $0.assignment = describe(member.assigned)
                    $0.targetAssignment = describe(targets[member.memberID] ?? [:])
                    $0.memberType = member.usesClassicProtocol ? 0 : 1
                }
            }
        }
    }

    func listed() -> ListGroupsResponse.Group {
        ListGroupsResponse.Group {
            $0.groupID = groupID
            $0.protocolType = "consumer"
            $0.groupState = state.rawValue
            $0.groupType = GroupType.consumer.rawValue
        }
    }
}
