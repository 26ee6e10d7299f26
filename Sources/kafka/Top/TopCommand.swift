// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka top`
struct TopCommand: Command {
    static let definition = CommandDefinition(
        name: "top",
        summary: "Watch what a cluster is doing: topics, groups and brokers, live",
        discussion: """
            Shows topics with the records that are written to them a second, groups with their lag, how it changes and when \
            it will be gone, and brokers. Enter leads inside: to a topic's partitions and then to its records as they come, \
            to a group's partitions and members. ? tells the keys.

            All comes from what brokers answer to any client: offsets that move, not records that are read. So it works \
            with every cluster and costs it little; it joins no group and commits nothing. Rates are over the last ten \
            seconds. Of more than fifty groups, fifty are asked for their offsets at a time.

            Where standard output or input is no terminal, and with --once, the cluster is looked at twice, a second (or \
            --refresh) apart, and topics and groups are printed once.
            """,
        options: ConnectionOptions.all + [
            .value("refresh", "SECONDS", "Time between two looks [1]"),
            .flag("once", "Print topics and groups once, and end"),
            .value("filter", "WORDS", "Only rows that have these words"),
        ],
        rows: [topicRow, groupRow],
        examples: [
            .init("kafka top", "Watch the cluster"),
            .init("kafka top --once --output json | jq 'select(.kind == \"group\" and .lag > 0)'", "Groups that lag"),
        ],
        differences: ["Apache Kafka has no such tool."])

    private static let topicRow = JSONRow(
        nil, "a topic; kind is topic",
        ["kind", "topic", "partitions", "replicas", "inPerSecond", "records", "bytes", "offline", "underReplicated"])
    private static let groupRow = JSONRow(
        nil, "a group; kind is group",
        ["kind", "group", "type", "state", "members", "lag", "lagPerSecond", "consumedPerSecond", "secondsLeft"])

    let connection: ConnectionOptions
    let refresh: Duration
    let isOnce: Bool
    let filter: String

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let seconds = try arguments.double("refresh") ?? 1
        guard seconds >= 0.1, seconds <= 3600 else {
            throw CommandError("Invalid value of option refresh: it must be from 0.1 to 3600 seconds.")
        }
        refresh = .seconds(seconds)
        isOnce = arguments.flag("once")
        filter = arguments.string("filter") ?? ""
    }

    func run(_ context: Context) async throws {
        let environment = context.environment
        let canDraw = environment.isTerminalOutput && environment.isTerminalInput && environment.isCapableTerminal
        if isOnce || context.writesJSON || !canDraw {
            try await once(context)
        } else {
            var loop = TopLoop(self, context)
            try await loop.run()
        }
    }

    private func once(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            let sampler = TopSampler(cluster)
            var history = TopHistory()
            history.add(try await sampler.sample())
            try await Task.sleep(for: refresh)
            history.add(try await sampler.sample())
            guard let sample = history.latest else { return }
            for problem in sample.problems { context.fail(problem) }
            if context.writesJSON {
                write(sample, history, context)
            } else {
                for (index, page) in [TopPage.topics, .groups].enumerated() {
                    guard let table = history.table(page) else { continue }
                    if index > 0 { context.out.line() }
                    print(table, context)
                }
            }
        }
    }

    private func print(_ table: TopTable, _ context: Context) {
        let lines = table.lines(
            table.arranged(by: table.order, filter: filter), width: context.environment.outputWidth)
        for line in [lines.titles] + lines.rows { context.out.line(line.withoutPadding) }
    }

    private func write(_ sample: TopSample, _ history: TopHistory, _ context: Context) {
        let isShown = { (page: TopPage) in
            Set(
                history.table(page)?.arranged(by: .init(column: 0, isDescending: false), filter: filter).map(\.id) ?? []
            )
        }
        let (topics, groups) = (isShown(.topics), isShown(.groups))
        for topic in sample.topics where topics.contains(topic.name) {
            let summary = TopicSummary(topic, sample, history)
            context.write(
                Self.topicRow(
                    .string("topic"), .string(topic.name), .number(topic.partitions.count), .number(summary.replicas),
                    .rate(summary.rate), .optional(summary.records), .optional(summary.size), .number(summary.offline),
                    .number(summary.underReplicated)))
        }
        for group in sample.groups where groups.contains(group.listed.groupID) {
            let summary = GroupSummary(group, sample, history)
            context.write(
                Self.groupRow(
                    .string("group"), .string(group.listed.groupID), .string(group.listed.type),
                    .string(summary.state), .optional(summary.members), .optional(summary.lag),
                    .rate(summary.motion?.growth), .rate(summary.motion?.consumed), .rate(summary.secondsLeft)))
        }
    }
}

extension JSON {
    /// Null for what is not known, or never.
    fileprivate static func rate(_ rate: Double?) -> JSON {
        guard let rate, rate.isFinite else { return .null }
        return .double((rate * 100).rounded() / 100)
    }
}
