// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// `/topics?search=orders&internal=1&page=2`: of all topics the names, of those of one page what they hold.
enum TopicList {
    static func json(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let size = try request.number("size", in: 1...500) ?? 100
        let number = try request.number("page", in: 1...1_000_000) ?? 1
        let search = request.parameter("search")?.lowercased()
        let showsInternal = request.parameter("internal") != nil
        var topics = try await data.metadata(nil).topics.filter { topic in
            guard topic.errorCode == .none, let name = topic.name else { return false }
            if topic.isInternal, !showsInternal { return false }
            return search.map { name.lowercased().contains($0) } ?? true
        }
        let name: (MetadataResponse.Topic) -> String = { $0.name ?? "" }
        if request.parameter("sort") == "partitions" {
            topics.sort { ($1.partitions.count, name($0)) < ($0.partitions.count, name($1)) }
        } else {
            topics.sort { name($0) < name($1) }
        }
        let page = topics.dropFirst((number - 1) * size).prefix(size)
        let led = page.flatMap(LedPartition.of)
        async let ranges = data.ranges(led)
        async let sizes = data.sizes(led)
        async let configs = TopicConfig.values(
            page.map(name), ["cleanup.policy", "retention.ms", "retention.bytes"], data)
        let found = await (ranges: ranges, sizes: sizes, configs: configs)
        return .members([
            "count": .integer(Int64(topics.count)),
            "page": .integer(Int64(number)),
            "size": .integer(Int64(size)),
            "topics": .array(
                page.map { topic in
                    let summary = TopicSummary(topic, found.ranges, found.sizes)
                    var members = summary.members
                    members.append(.init(name: "config", value: found.configs[name(topic)] ?? .null))
                    return .object(members)
                }),
        ])
    }
}

/// What a topic holds.
struct TopicSummary {
    let members: [JSON.Member]

    init(
        _ topic: MetadataResponse.Topic, _ ranges: [TopicPartition: ClusterData.Range], _ sizes: [TopicPartition: Int64]
    ) {
        let name = topic.name ?? ""
        var messages: Int64 = 0
        var end: Int64 = 0
        var bytes: Int64 = 0
        var known = (ranges: 0, sizes: 0)
        for partition in topic.partitions {
            let key = TopicPartition(name, partition.partitionIndex)
            if let range = ranges[key] {
                messages = messages.addingSaturating(range.count)
                end = end.addingSaturating(range.end)
                known.ranges += 1
            }
            if let size = sizes[key] {
                bytes = bytes.addingSaturating(size)
                known.sizes += 1
            }
        }
        let isWhole = known.ranges == topic.partitions.count
        let object = JSON.members([
            "name": .string(name),
            "id": .string(topic.topicID.description),
            "internal": .bool(topic.isInternal),
            "partitions": .integer(Int64(topic.partitions.count)),
            "replication": .integer(Int64(topic.partitions.first?.replicaNodes.count ?? 0)),
            "offline": .integer(Int64(topic.partitions.count { $0.leaderID < 0 })),
            "underReplicated": .integer(Int64(topic.partitions.count { $0.isrNodes.count < $0.replicaNodes.count })),
            "messages": isWhole ? .integer(messages) : .null,
            "written": isWhole ? .integer(end) : .null,
            "bytes": known.sizes == 0 ? .null : .integer(bytes),
        ])
        if case .object(let members) = object { self.members = members } else { members = [] }
    }
}
