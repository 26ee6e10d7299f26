// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct DeleteGroupsHandler: AsyncRequestHandler {
    typealias Request = DeleteGroupsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: DeleteGroupsRequest, _ context: RequestContext) async -> DeleteGroupsResponse {
        let results = await coordinator.delete(request.groupsNames)
        return DeleteGroupsResponse { $0.results = results }
    }
}
