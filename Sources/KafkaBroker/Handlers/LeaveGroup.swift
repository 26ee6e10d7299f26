// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group.
struct LeaveGroupHandler: AsyncRequestHandler {
    typealias Request = LeaveGroupRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: LeaveGroupRequest, _ context: RequestContext) async -> LeaveGroupResponse {
        guard context.authorize(.read, .group, request.groupID) else {
            return LeaveGroupResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        return await coordinator.leave(request, GroupClient(context))
    }
}
