// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group.
struct HeartbeatHandler: AsyncRequestHandler {
    typealias Request = HeartbeatRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: HeartbeatRequest, _ context: RequestContext) async -> HeartbeatResponse {
        guard context.authorize(.read, .group, request.groupID) else {
            return HeartbeatResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        return await coordinator.heartbeat(request)
    }
}
