// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

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
        let columns: [Table.Column] = [
            .init("GROUP", members.isEmpty ? 15 : max(15, group.id.count), cut: 4),
            .init("CONSUMER-ID", members.map(\.id.count).reduce(15, max), cut: 3),
            .init("GROUP-INSTANCE-ID", members.map { $0.instanceID?.count ?? 0 }.reduce(17, max), if: showsInstance),
            .init("HOST", members.map(\.host.count).reduce(15, max), cut: 1),
            .init("CLIENT-ID", members.map(\.clientID.count).reduce(15, max), cut: 2), .init("#PARTITIONS", 15),
            .init("CURRENT-EPOCH", 20, if: verbose), .init("CURRENT-ASSIGNMENT", 20, if: verbose),
            .init("TARGET-EPOCH", 20, if: verbose), .init("TARGET-ASSIGNMENT", 0, if: verbose),
            // Kafka has a space behind the last cell.
            .init("", 0, if: !verbose),
        ]
        let cells = members.map { member in
            [
                group.id, member.id, member.instanceID ?? "", member.host, member.clientID,
                String(member.partitions.count), member.epoch.map { String($0) } ?? "-", Self.text(member.partitions),
                group.targetEpoch.map { String($0) } ?? "-", Self.text(member.target ?? []), "",
            ]
        }
        context.out.line()
        Table(columns: columns, rows: cells).print(context)
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
