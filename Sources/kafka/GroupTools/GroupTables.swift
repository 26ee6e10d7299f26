// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// What the tools for groups have in common.
enum GroupTables {
    typealias ResetPlan = (group: String, plan: [TopicPartition: Int64])

    static let listed = JSONRow("list", "a group", ["group", "state"])
    static let newOffset = JSONRow(
        "reset-offsets", "a partition, also if nothing was changed yet", ["group", "topic", "partition", "newOffset"])
    static let deletedOffset = JSONRow(
        "delete-offsets", "a partition without an offset now", ["group", "topic", "partition"])

    static let shareStates = ["Empty", "Stable", "Dead"]
    static let streamsStates = ["Empty", "NotReady", "Stable", "Assigning", "Reconciling", "Dead"]

    /// The states of a list with commas, in Kafka's spelling.
    static func states(_ text: String?, of known: [String]) throws -> [String] {
        guard let text, !text.isEmpty else { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            let name = String(word).trimmed.lowercased()
            guard let state = known.first(where: { $0.lowercased() == name }) else {
                throw CommandError("Invalid state list '\(text)'. Valid states are: \(known.joined(separator: ", "))")
            }
            return state
        }
    }

    /// Groups of a type, `share` or `streams`, sorted by name; brokers that don't tell theirs are named.
    static func list(
        _ type: String, states: [String] = [], _ admin: Admin, _ context: Context
    ) async throws -> [ListedGroup] {
        let groups = try await list(states: states, types: [type], admin, context)
        return groups.filter { $0.type.lowercased() == type }
    }

    /// The groups of all brokers that answer; the others are named, unless none answers.
    static func list(
        states: [String], types: [String], _ admin: Admin, _ context: Context
    ) async throws -> [ListedGroup] {
        let (groups, errors) = try await admin.listGroups(states: states, types: types)
        if groups.isEmpty, errors.count == 1, errors[0].isUnsupported { throw errors[0] }
        for error in errors { context.fail("Groups are missing from the list: \(error.message)") }
        return groups
    }

    /// Names only, or with states.
    static func printList(_ groups: [ListedGroup], withStates: Bool, _ context: Context) {
        if context.writesJSON {
            for group in groups { context.write(listed(.string(group.groupID), .string(group.state))) }
            return
        }
        guard withStates else {
            for group in groups { context.out.line(VisibleText.of(group.groupID)) }
            return
        }
        let rows = groups.map { (id: VisibleText.of($0.groupID), state: $0.state) }
        let width = rows.map(\.id.count).reduce(15, max)
        context.out.line("\("GROUP".padded(width)) STATE")
        for row in rows { context.out.line("\(row.id.padded(width)) \(row.state)") }
    }

    /// What a reset makes, or would make.
    /// - Parameters:
    ///   - asCSV: as `--from-file` reads it.
    ///   - single: whether the CSV need not tell the group.
    static func show(_ plans: [ResetPlan], asCSV: Bool, single: Bool, _ context: Context) {
        if context.writesJSON {
            for (group, plan) in plans {
                for (partition, offset) in plan.sorted(by: { $0.key < $1.key }) {
                    context.write(
                        newOffset(
                            .string(group), .string(partition.topic), .number(partition.partition), .number(offset)))
                }
            }
        } else if asCSV {
            export(plans, single: single, context)
        } else {
            printOffsets(plans, context)
        }
    }

    private static func printOffsets(_ plans: [ResetPlan], _ context: Context) {
        guard !plans.isEmpty else { return }
        let rows = plans.flatMap { group, plan in
            plan.sorted { $0.key < $1.key }.map { partition, offset in
                [group, partition.topic, String(partition.partition), String(offset)]
            }
        }
        Table(
            columns: [.init("GROUP", 30), .init("TOPIC", 30), .init("PARTITION", 10), .init("NEW-OFFSET", 15)],
            rows: rows
        ).printBelow(context)
    }

    private static func export(_ plans: [ResetPlan], single: Bool, _ context: Context) {
        for (group, plan) in plans {
            for (partition, offset) in plan.sorted(by: { $0.key < $1.key }) {
                let record = "\(partition.topic),\(partition.partition),\(offset)"
                context.data(single ? record : "\(group),\(record)")
            }
        }
        context.out.line()
    }

    static func write(deletedOffsets partitions: [TopicPartition], of group: String, _ context: Context) {
        for partition in partitions {
            context.write(
                deletedOffset(.string(group), .string(partition.topic), .number(partition.partition)))
        }
    }

    /// The partitions that words such as `topic` and `topic:0,1` name.
    static func partitions(_ words: [String], _ cluster: Cluster) async throws -> [TopicPartition] {
        var partitions = try words.filter { $0.contains(":") }.flatMap(TopicPartitions.parse)
        let whole = words.filter { !$0.contains(":") }
        guard !whole.isEmpty else { return partitions }
        for topic in try await cluster.describeTopics(whole) {
            if topic.error == .unknownTopicOrPartition { throw try await UnknownTopic.error(topic.name, cluster) }
            if topic.error != .none { throw CommandError("Topic '\(topic.name)': \(topic.error.clientMessage)") }
            partitions += topic.partitions.map { TopicPartition(topic.name, $0.partition) }
        }
        return partitions.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
