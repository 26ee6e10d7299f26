// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka streams-groups`: reads and checks the options.
struct StreamsGroupsCommand: Command {
    static let definition = CommandDefinition(
        name: "streams-groups",
        summary: "List and describe groups of Kafka Streams, delete them, and reset or delete their offsets",
        actions: [
            .flag("list", "List streams groups, with --state in a table"),
            .flag("describe", "Show lag, members or state of groups"),
            .flag("delete", "Delete groups"),
            .flag("reset-offsets", "Plan or (with --execute) make new offsets for a group without members"),
            .flag("delete-offsets", "Delete a group's offsets of input topics"),
        ],
        options: ConnectionOptions.all + [
            GroupOptions.group,
            .flag("all-groups", "Act on all streams groups"),
            GroupOptions.topic("input-topic"),
            .flag("all-input-topics", "Act on all input topics that the group has offsets of"),
            .value(
                "delete-internal-topic", "TOPIC", "Reset: also delete this internal topic; may be repeated",
                repeats: true, completion: .topic),
            .flag("delete-all-internal-topics", "Delete, reset: also delete the group's internal topics"),
            .flag("offsets", "Describe lag (what --describe does by default)"),
            .flag("members", "Describe the members and their tasks"),
            .flag("verbose", "Describe more: epochs, offsets, target tasks"),
            GroupOptions.state(GroupTables.streamsStates),
            GroupOptions.timeout(standard: 30_000),
        ] + GroupOptions.plan + OffsetTargets.options,
        subject: "group",
        destruction: GroupOptions.destruction,
        rows: [
            GroupTables.listed, StreamsGroupTables.offset, StreamsGroupTables.member, StreamsGroupTables.tasksRow,
            StreamsGroupTables.stateRow, GroupTables.newOffset, GroupTables.deletedOffset,
        ],
        examples: [
            .init("kafka streams-groups describe wordcount", "Show how far an application is behind"),
            .init(
                "kafka streams-groups --reset-offsets --group wordcount --all-input-topics --to-earliest --execute",
                "Let a stopped application read its input once more"),
        ],
        differences: [
            GroupOptions.actingOnSeveral,
            "Rows are sorted by topic and partition, and by member.",
        ])

    enum Action: Sendable {
        case list(states: [String]?)
        case describe(GroupView, verbose: Bool)
        case delete
        case reset(OffsetTargets, executes: Bool, exports: Bool)
        case deleteOffsets
    }

    let connection: ConnectionOptions
    let groups: [String]
    /// Of all streams groups.
    let allGroups: Bool
    let topics: [String]
    let internalTopics: [String]
    let deletesInternalTopics: Bool
    let action: Action
    private let warnsOfDryRun: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let name = try arguments.action()
        try Self.refuseStrangers(arguments, name)
        if arguments.has("group") { try arguments.refuse(["all-groups"], with: "group") }
        groups = arguments.strings("group").reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        allGroups = arguments.flag("all-groups")
        topics = arguments.strings("input-topic")
        internalTopics = arguments.strings("delete-internal-topic")
        deletesInternalTopics = arguments.flag("delete-all-internal-topics")
        if deletesInternalTopics, !internalTopics.isEmpty {
            throw CommandError.conflict("delete-internal-topic", with: "delete-all-internal-topics")
        }
        for topic in topics where topic.contains(":") { _ = try TopicPartitions.parse(topic) }
        if arguments.has("all-input-topics") { try arguments.refuse(["input-topic"], with: "all-input-topics") }
        _ = try arguments.integer("timeout", Int64.self)
        if name != "list", name != "delete-offsets" {
            try arguments.requireOneOf(["all-groups", "group"], for: name)
        }
        warnsOfDryRun = name == "reset-offsets" && !arguments.has("dry-run") && !arguments.has("execute")
        switch name {
        case "list":
            action = .list(
                states: arguments.has("state")
                    ? try GroupTables.states(arguments.string("state"), of: GroupTables.streamsStates) : nil)
        case "describe": action = .describe(try GroupView(arguments), verbose: arguments.flag("verbose"))
        case "delete": action = .delete
        case "reset-offsets":
            if arguments.has("dry-run"), arguments.has("execute") {
                throw CommandError("Option [reset-offsets] only accepts one of [execute] and [dry-run]")
            }
            let targets = try OffsetTargets(
                arguments, among: OffsetTargets.names, for: name, group: groups.count == 1 ? groups[0] : nil)
            if topics.isEmpty, !arguments.flag("all-input-topics"), !targets.isFile {
                throw CommandError("One of the reset scopes should be defined: --all-input-topics, --input-topic.")
            }
            action = .reset(targets, executes: arguments.flag("execute"), exports: arguments.flag("export"))
        default:
            guard groups.count == 1 else {
                throw CommandError("Option [delete-offsets] takes one group: --group GROUP.")
            }
            try arguments.requireOneOf(["all-input-topics", "input-topic"], for: name)
            action = .deleteOffsets
        }
    }

    private static func refuseStrangers(_ arguments: Arguments, _ action: String) throws {
        try arguments.refuse(
            strangersTo: action,
            [
                (["group"], ["describe", "delete", "reset-offsets", "delete-offsets"]),
                (["all-groups"], ["describe", "delete", "reset-offsets"]),
                (["input-topic", "all-input-topics"], ["reset-offsets", "delete-offsets"]),
                (["delete-internal-topic"], ["reset-offsets"]),
                (["delete-all-internal-topics"], ["delete", "reset-offsets"]),
                (["members", "offsets", "verbose"], ["describe"]), (["state"], ["describe", "list"]),
                (["dry-run", "execute", "export"] + OffsetTargets.names, ["reset-offsets"]),
            ])
    }

    func run(_ context: Context) async throws {
        if warnsOfDryRun {
            context.warn("nothing is changed without --execute; say --dry-run if that is what you want.")
        }
        try await connection.withCluster(context) { cluster in
            try await Unsupported.explained(Unsupported.streamsGroups) {
                try await StreamsGroups(self, Admin(cluster), context).run()
            }
        }
    }
}
