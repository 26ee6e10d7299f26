// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Share groups as Kafka's tool shows them.
enum ShareGroupTables {
    typealias Group = ShareGroupDescribeResponse.DescribedGroup

    static let offset = JSONRow(
        "describe", "a partition", ["group", "topic", "partition", "leaderEpoch", "startOffset", "lag"])
    static let member = JSONRow(
        "describe", "a member, with --members",
        ["group", "consumerId", "host", "clientId", "memberEpoch", "assignment"])
    static let stateRow = JSONRow(
        "describe", "the group, with --state",
        ["group", "coordinator", "state", "groupEpoch", "assignmentEpoch", "members"])

    static func offsets(
        _ group: String, _ rows: [(partition: TopicPartition, offset: DescribeShareGroupOffsetsResponse.Partition)],
        _ verbose: Bool, _ context: Context
    ) {
        if context.writesJSON {
            for (partition, offset) in rows {
                context.write(
                    Self.offset(
                        .string(group), .string(partition.topic), .number(partition.partition),
                        .optional(offset.known(offset.leaderEpoch)), .optional(offset.known(offset.startOffset)),
                        .optional(offset.known(offset.lag))))
            }
            return
        }
        guard !rows.isEmpty else {
            context.out.line("\nShare group '\(group)' has no offset information.")
            return
        }
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.count), cut: 1),
            .init("TOPIC", rows.map(\.partition.topic.count).reduce(15, max)), .init("PARTITION", 10),
            .init("LEADER-EPOCH", 13, if: verbose), .init("START-OFFSET", 13), .init("LAG", 0),
        ]
        func text(_ number: (some FixedWidthInteger)?) -> String { number.map { String($0) } ?? "-" }
        let cells = rows.map { partition, offset in
            [
                group, partition.topic, String(partition.partition), text(offset.known(offset.leaderEpoch)),
                text(offset.known(offset.startOffset)), text(offset.known(offset.lag)),
            ]
        }
        Table(columns: columns, rows: cells).printBelow(context)
    }

    static func members(_ group: Group, _ verbose: Bool, _ context: Context) {
        note(group, context)
        let members = group.members.sorted { $0.memberID < $1.memberID }
        if context.writesJSON {
            for member in members {
                let partitions = member.assignment.topicPartitions.flatMap { topic in
                    topic.partitions.map { TopicPartition(topic.topicName, $0) }
                }
                context.write(
                    Self.member(
                        .string(group.groupID), .string(member.memberID), .string(member.clientHost),
                        .string(member.clientID), .number(member.memberEpoch), .partitions(partitions.sorted())))
            }
            return
        }
        guard !members.isEmpty else { return }
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.groupID.count), cut: 4),
            .init("CONSUMER-ID", members.map(\.memberID.count).reduce(15, max), cut: 3),
            .init("HOST", members.map(\.clientHost.count).reduce(15, max), cut: 1),
            .init("CLIENT-ID", members.map(\.clientID.count).reduce(15, max), cut: 2), .init("#PARTITIONS", 12),
            .init("MEMBER-EPOCH", 13, if: verbose), .init("ASSIGNMENT", 0),
        ]
        let cells = members.map { member in
            let topics = member.assignment.topicPartitions
            let assignment = topics.map { topic in
                "\(topic.topicName):\(topic.partitions.sorted().map { String($0) }.joined(separator: ","))"
            }
            return [
                group.groupID, member.memberID, member.clientHost, member.clientID,
                String(topics.reduce(0) { $0 + $1.partitions.count }), String(member.memberEpoch),
                assignment.sorted().joined(separator: ";"),
            ]
        }
        Table(columns: columns, rows: cells).printBelow(context)
    }

    static func state(
        _ group: Group, _ coordinator: FoundCoordinator, _ verbose: Bool, _ context: Context
    ) {
        note(group, context)
        if context.writesJSON {
            return context.write(
                stateRow(
                    .string(group.groupID), coordinator.json, .string(group.groupState), .number(group.groupEpoch),
                    .number(group.assignmentEpoch), .number(group.members.count)))
        }
        let place = coordinator.place
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.groupID.count), cut: 2),
            .init("COORDINATOR (ID)", max(25, place.count), cut: 1), .init("STATE", 15),
            .init("GROUP-EPOCH", 12, if: verbose), .init("ASSIGNMENT-EPOCH", 17, if: verbose), .init("#MEMBERS", 0),
        ]
        let cells = [
            group.groupID, place, group.groupState, String(group.groupEpoch), String(group.assignmentEpoch),
            String(group.members.count),
        ]
        Table(columns: columns, rows: [cells]).printBelow(context)
    }

    private static func note(_ group: Group, _ context: Context) {
        if group.groupState == "Empty" { context.note("\nShare group '\(group.groupID)' has no active members.") }
    }
}

extension DescribeShareGroupOffsetsResponse.Partition {
    /// One of its numbers; nil where the group has not begun, or the broker does not know it.
    fileprivate func known<Number: SignedInteger>(_ number: Number) -> Number? {
        errorCode == .none && startOffset >= 0 && number >= 0 ? number : nil
    }
}
