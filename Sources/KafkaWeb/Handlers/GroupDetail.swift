// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol
import KafkaText

/// `/groups/NAME`: a group's members, and how far it is in each partition.
enum GroupDetail {
    static func json(_ data: ClusterData, _ request: HTTPRequest) async throws -> JSON {
        let name = request.groupName
        let type = try await data.groups().first { $0.groupID == name }?.groupType.lowercased() ?? ""
        guard ["", "classic", "consumer"].contains(type) else {
            throw HTTPProblem(
                501,
                "\(name) is a \(type) group, which isn't shown here; kafka \(type)-groups describe \(name) shows it")
        }
        let group = try await GroupState.fetch(name, data)
        let offsets = try await data.committed(name)
        var owners: [TopicPartition: String] = [:]
        for member in group.members {
            for partition in member.partitions { owners[partition] = member.id }
        }
        let partitions = Set(offsets.keys).union(owners.keys).sorted()
        let ends = await data.offsets(try await data.led(partitions), .latest)
        return .members([
            "group": .string(name),
            "state": .string(group.state),
            "type": .string(group.type),
            "assignor": .string(group.assignor),
            "lag": TopicGroups.lag(offsets, ends).map { .integer($0) } ?? .null,
            "members": .array(group.members.sorted { $0.id < $1.id }.map(json)),
            "offsets": .array(
                partitions.map { partition in
                    var end: Int64?
                    if case .success(let offset)? = ends[partition] { end = offset }
                    let offset = offsets[partition]
                    var lag: Int64?
                    if let end, let offset { lag = max(0, end.subtractingSaturating(offset)) }
                    return .members([
                        "topic": .string(partition.topic),
                        "partition": .integer(Int64(partition.partition)),
                        "offset": offset.map { .integer($0) } ?? .null,
                        "end": end.map { .integer($0) } ?? .null,
                        "lag": lag.map { .integer($0) } ?? .null,
                        "member": .optional(owners[partition]),
                    ])
                }),
        ])
    }

    private static func json(_ member: GroupState.Member) -> JSON {
        .members([
            "id": .string(member.id),
            "instance": .optional(member.instanceID),
            "client": .string(member.clientID),
            "host": .string(member.host),
            "partitions": .integer(Int64(member.partitions.count)),
        ])
    }
}
