// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// Which partitions are read, from where to where.
struct ReadRange: Sendable {
    /// Empty for all.
    let partitions: [Int32]
    let start: ReadPoint
    /// Where reading ends; nil to wait for more records forever.
    let until: ReadPoint?
    /// Records to begin with, the newest of all partitions.
    let tail: Int?
    /// Whether to end where there are no more records, rather than wait.
    let exitsAtEnd: Bool

    init(_ arguments: Arguments, _ properties: Properties) throws {
        partitions = try Self.partitions(arguments)
        let (begin, end) = try Self.ends(arguments)
        let point = try begin.map { try ReadPoint($0, option: "offset") }
        if !partitions.isEmpty {
            if !arguments.has("topic") { throw CommandError("The topic is required when partition is specified.") }
        } else if point?.isNumber == true {
            throw CommandError("The partition is required when offset is specified.")
        }
        if point != nil, arguments.has("from-beginning") {
            throw CommandError("Options from-beginning and offset cannot be specified together.")
        }
        start = point ?? Self.start(arguments, properties)
        until = try end.map { try ReadPoint($0, option: "until") }
        if partitions.isEmpty, until?.isNumber == true {
            throw CommandError("The partition is required when until is a number.")
        }
        if case .time(let time)? = until, time > Timestamps.now() {
            throw CommandError("The time of option until has not come yet; leave the option out to wait for records.")
        }
        tail = try arguments.integer("tail")
        if let tail, tail < 1 {
            throw CommandError("Invalid value '\(tail)' of option tail: it must be greater than 0.")
        }
        exitsAtEnd = arguments.flag("exit-at-end")
        try arguments.refuse(["offset", "from-beginning"], with: "tail")
    }

    /// The values of `--offset` and `--until`. kcat gives both as offsets, `s@MILLISECONDS` and `e@MILLISECONDS`.
    private static func ends(_ arguments: Arguments) throws -> (begin: String?, end: String?) {
        let offsets = arguments.strings("offset")
        let begins = offsets.filter { !$0.hasPrefix("e@") }
        let ends = offsets.filter { $0.hasPrefix("e@") } + arguments.strings("until")
        for (option, values) in [("offset", begins), ("until", ends)] where values.count > 1 {
            throw CommandError("Found multiple arguments for option \(option), but it takes only one.")
        }
        return (
            begins.first.map { $0.hasPrefix("s@") ? String($0.dropFirst()) : $0 },
            ends.first.map { $0.hasPrefix("e@") ? String($0.dropFirst()) : $0 }
        )
    }

    /// What a group decides for its members, or can't say.
    func refuseGroup(_ arguments: Arguments) throws {
        for option in ["partition", "offset", "until", "tail"] where arguments.has(option) {
            throw CommandError("Options group and \(option) cannot be specified together.")
        }
    }

    private static func partitions(_ arguments: Arguments) throws -> [Int32] {
        var partitions: [Int32] = []
        for text in arguments.strings("partition").flatMap(commaSeparated) {
            let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int32($0) }
            guard let first = ends[0], let last = ends[ends.count - 1], first <= last, last - first < 100_000 else {
                throw CommandError(
                    "Cannot parse argument '\(text)' of option partition: it must be a whole number, or a range such as 0-3."
                )
            }
            for partition in first...last where !partitions.contains(partition) { partitions.append(partition) }
        }
        if partitions.isEmpty, arguments.has("partition") {
            throw CommandError("Cannot parse argument '' of option partition: it must be a whole number.")
        }
        return partitions
    }

    private static func start(_ arguments: Arguments, _ properties: Properties) -> ReadPoint {
        if arguments.flag("from-beginning") { return .earliest }
        return properties["auto.offset.reset"] == "earliest" && !arguments.has("partition") ? .earliest : .latest
    }
}
