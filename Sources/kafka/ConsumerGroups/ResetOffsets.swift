// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka consumer-groups --reset-offsets`
struct ResetOffsets: Sendable {
    /// What the new offsets are.
    enum Scenario: Sendable {
        case offset(Int64)
        case earliest
        case latest
        case current
        case shift(Int64)
        case time(Int64)
        case ago(Int64)
        case file(path: String)

        static let names = [
            "to-offset", "to-current", "to-datetime", "from-file", "by-duration", "to-earliest", "to-latest",
            "shift-by",
        ]
    }

    typealias Plan = [TopicPartition: Int64]

    private let scenario: Scenario
    private let topics: [String]
    private let allTopics: Bool
    private let executes: Bool
    private let exports: Bool
    private let file: ResetPlanFile?

    init(_ arguments: Arguments) throws {
        if arguments.has("dry-run"), arguments.has("execute") {
            throw CommandError("Option [reset-offsets] only accepts one of [execute] and [dry-run]")
        }
        executes = arguments.flag("execute")
        exports = arguments.flag("export")
        topics = arguments.strings("topic")
        allTopics = arguments.flag("all-topics")
        if allTopics, !topics.isEmpty { throw CommandError.conflict("topic", with: "all-topics") }
        let given = Scenario.names.filter(arguments.has)
        if given.count > 1 { throw CommandError.conflict(given[1], with: given[0]) }
        guard let name = given.first else {
            throw CommandError(
                "Option [reset-offsets] requires one of the following scenarios: "
                    + Scenario.names.map { "[\($0)]" }.joined(separator: ", "))
        }
        scenario = try Self.scenario(name, arguments)
        if name != "from-file", !allTopics, topics.isEmpty {
            throw CommandError("One of the reset scopes should be defined: --all-topics, --topic.")
        }
        for topic in topics where topic.contains(":") { _ = try TopicPartitions.parse(topic) }
        if case .file(let path) = scenario {
            file = try ResetPlanFile(path, groups: arguments.strings("group"))
        } else {
            file = nil
        }
    }

    private static func scenario(_ name: String, _ arguments: Arguments) throws -> Scenario {
        switch name {
        case "to-offset": return .offset(try arguments.integer(name) ?? 0)
        case "to-earliest": return .earliest
        case "to-latest": return .latest
        case "to-current": return .current
        case "shift-by": return .shift(try arguments.integer(name) ?? 0)
        case "from-file": return .file(path: try arguments.required(name))
        case "to-datetime":
            let text = try arguments.required(name)
            guard let time = Timestamps.parse(text) else {
                throw CommandError(
                    "Cannot read the time '\(text)' of to-datetime: it must have the form 2026-01-31T08:00:00.000, "
                        + "with a 'T' and, if it isn't UTC, a zone such as +01:00; --dry-run shows what a time means")
            }
            return .time(time)
        default:
            let text = try arguments.required(name)
            guard let duration = Timestamps.duration(text) else {
                throw CommandError(
                    "Cannot read the duration '\(text)' of by-duration: it must have the form PnDTnHnMnS")
            }
            return .ago(duration)
        }
    }

    func run(_ groups: GroupSelection, _ admin: Admin, _ context: Context) async throws {
        let ids = try await groups.ids(admin)
        var plans: [(group: String, plan: Plan)] = []
        for (id, description) in await GroupDescription.fetch(ids, admin) {
            // A group that does not exist yet may get offsets to begin with.
            let state: String
            switch description {
            case .success(let group): state = group.state
            case .failure(let error) where error.errorCode == .groupIDNotFound: state = "Dead"
            case .failure(let error): throw error
            }
            guard state == "Empty" || state == "Dead" else {
                context.fail(
                    "Assignments can only be reset if the group '\(id)' is inactive, but the current state is \(state)."
                )
                continue
            }
            let plan = try await plan(for: id, admin, context)
            if executes, !plan.isEmpty {
                let offsets = plan.mapValues { CommittedOffset($0) }
                for (partition, result) in try await admin.commitOffsets(group: id, offsets) {
                    if case .failure(let error) = result { context.fail("\(partition): \(error.message)") }
                }
            }
            plans.append((id, plan))
        }
        exports ? export(plans, single: groups.names.count == 1, context) : show(plans, context)
    }

    private func show(_ plans: [(group: String, plan: Plan)], _ context: Context) {
        func row(_ group: String, _ topic: String, _ partition: String, _ offset: String) {
            context.out.write(
                "\n" + group.padded(30) + " " + topic.padded(30) + " " + partition.padded(10) + " " + offset.padded(15))
        }
        if plans.isEmpty { return }
        row("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET")
        for (group, plan) in plans {
            for (partition, offset) in plan.sorted(by: { $0.key < $1.key }) {
                row(group, partition.topic, String(partition.partition), String(offset))
            }
        }
        context.out.line()
    }

    private func export(_ plans: [(group: String, plan: Plan)], single: Bool, _ context: Context) {
        for (group, plan) in plans {
            for (partition, offset) in plan.sorted(by: { $0.key < $1.key }) {
                let record = "\(partition.topic),\(partition.partition),\(offset)"
                context.out.line(single ? record : "\(group),\(record)")
            }
        }
        context.out.line()
    }

    private func plan(for group: String, _ admin: Admin, _ context: Context) async throws -> Plan {
        let partitions = try await partitions(of: group, admin)
        switch scenario {
        case .offset(let offset):
            return try await clamped(Dictionary(uniqueKeysWithValues: partitions.map { ($0, offset) }), admin, context)
        case .earliest: return try await offsets(partitions, .earliest, admin)
        case .latest: return try await offsets(partitions, .latest, admin)
        case .time(let time): return try await offsets(partitions, at: time, admin, context)
        case .ago(let duration):
            return try await offsets(partitions, at: Timestamps.now() - duration, admin, context)
        case .shift(let count):
            let committed = try await CommittedOffsets.of(group, admin)
            var plan: Plan = [:]
            for partition in partitions {
                guard let offset = committed[partition] else {
                    throw CommandError(
                        "Cannot shift offset for partition \(partition) since there is no current committed offset")
                }
                plan[partition] = offset + count
            }
            return try await clamped(plan, admin, context)
        case .current:
            let committed = try await CommittedOffsets.of(group, admin)
            let missing = partitions.filter { committed[$0] == nil }
            let ends = try await offsets(missing, .latest, admin)
            return Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0] ?? ends[$0] ?? 0) })
        case .file:
            guard let plan = file?.plans[group] else {
                context.fail("No reset plan for group \(group) found")
                return [:]
            }
            return try await clamped(plan, admin, context)
        }
    }

    private func partitions(of group: String, _ admin: Admin) async throws -> [TopicPartition] {
        if file != nil { return [] }
        if allTopics { return Array(try await CommittedOffsets.of(group, admin).keys) }
        var partitions = try topics.filter { $0.contains(":") }.flatMap(TopicPartitions.parse)
        let whole = topics.filter { !$0.contains(":") }
        guard !whole.isEmpty else { return partitions }
        for topic in try await admin.cluster.describeTopics(whole) {
            if topic.error == .unknownTopicOrPartition { throw try await UnknownTopic.error(topic.name, admin.cluster) }
            if topic.error != .none { throw CommandError("Topic '\(topic.name)': \(topic.error.clientMessage)") }
            partitions += topic.partitions.map { TopicPartition(topic.name, $0.partition) }
        }
        return partitions.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func offsets(_ partitions: [TopicPartition], _ spec: OffsetSpec, _ admin: Admin) async throws -> Plan {
        guard !partitions.isEmpty else { return [:] }
        let specs = Dictionary(uniqueKeysWithValues: partitions.map { ($0, spec) })
        return try await admin.listOffsets(specs).mapValues { try $0.get().offset }
    }

    private func offsets(
        _ partitions: [TopicPartition], at time: Int64, _ admin: Admin, _ context: Context
    ) async throws -> Plan {
        var plan = try await offsets(partitions, .timestamp(time), admin)
        let later = plan.filter { $0.value < 0 }.keys.sorted()
        for partition in later {
            context.warn("\(partition) has no record of that time or later; its end is taken.")
        }
        plan.merge(try await offsets(later, .latest, admin)) { $1 }
        return plan
    }

    /// Offsets outside of the log, moved to its nearer end.
    private func clamped(_ plan: Plan, _ admin: Admin, _ context: Context) async throws -> Plan {
        let partitions = Array(plan.keys)
        let starts = try await offsets(partitions, .earliest, admin)
        let ends = try await offsets(partitions, .latest, admin)
        var result = plan
        for (partition, offset) in plan.sorted(by: { $0.key < $1.key }) {
            if let end = ends[partition], offset > end {
                context.warn(
                    "New offset (\(offset)) is higher than latest offset for topic partition \(partition). "
                        + "Value will be set to \(end)")
                result[partition] = end
            } else if let start = starts[partition], offset < start {
                context.warn(
                    "New offset (\(offset)) is lower than earliest offset for topic partition \(partition). "
                        + "Value will be set to \(start)")
                result[partition] = start
            }
        }
        return result
    }
}
