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
        let groups = await context.describe(
            groups: request.groupIDs, withOperations: request.includeAuthorizedOperations
        ) { await coordinator.describeConsumerGroups($0) }
        return ConsumerGroupDescribeResponse { $0.groups = context.hidingTopics(groups) }
    }
}

extension ConsumerGroupDescribeResponse.DescribedGroup: GroupAnswerWithTopics {
    var topicNames: [String] {
        members.flatMap { $0.assignment.topicPartitions + $0.targetAssignment.topicPartitions }.map(\.topicName)
    }
}
