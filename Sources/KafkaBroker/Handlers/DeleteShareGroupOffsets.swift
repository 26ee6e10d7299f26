// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Has an empty share group forget topics (KIP-932).
///
/// DELETE on the group, READ on the topics.
struct DeleteShareGroupOffsetsHandler: AsyncRequestHandler {
    typealias Request = DeleteShareGroupOffsetsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: DeleteShareGroupOffsetsRequest, _ context: RequestContext
    ) async -> DeleteShareGroupOffsetsResponse {
        guard context.authorize(.delete, .group, request.groupID) else {
            return .init {
                ($0.errorCode, $0.errorMessage) = (ShareError.groupRefused.code, ShareError.groupRefused.message)
            }
        }
        let refused = context.refused(.read, .topic, request.topics.map(\.topicName))
        var allowed = request
        allowed.topics.removeAll { refused.contains($0.topicName) }
        var response = await coordinator.deleteShareOffsets(allowed)
        guard response.errorCode == .none else { return response }
        response.responses += request.topics.filter { refused.contains($0.topicName) }.map { topic in
            .init {
                $0.topicName = topic.topicName
                ($0.errorCode, $0.errorMessage) = (ShareError.topicRefused.code, ShareError.topicRefused.message)
            }
        }
        return response
    }
}
