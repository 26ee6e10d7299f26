// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct LeaveGroupHandler: AsyncRequestHandler {
    typealias Request = LeaveGroupRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: LeaveGroupRequest, _ context: RequestContext) async -> LeaveGroupResponse {
        await coordinator.leave(request, GroupClient(context))
    }
}
