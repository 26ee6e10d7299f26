// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// The `--to-earliest`, `--shift-by` and their kin of a reset: from options to offsets.
struct OffsetTargets: Sendable {
    enum Scenario: Sendable {
        case offset(Int64)
        case earliest
        case latest
        case current
        case shift(Int64)
        case time(Int64)
        case ago(Int64)
        case file(path: String)
    }

    /// The options of tools that have them all.
    static let names = [
        "to-offset", "to-current", "to-datetime", "from-file", "by-duration", "to-earliest", "to-latest", "shift-by",
    ]

    private let scenario: Scenario
    private let file: ResetPlanFile?

    /// - Parameters:
    ///   - names: the options that the tool has for it.
    ///   - fallback: what holds when none was given; nil if one must be.
    ///   - group: what lines of `--from-file` without a group are for; nil if they have to name one.
    init(
        _ arguments: Arguments, among names: [String], for action: String, group: String?,
        fallback: Scenario? = nil
    ) throws {
        let given = names.filter(arguments.has)
        if given.count > 1 { throw CommandError.conflict(given[1], with: given[0]) }
        guard let name = given.first else {
            guard let fallback else {
                throw CommandError(
                    "Option [\(action)] requires one of the following scenarios: "
                        + names.map { "[\($0)]" }.joined(separator: ", "))
            }
            scenario = fallback
            file = nil
            return
        }
        scenario = try Self.scenario(name, arguments)
        if case .file(let path) = scenario {
            file = try ResetPlanFile(path, groups: group.map { [$0] } ?? [])
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
            // Kafka's form is UTC where it names no zone, and others are local; so nobody knows whose a mere day is.
            let isDay = text.allSatisfy { $0.isNumber || $0 == "-" }
            guard !isDay, let time = text.contains("T") ? Timestamps.parse(text, .utc) : TimeText.milliseconds(text)
            else {
                throw CommandError(
                    "Cannot read the time '\(text)' of to-datetime: it must have the form 2026-01-31T08:00:00.000, "
                        + "with a 'T' and, if it isn't UTC, a zone such as +01:00, or be local time "
                        + "('2026-01-31 08:00'), milliseconds since 1970 behind an @, or a duration before now (-30m); "
                        + "--dry-run shows what a time means"
                )
            }
            return .time(time)
        default:
            let text = try arguments.required(name)
            // A duration is always one before now, with or without the minus of other options.
            let words = text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard let duration = Timestamps.duration(text) ?? TimeText.duration(words) else {
                throw CommandError(
                    "Cannot read the duration '\(text)' of \(name): it must have the form PnDTnHnMnS, or 1h30m")
            }
            return .ago(duration)
        }
    }

    /// Whether a file says which partitions are meant.
    var isFile: Bool { file != nil }

    /// Whether `plan` must be told where the group is.
    var needsCurrent: Bool {
        switch scenario {
        case .current, .shift: true
        default: false
        }
    }

    /// The offsets of the partitions, within the log.
    /// - Parameter current: where the group is.
    func plan(
        for group: String, _ partitions: [TopicPartition], current: [TopicPartition: Int64], _ admin: Admin,
        _ context: Context
    ) async throws -> [TopicPartition: Int64] {
        switch scenario {
        case .offset(let offset): return try await clamped(partitions.each(offset), admin, context)
        case .earliest: return try await offsets(partitions, .earliest, admin)
        case .latest: return try await offsets(partitions, .latest, admin)
        case .time(let time): return try await offsets(partitions, at: time, admin, context)
        case .ago(let duration):
            return try await offsets(partitions, at: max(0, Timestamps.now() - duration), admin, context)
        case .shift(let count):
            var plan: [TopicPartition: Int64] = [:]
            for partition in partitions {
                guard let offset = current[partition] else {
                    throw CommandError(
                        "Cannot shift offset for partition \(partition) since there is no current committed offset")
                }
                plan[partition] = offset.addingSaturating(count)
            }
            return try await clamped(plan, admin, context)
        case .current:
            let ends = try await offsets(partitions.filter { current[$0] == nil }, .latest, admin)
            return partitions.reduce(into: [:]) { $0[$1] = current[$1] ?? ends[$1] ?? 0 }
        case .file:
            guard let plan = file?.plans[group] else {
                context.fail("No reset plan for group \(group) found")
                return [:]
            }
            // Of a file, what is in scope; without a scope, all.
            let wanted = partitions.isEmpty ? plan : plan.filter { partitions.contains($0.key) }
            return try await clamped(wanted, admin, context)
        }
    }

    private func offsets(
        _ partitions: [TopicPartition], _ spec: OffsetSpec, _ admin: Admin
    ) async throws -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        return try await admin.listOffsets(partitions.each(spec)).mapValues { try $0.get().offset }
    }

    private func offsets(
        _ partitions: [TopicPartition], at time: Int64, _ admin: Admin, _ context: Context
    ) async throws -> [TopicPartition: Int64] {
        var plan = try await offsets(partitions, .timestamp(time), admin)
        let later = plan.filter { $0.value < 0 }.keys.sorted()
        for partition in later { context.warn("\(partition) has no record of that time or later; its end is taken.") }
        plan.merge(try await offsets(later, .latest, admin)) { $1 }
        return plan
    }

    /// Offsets outside of the log, moved to its nearer end.
    private func clamped(
        _ plan: [TopicPartition: Int64], _ admin: Admin, _ context: Context
    ) async throws -> [TopicPartition: Int64] {
        let starts = try await offsets(Array(plan.keys), .earliest, admin)
        let ends = try await offsets(Array(plan.keys), .latest, admin)
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
