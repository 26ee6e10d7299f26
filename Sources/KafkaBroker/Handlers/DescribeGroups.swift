// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DESCRIBE on the group.
struct DescribeGroupsHandler: AsyncRequestHandler {
    typealias Request = DescribeGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DescribeGroupsRequest, _ context: RequestContext) async -> DescribeGroupsResponse {
        let groups = await context.describe(
            groups: request.groups, withOperations: request.includeAuthorizedOperations
        ) { await coordinator.describe($0, GroupClient(context)) }
        return DescribeGroupsResponse { $0.groups = groups }
    }
}

extension DescribeGroupsResponse.Group: GroupAnswer {}
