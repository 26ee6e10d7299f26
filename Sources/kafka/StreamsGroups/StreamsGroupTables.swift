// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Streams groups as Kafka's tool shows them.
enum StreamsGroupTables {
    typealias Group = StreamsGroupDescribeResponse.DescribedGroup
    typealias Assignment = StreamsGroupDescribeResponse.Assignment

    static let offset = JSONRow(
        "describe", "a partition",
        ["group", "topic", "partition", "currentOffset", "leaderEpoch", "logEndOffset", "offsetLag"])
    static let member = JSONRow(
        "describe", "a member, with --members",
        [
            "group", "targetAssignmentEpoch", "topologyEpoch", "member", "memberProtocol", "memberEpoch", "process",
            "clientId", "assignment", "targetAssignment",
        ])
    static let tasksRow = JSONRow(
        "describe", "an assignment of a member: from subtopologies to partitions", ["active", "standby", "warmup"])
    static let stateRow = JSONRow(
        "describe", "the group, with --state",
        ["group", "coordinator", "state", "groupEpoch", "targetAssignmentEpoch", "members"])

    struct Lag: Sendable {
        var partition: TopicPartition
        /// Nil: none was committed.
        var offset: Int64?
        var leaderEpoch: Int32?
        var end: Int64
        var lag: Int64
    }

    static func offsets(_ group: Group, _ lags: [Lag], _ verbose: Bool, _ context: Context) {
        note(group, context)
        if context.writesJSON {
            for lag in lags {
                context.write(
                    offset(
                        .string(group.groupID), .string(lag.partition.topic), .number(lag.partition.partition),
                        .optional(lag.offset), .optional(lag.leaderEpoch), .number(lag.end), .number(lag.lag)))
            }
            return
        }
        guard !group.members.isEmpty else { return }
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.groupID.count), cut: 1),
            .init("TOPIC", lags.map(\.partition.topic.count).reduce(15, max)), .init("PARTITION", 10),
            .init("CURRENT-OFFSET", 15, if: verbose), .init("LEADER-EPOCH", 15, if: verbose),
            .init("LOG-END-OFFSET", 15, if: verbose), .init("OFFSET-LAG", verbose ? 15 : 0),
        ]
        let cells = lags.map { lag in
            [
                group.groupID, lag.partition.topic, String(lag.partition.partition),
                lag.offset.map { String($0) } ?? "-", lag.leaderEpoch.map { String($0) } ?? "-", String(lag.end),
                String(lag.lag),
            ]
        }
        Table(columns: columns, rows: cells).print(context)
    }

    static func members(_ group: Group, _ verbose: Bool, _ context: Context) {
        note(group, context)
        let members = group.members.sorted { $0.memberID < $1.memberID }
        if context.writesJSON {
            for member in members {
                context.write(
                    Self.member(
                        .string(group.groupID), .number(group.assignmentEpoch), .optional(group.topology?.epoch),
                        .string(member.memberID), .string(member.isClassic ? "classic" : "streams"),
                        .number(member.memberEpoch), .string(member.processID), .string(member.clientID),
                        json(member.assignment), json(member.targetAssignment)))
            }
            return
        }
        guard !members.isEmpty else { return }
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.groupID.count), cut: 4), .init("TARGET-ASSIGNMENT-EPOCH", 25, if: verbose),
            // Kafka has no space behind this column.
            .init("TOPOLOGY-EPOCH", 14, if: verbose),
            .init("MEMBER", members.map(\.memberID.count).reduce(15, max), cut: 3),
            .init("MEMBER-PROTOCOL", 15, if: verbose), .init("MEMBER-EPOCH", 15, if: verbose),
            .init("PROCESS", members.map(\.processID.count).reduce(15, max), cut: 1),
            .init("CLIENT-ID", members.map(\.clientID.count).reduce(15, max), cut: 2), .init("ASSIGNMENTS", 0),
        ]
        let cells = members.map { member in
            let target = verbose ? tasks(member.targetAssignment, "TARGET-") : ""
            return [
                group.groupID, String(group.assignmentEpoch), String(group.topology?.epoch ?? -1), member.memberID,
                member.isClassic ? "classic" : "streams", String(member.memberEpoch), member.processID,
                member.clientID, tasks(member.assignment, "") + target,
            ]
        }
        Table(columns: columns, rows: cells).print(context)
    }

    private static func json(_ assignment: Assignment) -> JSON {
        func tasks(_ tasks: [StreamsGroupDescribeResponse.TaskIds]) -> JSON {
            .object(tasks.map { JSON.Member(name: $0.subtopologyID, value: .list($0.partitions)) })
        }
        return tasksRow(tasks(assignment.activeTasks), tasks(assignment.standbyTasks), tasks(assignment.warmupTasks))
    }

    /// `ACTIVE: 0:[0,1]; 1:[0]; STANDBY: …`
    private static func tasks(_ assignment: Assignment, _ prefix: String) -> String {
        let kinds = [
            ("ACTIVE", assignment.activeTasks), ("STANDBY", assignment.standbyTasks),
            ("WARMUP", assignment.warmupTasks),
        ]
        return kinds.map { name, tasks in
            guard !tasks.isEmpty else { return "" }
            let list = tasks.map { task in
                "\(task.subtopologyID):[\(task.partitions.map { String($0) }.joined(separator: ","))]; "
            }
            return "\(prefix)\(name): \(list.joined())"
        }.joined()
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
        let place = "\(coordinator.host):\(coordinator.port) (\(coordinator.id))"
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.groupID.count), cut: 2),
            .init("COORDINATOR (ID)", max(25, place.count), cut: 1), .init("STATE", 25),
            .init("GROUP-EPOCH", 15, if: verbose), .init("TARGET-ASSIGNMENT-EPOCH", 25, if: verbose),
            .init("#MEMBERS", 0),
        ]
        let cells = [
            group.groupID, place, group.groupState, String(group.groupEpoch), String(group.assignmentEpoch),
            String(group.members.count),
        ]
        Table(columns: columns, rows: [cells]).print(context)
    }

    private static func note(_ group: Group, _ context: Context) {
        if group.groupState == "Empty" { context.note("\nStreams group '\(group.groupID)' has no active members.") }
    }
}
