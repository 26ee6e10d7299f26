// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group, of a request that is complete.
struct SyncGroupHandler: AsyncRequestHandler {
    typealias Request = SyncGroupRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: SyncGroupRequest, _ context: RequestContext) async -> SyncGroupResponse {
        // Since version 5 both are mandatory (KIP-559).
        guard context.apiVersion < 5 || request.protocolType != nil && request.protocolName != nil else {
            return SyncGroupResponse { $0.errorCode = .inconsistentGroupProtocol }
        }
        guard context.authorize(.read, .group, request.groupID) else {
            return SyncGroupResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        return await coordinator.sync(request, GroupClient(context))
    }
}
