// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// READ on the group, DESCRIBE on all topics that are named; a pattern stands for those that the client may describe.
struct ConsumerGroupHeartbeatHandler: AsyncRequestHandler {
    typealias Request = ConsumerGroupHeartbeatRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: ConsumerGroupHeartbeatRequest, _ context: RequestContext) async
        -> ConsumerGroupHeartbeatResponse
    {
        guard context.authorize(.read, .group, request.groupID) else {
            return ConsumerGroupHeartbeatResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        guard context.refused(.describe, .topic, Set(request.subscribedTopicNames ?? [])).isEmpty else {
            return ConsumerGroupHeartbeatResponse { $0.errorCode = .topicAuthorizationFailed }
        }
        return await coordinator.heartbeat(request, GroupClient(context)) {
            context.authorize(.describe, .topic, $0, audit: .allowed)
        }
    }
}
