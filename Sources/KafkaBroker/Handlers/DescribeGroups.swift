// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DESCRIBE on the group.
struct DescribeGroupsHandler: AsyncRequestHandler {
    typealias Request = DescribeGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DescribeGroupsRequest, _ context: RequestContext) async -> DescribeGroupsResponse {
        let groupIDs = request.groups.distinct()
        let refused = context.refused(.describe, .group, groupIDs)
        var groups = await coordinator.describe(groupIDs.filter { !refused.contains($0) }, GroupClient(context))
        if request.includeAuthorizedOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = context.authorizedOperations(.group, groups[index].groupID)
            }
        }
        groups += refused.sorted().map { groupID in
            .init { ($0.groupID, $0.errorCode) = (groupID, .groupAuthorizationFailed) }
        }
        return DescribeGroupsResponse { [groups] in $0.groups = groups }
    }
}
