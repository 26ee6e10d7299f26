// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct SyncGroupHandler: AsyncRequestHandler {
    typealias Request = SyncGroupRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: SyncGroupRequest, _ context: RequestContext) async -> SyncGroupResponse {
        await coordinator.sync(request, GroupClient(context))
    }
}
