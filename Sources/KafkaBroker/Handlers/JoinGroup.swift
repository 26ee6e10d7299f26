// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group.
struct JoinGroupHandler: AsyncRequestHandler {
    typealias Request = JoinGroupRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: JoinGroupRequest, _ context: RequestContext) async -> JoinGroupResponse {
        guard context.authorize(.read, .group, request.groupID) else {
            return JoinGroupResponse(failing: .groupAuthorizationFailed, memberID: "")
                .inVersion(context.apiVersion)
        }
        let response = await coordinator.join(request, GroupClient(context))
        return response.inVersion(context.apiVersion)
    }
}

extension JoinGroupResponse {
    /// A protocol of null came with version 7.
    fileprivate func inVersion(_ version: Int16) -> JoinGroupResponse {
        var copy = self
        if version < 7 { copy.protocolName = protocolName ?? "" }
        return copy
    }
}

extension GroupClient {
    init(_ context: RequestContext) {
        self.init(
            clientID: context.clientID ?? "", host: context.connection.clientHost, apiVersion: context.apiVersion)
    }
}
