// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct ListGroupsHandler: AsyncRequestHandler {
    typealias Request = ListGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: ListGroupsRequest, _ context: RequestContext) async -> ListGroupsResponse {
        await coordinator.list(request)
    }
}
