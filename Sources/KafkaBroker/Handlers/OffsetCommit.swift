// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct OffsetCommitHandler: AsyncRequestHandler {
    typealias Request = OffsetCommitRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: OffsetCommitRequest, _ context: RequestContext) async -> OffsetCommitResponse {
        await coordinator.commit(request, GroupClient(context))
    }
}
