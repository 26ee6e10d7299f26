// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// The members of a group.
struct MembersTable: Sendable {
    static let member = JSONRow(
        "describe", "a member, with --members",
        [
            "group", "consumerId", "groupInstanceId", "host", "clientId", "currentEpoch", "currentAssignment",
            "targetEpoch", "targetAssignment",
        ])

    private let group: GroupDescription

    init(_ group: GroupDescription) { self.group = group }

    func print(_ context: Context, verbose: Bool) {
        DescribeConsumerGroups.noteState(group, context)
        let members = group.members.sorted { $0.id < $1.id }
        if context.writesJSON {
            for member in members {
                context.write(
                    Self.member(
                        .string(group.id), .string(member.id), .optional(member.instanceID), .string(member.host),
                        .string(member.clientID), .optional(member.epoch), .partitions(member.partitions),
                        .optional(group.targetEpoch), member.target.map(JSON.partitions) ?? .null))
            }
            return
        }
        let showsInstance = members.contains { $0.instanceID?.isEmpty == false }
        let widths = [
            members.isEmpty ? 15 : max(15, group.id.count),
            members.map(\.id.count).reduce(15, max),
            members.map { $0.instanceID?.count ?? 0 }.reduce(17, max),
            members.map(\.host.count).reduce(15, max),
            members.map(\.clientID.count).reduce(15, max),
            15,
        ]
        func line(_ cells: [String], _ more: [String]) {
            var text = ""
            for (index, cell) in cells.enumerated() where index != 2 || showsInstance {
                text += cell.padded(widths[index]) + " "
            }
            if verbose {
                let padded = more.dropLast().map { $0.padded(20) } + more.suffix(1)
                text += padded.joined(separator: " ")
            }
            context.out.line(text)
        }
        context.out.line()
        line(
            ["GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS"],
            ["CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT"])
        for member in members {
            line(
                [
                    group.id, member.id, member.instanceID ?? "", member.host, member.clientID,
                    String(member.partitions.count),
                ],
                [
                    member.epoch.map { String($0) } ?? "-", Self.text(member.partitions),
                    group.targetEpoch.map { String($0) } ?? "-", Self.text(member.target ?? []),
                ])
        }
    }

    /// `orders:0,1;payments:2`
    private static func text(_ partitions: [TopicPartition]) -> String {
        if partitions.isEmpty { return "-" }
        var topics: [(name: String, partitions: [Int32])] = []
        for partition in partitions.sorted() {
            if topics.last?.name == partition.topic {
                topics[topics.count - 1].partitions.append(partition.partition)
            } else {
                topics.append((partition.topic, [partition.partition]))
            }
        }
        return topics.map { "\($0.name):\($0.partitions.map(String.init).joined(separator: ","))" }
            .joined(separator: ";")
    }
}
