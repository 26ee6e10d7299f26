// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// `/topics/NAME/groups`: the groups that have committed offsets of a topic. All groups have to be asked.
enum TopicGroups {
    /// Groups that are asked at most.
    static let most = 1000

    static func json(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let topic = try await data.topic(request.topicName)
        let name = request.topicName
        let indexes = topic.partitions.map(\.partitionIndex)
        async let ends = data.offsets(LedPartition.of(topic), .latest)
        let groups = try await data.groups().filter { $0.protocolType == "consumer" || $0.protocolType.isEmpty }
        let offsets = await ClusterData.each(Array(groups.prefix(most))) { group in
            (group, (try? await data.committed(group.groupID, topic: (name, indexes))) ?? [:])
        }
        let last = await ends
        return .members([
            "asked": .integer(Int64(min(groups.count, most))),
            "count": .integer(Int64(groups.count)),
            "groups": .array(
                offsets.filter { !$0.1.isEmpty }.map { group, offsets in
                    .members([
                        "group": .string(group.groupID),
                        "state": .string(group.groupState),
                        "partitions": .integer(Int64(offsets.count)),
                        "lag": lag(offsets, last).map { .integer($0) } ?? .null,
                    ])
                }),
        ])
    }

    /// Records that a group has not read yet; nil if an end isn't known.
    static func lag(
        _ offsets: [TopicPartition: Int64], _ ends: [TopicPartition: Result<Int64, ClientError>]
    ) -> Int64? {
        var sum: Int64 = 0
        for (partition, offset) in offsets {
            guard case .success(let end)? = ends[partition] else { return nil }
            sum = sum.addingSaturating(max(0, end.subtractingSaturating(offset)))
        }
        return sum
    }
}
