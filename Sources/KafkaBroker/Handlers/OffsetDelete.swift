// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct OffsetDeleteHandler: AsyncRequestHandler {
    typealias Request = OffsetDeleteRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: OffsetDeleteRequest, _ context: RequestContext) async -> OffsetDeleteResponse {
        await coordinator.deleteOffsets(request)
    }
}
