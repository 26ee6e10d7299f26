// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Tells where share groups are, and how much lies before them (KIP-932, KIP-1226).
struct DescribeShareGroupOffsetsHandler: AsyncRequestHandler {
    typealias Request = DescribeShareGroupOffsetsRequest

    let coordinator: GroupCoordinator
    let partitions: PartitionRegistry

    func handle(
        _ request: DescribeShareGroupOffsetsRequest, _ context: RequestContext
    ) async -> DescribeShareGroupOffsetsResponse {
        var response = DescribeShareGroupOffsetsResponse()
        for group in request.groups.distinct(by: \.groupID) {
            let partitions = partitions
            response.groups.append(
                await coordinator.describeShareOffsets(group) { topic, partition in
                    partitions.partition(topic, partition)?.log.highWatermark
                })
        }
        return response
    }
}
