// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct TxnOffsetCommitHandler: AsyncRequestHandler {
    typealias Request = TxnOffsetCommitRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: TxnOffsetCommitRequest, _ context: RequestContext) async -> TxnOffsetCommitResponse {
        await coordinator.commit(request, GroupClient(context))
    }
}
