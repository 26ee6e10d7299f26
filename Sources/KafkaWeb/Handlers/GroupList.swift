// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// `/groups?search=billing&page=2`: of all groups the names, of those of one page their lag.
enum GroupList {
    static func json(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let size = try request.number("size", in: 1...200) ?? 50
        let number = try request.number("page", in: 1...1_000_000) ?? 1
        let search = request.parameter("search")?.lowercased()
        let groups = try await data.groups().filter { group in
            search.map { group.groupID.lowercased().contains($0) } ?? true
        }
        let page = Array(groups.dropFirst((number - 1) * size).prefix(size))
        let offsets = await ClusterData.each(page) { group -> [TopicPartition: Int64]? in
            // Others keep their offsets elsewhere.
            guard ["classic", "consumer", ""].contains(group.groupType.lowercased()) else { return nil }
            return try? await data.committed(group.groupID)
        }
        let partitions = Set(offsets.lazy.compactMap { $0 }.flatMap(\.keys))
        let ends = await data.offsets((try? await data.led(partitions)) ?? [], .latest)
        return .members([
            "count": .integer(Int64(groups.count)),
            "page": .integer(Int64(number)),
            "size": .integer(Int64(size)),
            "groups": .array(
                zip(page, offsets).map { group, offsets in
                    .members([
                        "group": .string(group.groupID),
                        "state": .string(group.groupState),
                        "type": .string(group.groupType),
                        "protocol": .string(group.protocolType),
                        "topics": offsets.map { .integer(Int64(Set($0.keys.map(\.topic)).count)) } ?? .null,
                        "lag": offsets.flatMap { TopicGroups.lag($0, ends) }.map { .integer($0) } ?? .null,
                    ])
                }),
        ])
    }
}
