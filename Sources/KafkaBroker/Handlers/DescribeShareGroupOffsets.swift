// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Tells where share groups are, and how much lies before them (KIP-932, KIP-1226).
///
/// DESCRIBE on the group and on the topics: of all topics, the others are left out; asked for, they are refused.
struct DescribeShareGroupOffsetsHandler: AsyncRequestHandler {
    typealias Request = DescribeShareGroupOffsetsRequest

    let coordinator: GroupCoordinator
    let partitions: PartitionRegistry

    func handle(
        _ request: DescribeShareGroupOffsetsRequest, _ context: RequestContext
    ) async -> DescribeShareGroupOffsetsResponse {
        var response = DescribeShareGroupOffsetsResponse()
        for group in request.groups.distinct(by: \.groupID) {
            response.groups.append(await describe(group, context))
        }
        return response
    }

    private func describe(
        _ group: DescribeShareGroupOffsetsRequest.Group, _ context: RequestContext
    ) async -> DescribeShareGroupOffsetsResponse.Group {
        guard context.authorize(.describe, .group, group.groupID) else {
            return .init { ($0.groupID, $0.errorCode) = (group.groupID, .groupAuthorizationFailed) }
        }
        let refused = context.refused(.describe, .topic, (group.topics ?? []).map(\.topicName))
        var allowed = group
        allowed.topics?.removeAll { refused.contains($0.topicName) }
        let partitions = partitions
        var described = await coordinator.describeShareOffsets(allowed) { topic, partition in
            partitions.partition(topic, partition)?.log.highWatermark
        }
        guard described.errorCode == .none else { return described }
        if let asked = group.topics {
            described.topics += asked.filter { refused.contains($0.topicName) }.map { .refused($0) }
        } else {
            let hidden = context.refused(.describe, .topic, described.topics.map(\.topicName))
            described.topics.removeAll { hidden.contains($0.topicName) }
        }
        return described
    }
}

extension DescribeShareGroupOffsetsResponse.Topic {
    fileprivate static func refused(_ topic: DescribeShareGroupOffsetsRequest.Topic) -> Self {
        .init {
            $0.topicName = topic.topicName
            $0.partitions = topic.partitions.map { partition in
                .init {
                    ($0.partitionIndex, $0.startOffset) = (partition, -1)
                    ($0.errorCode, $0.errorMessage) = (ShareError.topicRefused.code, ShareError.topicRefused.message)
                }
            }
        }
    }
}
