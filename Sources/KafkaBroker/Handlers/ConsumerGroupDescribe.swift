// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DESCRIBE on the group, and on all topics that its members have; without the latter nothing is told of it.
struct ConsumerGroupDescribeHandler: AsyncRequestHandler {
    typealias Request = ConsumerGroupDescribeRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: ConsumerGroupDescribeRequest, _ context: RequestContext) async
        -> ConsumerGroupDescribeResponse
    {
        let groupIDs = request.groupIDs.distinct()
        let refused = context.refused(.describe, .group, groupIDs)
        var groups = await coordinator.describeConsumerGroups(groupIDs.filter { !refused.contains($0) })
        if request.includeAuthorizedOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = context.authorizedOperations(.group, groups[index].groupID)
            }
        }
        groups += refused.sorted().map { groupID in
            .init { ($0.groupID, $0.errorCode) = (groupID, .groupAuthorizationFailed) }
        }
        let hidden = context.refused(.describe, .topic, Set(groups.flatMap(\.topicNames)))
        for index in groups.indices where !hidden.isDisjoint(with: groups[index].topicNames) {
            groups[index] = .init { [groupID = groups[index].groupID] in
                ($0.groupID, $0.errorCode) = (groupID, .topicAuthorizationFailed)
                $0.errorMessage =
                    "The group has described topic(s) that the client is not authorized to describe."
            }
        }
        return ConsumerGroupDescribeResponse { [groups] in $0.groups = groups }
    }
}

extension ConsumerGroupDescribeResponse.DescribedGroup {
    /// Of what its members have.
    fileprivate var topicNames: [String] {
        members.flatMap { $0.assignment.topicPartitions + $0.targetAssignment.topicPartitions }.map(\.topicName)
    }
}
