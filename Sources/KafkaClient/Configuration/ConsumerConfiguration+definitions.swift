// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ConsumerConfiguration {
    static let definitions: [ConfigurationDefinition] = [
        .init("group.id", .string, nil, .consumer, "The consumer group.") {
            $0.consumer.groupID = $1.string.isEmpty ? nil : $1.string
        },
        .init("group.instance.id", .nonEmptyString, nil, .consumer, "Makes the group member static.") {
            $0.consumer.groupInstanceID = $1.string
        },
        .init(
            "group.protocol", .word(GroupProtocol.allCases.map { $0.rawValue.uppercased() }, ignoringCase: true),
            "classic", .consumer, "How the group rebalances."
        ) { $0.consumer.groupProtocol = GroupProtocol(rawValue: $1.string.lowercased()) ?? .classic },
        .init("group.remote.assignor", .string, nil, .consumer, "The broker's assignor, with group.protocol=consumer.")
        {
            $0.consumer.remoteAssignor = $1.string.isEmpty ? nil : $1.string
        },
        .init(
            "partition.assignment.strategy", .list, "range,cooperative-sticky", .consumer,
            "Assignors that the member offers: range, roundrobin, sticky, cooperative-sticky."
        ) { (configuration, value) throws(ClientError) in
            configuration.consumer.assignors = try value.list.map { (name) throws(ClientError) in
                guard let assignor = AssignorName(name) else {
                    throw ConfigurationDefinition.invalid(
                        "partition.assignment.strategy", name,
                        "String must be one of: \(AssignorName.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                return assignor
            }
        },
        .init(
            "isolation.level", .word(["read_committed", "read_uncommitted"], ignoringCase: false), "read_uncommitted",
            .consumer, "Which records of transactions are seen."
        ) { $0.consumer.isolationLevel = $1.string == "read_committed" ? .readCommitted : .readUncommitted },
        .init(
            "auto.offset.reset", .string, "latest", .consumer,
            "Where to start without an offset: earliest, latest, none, by_duration:PnDTnHnMnS."
        ) { (configuration, value) throws(ClientError) in
            configuration.consumer.autoOffsetReset = try OffsetReset(property: value.string)
        },
        .init("enable.auto.commit", .bool, "true", .consumer, "Whether offsets are committed in the background.") {
            $0.consumer.enableAutoCommit = $1.bool
        },
        .init("auto.commit.interval.ms", .int32(0 ... .max), "5000", .consumer, "How often offsets are committed.") {
            $0.consumer.autoCommitInterval = $1.milliseconds
        },
        .init("fetch.min.bytes", .int32(0 ... .max), "1", .consumer, "Bytes that a broker gathers before it answers.") {
            $0.consumer.fetchMinBytes = $1.int32
        },
        .init("fetch.max.bytes", .int32(0 ... .max), "52428800", .consumer, "Bytes of one fetch.") {
            $0.consumer.fetchMaxBytes = $1.int32
        },
        .init("fetch.max.wait.ms", .int32(0 ... .max), "500", .consumer, "How long a broker gathers bytes.") {
            $0.consumer.fetchMaxWait = $1.milliseconds
        },
        .init("max.partition.fetch.bytes", .int32(0 ... .max), "1048576", .consumer, "Bytes of a partition in a fetch.")
        {
            $0.consumer.maxPartitionFetchBytes = $1.int32
        },
        .init(
            "session.timeout.ms", .int32(.min ... .max), "45000", .consumer, "After how long a silent member is gone."
        ) {
            $0.consumer.sessionTimeout = $1.milliseconds
        },
        .init(
            "heartbeat.interval.ms", .int32(.min ... .max), "3000", .consumer, "How often a member shows it is alive."
        ) {
            $0.consumer.heartbeatInterval = $1.milliseconds
        },
        .init("max.poll.interval.ms", .int32(1 ... .max), "300000", .consumer, "Longest time between two polls.") {
            $0.consumer.maxPollInterval = $1.milliseconds
        },
        .init("allow.auto.create.topics", .bool, "true", .consumer, "Whether subscribing may create a topic.") {
            $0.consumer.allowAutoCreateTopics = $1.bool
        },
        .init("check.crcs", .bool, "true", .consumer, "Whether the checksum of each batch is checked.") {
            $0.consumer.checkCRCs = $1.bool
        },
        .init("exclude.internal.topics", .bool, "true", .consumer, "Whether patterns leave out internal topics.") {
            $0.consumer.excludeInternalTopics = $1.bool
        },
    ]
}

extension OffsetReset {
    /// Reads the value of `auto.offset.reset`.
    init(property text: String) throws(ClientError) {
        switch text {
        case "earliest": self = .earliest
        case "latest": self = .latest
        case "none": self = .none
        default:
            guard text.hasPrefix("by_duration:"), let duration = Duration(iso8601: text.dropFirst(12)) else {
                throw ConfigurationDefinition.invalid(
                    "auto.offset.reset", text,
                    "Invalid value `\(text)` for configuration auto.offset.reset. The value must be either "
                        + "'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.")
            }
            self = .byDuration(duration)
        }
    }
}

extension Duration {
    /// Reads `P1DT2H3M4.5S`; nil for anything else and for negative durations.
    init?(iso8601 text: Substring) {
        var rest = text
        guard rest.first == "P" else { return nil }
        rest.removeFirst()
        var seconds = 0.0
        var inTime = false
        var count = 0
        while let first = rest.first {
            if first == "T" {
                guard !inTime else { return nil }
                inTime = true
                rest.removeFirst()
                continue
            }
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest[digits.endIndex...]
            guard let number = Double(digits), let unit = rest.first else { return nil }
            switch (unit, inTime) {
            case ("D", false): seconds += number * 86_400
            case ("H", true): seconds += number * 3_600
            case ("M", true): seconds += number * 60
            case ("S", true): seconds += number
            default: return nil
            }
            rest.removeFirst()
            count += 1
        }
        // Longer than the time since 1970 by far, and short enough for a Duration.
        guard count > 0, seconds < 1e12 else { return nil }
        self = .seconds(seconds)
    }
}
