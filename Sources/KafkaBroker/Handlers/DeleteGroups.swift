// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DELETE on the group.
struct DeleteGroupsHandler: AsyncRequestHandler {
    typealias Request = DeleteGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DeleteGroupsRequest, _ context: RequestContext) async -> DeleteGroupsResponse {
        let refused = context.refused(.delete, .group, request.groupsNames.distinct())
        var results = await coordinator.delete(request.groupsNames.filter { !refused.contains($0) })
        results += refused.sorted().map { groupID in
            .init { ($0.groupID, $0.errorCode) = (groupID, .groupAuthorizationFailed) }
        }
        return DeleteGroupsResponse { [results] in $0.results = results }
    }
}
