// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct ShareGroupHeartbeatHandler: AsyncRequestHandler {
    typealias Request = ShareGroupHeartbeatRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: ShareGroupHeartbeatRequest, _ context: RequestContext
    ) async -> ShareGroupHeartbeatResponse {
        await coordinator.heartbeat(request, GroupClient(context))
    }
}
