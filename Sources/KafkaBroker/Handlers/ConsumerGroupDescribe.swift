// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct ConsumerGroupDescribeHandler: AsyncRequestHandler {
    typealias Request = ConsumerGroupDescribeRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: ConsumerGroupDescribeRequest, _ context: RequestContext) async
        -> ConsumerGroupDescribeResponse
    {
        var groups = await coordinator.describeConsumerGroups(request.groupIDs.distinct())
        if request.includeAuthorizedOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = context.authorizedOperations(.group, groups[index].groupID)
            }
        }
        return ConsumerGroupDescribeResponse { $0.groups = groups }
    }
}
