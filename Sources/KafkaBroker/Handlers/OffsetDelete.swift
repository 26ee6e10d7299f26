// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// DELETE on the group, READ on the topics.
struct OffsetDeleteHandler: AsyncRequestHandler {
    typealias Request = OffsetDeleteRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(_ request: OffsetDeleteRequest, _ context: RequestContext) async -> OffsetDeleteResponse {
        guard context.authorize(.delete, .group, request.groupID) else {
            return OffsetDeleteResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        let refused = context.refused(.read, .topic, request.topics.map(\.name))
        guard !refused.isEmpty else { return await coordinator.deleteOffsets(request) }
        var allowed = request
        allowed.topics.removeAll { refused.contains($0.name) }
        var response = await coordinator.deleteOffsets(allowed)
        guard response.errorCode == .none else { return response }
        response.topics += request.topics.filter { refused.contains($0.name) }.map { topic in
            .init {
                $0.name = topic.name
                $0.partitions = topic.partitions.map { partition in
                    .init { ($0.partitionIndex, $0.errorCode) = (partition.partitionIndex, .topicAuthorizationFailed) }
                }
            }
        }
        return response
    }
}
