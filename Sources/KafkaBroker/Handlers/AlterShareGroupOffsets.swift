// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Puts an empty share group elsewhere (KIP-932).
struct AlterShareGroupOffsetsHandler: AsyncRequestHandler {
    typealias Request = AlterShareGroupOffsetsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: AlterShareGroupOffsetsRequest, _ context: RequestContext
    ) async -> AlterShareGroupOffsetsResponse {
        await coordinator.alterShareOffsets(request)
    }
}
