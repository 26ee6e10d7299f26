// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct ShareGroupDescribeHandler: AsyncRequestHandler {
    typealias Request = ShareGroupDescribeRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: ShareGroupDescribeRequest, _ context: RequestContext
    ) async -> ShareGroupDescribeResponse {
        var groups = await coordinator.describeShareGroups(request.groupIDs.distinct())
        if request.includeAuthorizedOperations {
            for index in groups.indices where groups[index].errorCode == .none {
                groups[index].authorizedOperations = context.authorizedOperations(.group, groups[index].groupID)
            }
        }
        return ShareGroupDescribeResponse { $0.groups = groups }
    }
}
