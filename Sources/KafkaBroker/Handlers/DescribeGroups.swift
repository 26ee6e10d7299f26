// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct DescribeGroupsHandler: AsyncRequestHandler {
    typealias Request = DescribeGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DescribeGroupsRequest, _ context: RequestContext) async -> DescribeGroupsResponse {
        var groups = await coordinator.describe(request.groups.distinct(), GroupClient(context))
        if request.includeAuthorizedOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = context.authorizedOperations(.group, groups[index].groupID)
            }
        }
        return DescribeGroupsResponse { $0.groups = groups }
    }
}
