// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct ConsumerGroupHeartbeatHandler: AsyncRequestHandler {
    typealias Request = ConsumerGroupHeartbeatRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: ConsumerGroupHeartbeatRequest, _ context: RequestContext) async
        -> ConsumerGroupHeartbeatResponse
    {
        await coordinator.heartbeat(request, GroupClient(context))
    }
}
