// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ShareGroup {
    func described(_ lookup: any TopicLookup) -> ShareGroupDescribeResponse.DescribedGroup {
        ShareGroupDescribeResponse.DescribedGroup {
            $0.groupID = groupID
            $0.groupState = state.rawValue
            $0.groupEpoch = epoch
            $0.assignmentEpoch = targetEpoch
            $0.assignorName = SimpleShareAssignor.name
            $0.members = sortedMembers.map { member in
                .init {
                    $0.memberID = member.memberID
                    $0.rackID = member.rackID
                    $0.memberEpoch = member.epoch
                    $0.clientID = member.clientID
                    $0.clientHost = member.clientHost
                    $0.subscribedTopicNames = member.topicNames.sorted()
                    $0.assignment = Self.describe(member.assigned, lookup)
                }
            }
        }
    }

    private static func describe(
        _ assignment: Assignment, _ lookup: any TopicLookup
    ) -> ShareGroupDescribeResponse.Assignment {
        let topics = assignment.compactMap { topicID, partitions in
            lookup.topic(id: topicID).map { topic in
                ShareGroupDescribeResponse.TopicPartitions {
                    ($0.topicID, $0.topicName, $0.partitions) = (topicID, topic.name, partitions.sorted())
                }
            }
        }
        return .init { $0.topicPartitions = topics.sorted { $0.topicName < $1.topicName } }
    }

    func listed() -> ListGroupsResponse.Group {
        ListGroupsResponse.Group {
            $0.groupID = groupID
            $0.protocolType = "share"
            $0.groupState = state.rawValue
            $0.groupType = GroupType.share.rawValue
        }
    }
}
