// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DESCRIBE on the cluster; else those groups are listed that the client may describe.
struct ListGroupsHandler: AsyncRequestHandler {
    typealias Request = ListGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: ListGroupsRequest, _ context: RequestContext) async -> ListGroupsResponse {
        let seesAll = context.authorizeCluster(.describe, audit: .allowed)
        var response = await coordinator.list(request)
        guard !seesAll else { return response }
        response.groups.removeAll { !context.authorize(.describe, .group, $0.groupID, audit: .allowed) }
        return response
    }
}
