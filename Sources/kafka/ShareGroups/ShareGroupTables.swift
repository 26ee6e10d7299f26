// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

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
        let groupWidth = max(15, group.count)
        let topicWidth = rows.map(\.partition.topic.count).reduce(15, max)
        func row(_ cells: [String]) {
            var text = "\n\(cells[0].padded(groupWidth)) \(cells[1].padded(topicWidth)) \(cells[2].padded(10)) "
            if verbose { text += cells[3].padded(13) + " " }
            context.out.write(text + "\(cells[4].padded(13)) \(cells[5])")
        }
        row(["GROUP", "TOPIC", "PARTITION", "LEADER-EPOCH", "START-OFFSET", "LAG"])
        for (partition, offset) in rows {
            row([
                group, partition.topic, String(partition.partition),
                offset.known(offset.leaderEpoch).map { String($0) } ?? "-",
                offset.known(offset.startOffset).map { String($0) } ?? "-",
                offset.known(offset.lag).map { String($0) } ?? "-",
            ])
        }
        context.out.line()
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
        let widths = [
            max(15, group.groupID.count), members.map(\.memberID.count).reduce(15, max),
            members.map(\.clientHost.count).reduce(15, max), members.map(\.clientID.count).reduce(15, max), 12,
        ]
        func row(_ cells: [String], _ epoch: String, _ assignment: String) {
            let text = zip(cells, widths).map { $0.padded($1) }.joined(separator: " ")
            context.out.write("\n\(text) \(verbose ? epoch.padded(13) + " " : "")\(assignment)")
        }
        row(["GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS"], "MEMBER-EPOCH", "ASSIGNMENT")
        for member in members {
            let topics = member.assignment.topicPartitions
            let count = topics.reduce(0) { $0 + $1.partitions.count }
            let assignment = topics.map { topic in
                "\(topic.topicName):\(topic.partitions.sorted().map { String($0) }.joined(separator: ","))"
            }.sorted().joined(separator: ";")
            row(
                [group.groupID, member.memberID, member.clientHost, member.clientID, String(count)],
                String(member.memberEpoch), assignment)
        }
        context.out.line()
    }

    static func state(
        _ group: Group, _ coordinator: GroupCoordinator, _ verbose: Bool, _ context: Context
    ) {
        note(group, context)
        if context.writesJSON {
            return context.write(
                stateRow(
                    .string(group.groupID), coordinator.json, .string(group.groupState), .number(group.groupEpoch),
                    .number(group.assignmentEpoch), .number(group.members.count)))
        }
        let place = coordinator.place
        let groupWidth = max(15, group.groupID.count)
        let width = max(25, place.count)
        func row(_ cells: [String]) {
            var text = "\n\(cells[0].padded(groupWidth)) \(cells[1].padded(width)) \(cells[2].padded(15)) "
            if verbose { text += "\(cells[3].padded(12)) \(cells[4].padded(17)) " }
            context.out.write(text + cells[5])
        }
        row(["GROUP", "COORDINATOR (ID)", "STATE", "GROUP-EPOCH", "ASSIGNMENT-EPOCH", "#MEMBERS"])
        row([
            group.groupID, place, group.groupState, String(group.groupEpoch), String(group.assignmentEpoch),
            String(group.members.count),
        ])
        context.out.line()
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
