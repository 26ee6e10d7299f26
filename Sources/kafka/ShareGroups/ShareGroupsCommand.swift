// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka share-groups`: reads and checks the options.
struct ShareGroupsCommand: Command {
    static let definition = CommandDefinition(
        name: "share-groups",
        summary: "List and describe share groups, delete them, and reset or delete their offsets",
        actions: [
            .flag("list", "List share groups, with --state in a table"),
            .flag("describe", "Show offsets, members or state of groups"),
            .flag("delete", "Delete groups"),
            .flag("reset-offsets", "Plan or (with --execute) make a new start for a group without members"),
            .flag("delete-offsets", "Delete a group's offsets of topics"),
        ],
        options: ConnectionOptions.all + [
            GroupOptions.group,
            .flag("all-groups", "Act on all share groups"),
            GroupOptions.topic(),
            GroupOptions.allTopics,
            .flag("offsets", "Describe where the group is (what --describe does by default)"),
            .flag("members", "Describe the members"),
            .flag("verbose", "Describe more: epochs"),
            GroupOptions.state(GroupTables.shareStates),
            GroupOptions.timeout(standard: 30_000),
        ] + GroupOptions.plan
            + OffsetTargets.options(
                "New start", current: "the current one", "to-earliest", "to-latest", "to-datetime", "to-offset",
                "to-current", "from-file"),
        subject: "group",
        destruction: GroupOptions.destruction,
        rows: [
            GroupTables.listed, ShareGroupTables.offset, ShareGroupTables.member, ShareGroupTables.stateRow,
            GroupTables.newOffset, deletedTopic,
        ],
        examples: [
            .init("kafka share-groups describe workers", "Show where a share group is, by partition"),
            .init(
                "kafka share-groups --reset-offsets --group workers --topic jobs --to-earliest --execute",
                "Let a stopped group have all records once more"),
        ],
        differences: [GroupOptions.actingOnSeveral])

    static let deletedTopic = JSONRow("delete-offsets", "a topic without offsets now", ["group", "topic"])

    enum Action: Sendable {
        case list(states: [String]?)
        case describe(GroupView, verbose: Bool)
        case delete
        case reset(OffsetTargets, topics: [String], executes: Bool, exports: Bool)
        case deleteOffsets(topics: [String])
    }

    let connection: ConnectionOptions
    let groups: [String]
    /// Of all share groups.
    let allGroups: Bool
    let action: Action

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let name = try arguments.action()
        try Self.refuseStrangers(arguments, name)
        if arguments.has("group") { try arguments.refuse(["all-groups"], with: "group") }
        groups = arguments.strings("group").reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        allGroups = arguments.flag("all-groups")
        _ = try arguments.integer("timeout", Int64.self)
        switch name {
        case "list":
            action = .list(
                states: arguments.has("state")
                    ? try GroupTables.states(arguments.string("state"), of: GroupTables.shareStates) : nil)
        case "describe":
            try arguments.requireOneOf(["all-groups", "group"], for: name)
            action = .describe(try GroupView(arguments), verbose: arguments.flag("verbose"))
        case "delete":
            try arguments.requireOneOf(["all-groups", "group"], for: name)
            action = .delete
        case "reset-offsets":
            guard groups.count == 1 else {
                throw CommandError("Option [reset-offsets] takes one group: --group GROUP.")
            }
            guard arguments.has("execute") != arguments.has("dry-run") else {
                throw CommandError("Option [reset-offsets] takes one of the options [execute] and [dry-run]")
            }
            let topics = arguments.strings("topic")
            for topic in topics where topic.contains(":") { _ = try TopicPartitions.parse(topic) }
            let targets = try OffsetTargets(
                arguments, among: ["to-earliest", "to-latest", "to-datetime", "to-offset", "to-current", "from-file"],
                for: name, group: groups[0])
            if topics.isEmpty == !arguments.flag("all-topics"), !targets.isFile {
                throw CommandError("One of the reset scopes should be defined: --all-topics, --topic.")
            }
            action = .reset(
                targets, topics: topics, executes: arguments.flag("execute"), exports: arguments.flag("export"))
        default:
            guard groups.count == 1, arguments.has("topic") else {
                throw CommandError("Option [delete-offsets] takes the following options: [group], [topic]")
            }
            action = .deleteOffsets(topics: arguments.strings("topic"))
        }
    }

    private static func refuseStrangers(_ arguments: Arguments, _ action: String) throws {
        try arguments.refuse(
            strangersTo: action,
            [
                (["group"], ["describe", "delete", "reset-offsets", "delete-offsets"]),
                (["all-groups"], ["describe", "delete"]), (["topic"], ["reset-offsets", "delete-offsets"]),
                (["members", "offsets", "verbose"], ["describe"]), (["state"], ["describe", "list"]),
                (
                    [
                        "all-topics", "dry-run", "execute", "export", "to-earliest", "to-latest", "to-datetime",
                        "to-offset", "to-current", "from-file",
                    ], ["reset-offsets"]
                ),
            ])
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            try await Unsupported.explained(Unsupported.shareGroups) {
                try await ShareGroups(self, Admin(cluster), context).run()
            }
        }
    }
}
