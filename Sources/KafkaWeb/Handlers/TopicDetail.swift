// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// `/topics/NAME?page=1`: a topic and its partitions.
enum TopicDetail {
    static func json(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let size = try request.number("size", in: 1...1000) ?? 100
        let number = try request.number("page", in: 1...1_000_000) ?? 1
        let topic = try await data.topic(request.topicName)
        // The sum is of all partitions, what is told of each only of some.
        let led = LedPartition.of(topic)
        async let ranges = data.ranges(led)
        async let sizes = data.sizes(led)
        let found = await (ranges: ranges, sizes: sizes)
        var members = TopicSummary(topic, found.ranges, found.sizes).members
        members.append(.init(name: "page", value: .integer(Int64(number))))
        members.append(.init(name: "size", value: .integer(Int64(size))))
        let page = topic.partitions.dropFirst((number - 1) * size).prefix(size)
        members.append(
            .init(
                name: "rows",
                value: .array(
                    page.map { partition in
                        let key = TopicPartition(topic.name ?? "", partition.partitionIndex)
                        let range = found.ranges[key]
                        return .members([
                            "partition": .integer(Int64(partition.partitionIndex)),
                            "leader": partition.leaderID < 0 ? .null : .integer(Int64(partition.leaderID)),
                            "epoch": .integer(Int64(partition.leaderEpoch)),
                            "replicas": .list(partition.replicaNodes),
                            "isr": .list(partition.isrNodes),
                            "offline": .list(partition.offlineReplicas),
                            "start": range.map { .integer($0.start) } ?? .null,
                            "end": range.map { .integer($0.end) } ?? .null,
                            "bytes": found.sizes[key].map { .integer($0) } ?? .null,
                            "error": partition.errorCode == .none ? .null : .string("\(partition.errorCode)"),
                        ])
                    })))
        return .object(members)
    }
}

extension HTTPRequest {
    /// What stands for `{topic}` and `{group}` in a route.
    var topicName: String { parameters["topic"] ?? "" }
    var groupName: String { parameters["group"] ?? "" }
}
