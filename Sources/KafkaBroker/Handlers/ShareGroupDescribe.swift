// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DESCRIBE on the group, and on all topics that its members have; without the latter nothing is told of it.
struct ShareGroupDescribeHandler: AsyncRequestHandler {
    typealias Request = ShareGroupDescribeRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: ShareGroupDescribeRequest, _ context: RequestContext
    ) async -> ShareGroupDescribeResponse {
        let groups = await context.describe(
            groups: request.groupIDs, withOperations: request.includeAuthorizedOperations
        ) { await coordinator.describeShareGroups($0) }
        return ShareGroupDescribeResponse { $0.groups = context.hidingTopics(groups) }
    }
}

extension ShareGroupDescribeResponse.DescribedGroup: GroupAnswerWithTopics {
    var topicNames: [String] {
        members.flatMap { $0.assignment.topicPartitions }.map(\.topicName)
    }
}
