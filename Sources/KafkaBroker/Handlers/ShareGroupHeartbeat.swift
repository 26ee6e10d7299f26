// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group, DESCRIBE on all topics that are named.
struct ShareGroupHeartbeatHandler: AsyncRequestHandler {
    typealias Request = ShareGroupHeartbeatRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: ShareGroupHeartbeatRequest, _ context: RequestContext
    ) async -> ShareGroupHeartbeatResponse {
        guard context.authorize(.read, .group, request.groupID) else {
            return ShareGroupHeartbeatResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        guard context.refused(.describe, .topic, Set(request.subscribedTopicNames ?? [])).isEmpty else {
            return ShareGroupHeartbeatResponse { $0.errorCode = .topicAuthorizationFailed }
        }
        return await coordinator.heartbeat(request, GroupClient(context))
    }
}
