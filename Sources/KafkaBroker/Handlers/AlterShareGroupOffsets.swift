// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Puts an empty share group elsewhere (KIP-932).
///
/// READ on the group and on the topics.
struct AlterShareGroupOffsetsHandler: AsyncRequestHandler {
    typealias Request = AlterShareGroupOffsetsRequest

    let coordinator: GroupCoordinator

    init(_ coordinator: GroupCoordinator) { self.coordinator = coordinator }

    func handle(
        _ request: AlterShareGroupOffsetsRequest, _ context: RequestContext
    ) async -> AlterShareGroupOffsetsResponse {
        guard context.authorize(.read, .group, request.groupID) else {
            return .init {
                ($0.errorCode, $0.errorMessage) = (ShareError.groupRefused.code, ShareError.groupRefused.message)
            }
        }
        let refused = context.refused(.read, .topic, request.topics.map(\.topicName))
        var allowed = request
        allowed.topics.removeAll { refused.contains($0.topicName) }
        var response = await coordinator.alterShareOffsets(allowed)
        guard response.errorCode == .none else { return response }
        response.responses += request.topics.filter { refused.contains($0.topicName) }.map { topic in
            .init {
                // Whatever id it may have.
                $0.topicName = topic.topicName
                $0.partitions = topic.partitions.map { partition in
                    .init {
                        $0.partitionIndex = partition.partitionIndex
                        ($0.errorCode, $0.errorMessage) = (
                            ShareError.topicRefused.code, ShareError.topicRefused.message
                        )
                    }
                }
            }
        }
        return response
    }
}
