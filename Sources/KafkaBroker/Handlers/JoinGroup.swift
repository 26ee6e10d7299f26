// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct JoinGroupHandler: AsyncRequestHandler {
    typealias Request = JoinGroupRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: JoinGroupRequest, _ context: RequestContext) async -> JoinGroupResponse {
        var response = await coordinator.join(request, GroupClient(context))
        // Null came with version 7.
        if context.apiVersion < 7 { response.protocolName = response.protocolName ?? "" }
        return response
    }
}

extension GroupClient {
    init(_ context: RequestContext) {
        self.init(
            clientID: context.clientID ?? "", host: context.connection.clientHost, apiVersion: context.apiVersion)
    }
}
