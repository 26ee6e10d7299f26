// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct DescribeGroupsHandler: AsyncRequestHandler {
    typealias Request = DescribeGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DescribeGroupsRequest, _ context: RequestContext) async -> DescribeGroupsResponse {
        let groups = await coordinator.describe(request.groups, GroupClient(context))
        return DescribeGroupsResponse { $0.groups = groups }
    }
}
