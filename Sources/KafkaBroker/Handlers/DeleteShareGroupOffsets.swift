// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Has an empty share group forget topics (KIP-932).
struct DeleteShareGroupOffsetsHandler: AsyncRequestHandler {
    typealias Request = DeleteShareGroupOffsetsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: DeleteShareGroupOffsetsRequest, _ context: RequestContext
    ) async -> DeleteShareGroupOffsetsResponse {
        await coordinator.deleteShareOffsets(request)
    }
}
