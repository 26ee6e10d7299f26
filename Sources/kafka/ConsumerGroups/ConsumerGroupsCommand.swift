// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka consumer-groups`: reads and checks the options; each action has a file of its own.
struct ConsumerGroupsCommand: Command {
    enum Action: Sendable {
        case list(ListConsumerGroups)
        case describe(DescribeConsumerGroups)
        case delete
        case resetOffsets(ResetOffsets)
        case deleteOffsets(topics: [String])
    }

    let connection: ConnectionOptions
    let groups: GroupSelection
    let action: Action
    private let warnsOfDryRun: Bool
    private let watch: Watch?

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let name = try arguments.action()
        try Self.refuseStrangers(arguments, name)
        if arguments.has("group") { try arguments.refuse(["all-groups"], with: "group") }
        groups = GroupSelection(names: arguments.strings("group"), all: arguments.flag("all-groups"))
        _ = try arguments.integer("timeout", Int64.self)
        watch = try Watch(arguments)
        warnsOfDryRun = name == "reset-offsets" && !arguments.has("dry-run") && !arguments.has("execute")
        switch name {
        case "list": action = .list(try ListConsumerGroups(arguments))
        case "describe":
            try arguments.requireOneOf(["all-groups", "group"], for: "describe")
            action = .describe(try DescribeConsumerGroups(arguments))
        case "delete":
            try arguments.requireOneOf(["all-groups", "group"], for: "delete")
            if arguments.has("topic") {
                throw CommandError(
                    "--delete removes whole groups; --delete-offsets removes a group's offsets of a --topic.")
            }
            action = .delete
        case "reset-offsets":
            try arguments.requireOneOf(["all-groups", "group"], for: "reset-offsets")
            action = .resetOffsets(try ResetOffsets(arguments))
        default:
            guard arguments.has("group"), arguments.has("topic") else {
                throw CommandError("Option [delete-offsets] takes the following options: [group], [topic]")
            }
            guard groups.names.count == 1 else {
                throw CommandError("Option [delete-offsets] takes one group only.")
            }
            action = .deleteOffsets(topics: arguments.strings("topic"))
        }
    }

    private static func refuseStrangers(_ arguments: Arguments, _ action: String) throws {
        try arguments.refuse(
            strangersTo: action,
            [
                (["group"], ["describe", "delete", "reset-offsets", "delete-offsets"]),
                (["all-groups"], ["describe", "delete", "reset-offsets"]),
                (["topic"], ["delete", "reset-offsets", "delete-offsets"]),
                (["members", "offsets", "verbose", "watch"], ["describe"]), (["state"], ["describe", "list"]),
                (["type"], ["list"]),
                (["dry-run", "execute", "export", "all-topics"] + OffsetTargets.names, ["reset-offsets"]),
            ])
    }

    func run(_ context: Context) async throws {
        if warnsOfDryRun {
            context.warn("nothing is changed without --execute; say --dry-run if that is what you want.")
        }
        try await connection.withCluster(context) { cluster in
            let admin = Admin(cluster)
            switch action {
            case .list(let list): try await list.run(admin, context)
            case .describe(let describe):
                let once = { @Sendable in try await describe.run(groups.ids(admin, context), admin, context) }
                if let watch { try await watch.run(context, once) } else { try await once() }
            case .delete: try await delete(try await groups.ids(admin, context), admin, context)
            case .resetOffsets(let reset): try await reset.run(groups, admin, context)
            case .deleteOffsets(let topics):
                try await DeleteOffsets(group: groups.names[0], topics: topics).run(admin, context)
            }
        }
    }

    private func delete(_ ids: [String], _ admin: Admin, _ context: Context) async throws {
        guard !ids.isEmpty else { return }
        var deleted: [String] = []
        for (group, result) in await admin.deleteGroups(ids) {
            switch result {
            case .success: deleted.append(group)
            case .failure(let error):
                let why = try await UnknownGroup.message(error, about: group, admin)
                context.fail("Group '\(group)' could not be deleted: \(why)")
            }
        }
        if !deleted.isEmpty {
            let list = deleted.joined(separator: ", ")
            context.out.line("Deletion of requested consumer groups ('\(list)') was successful.")
        }
    }
}

/// `--group`, repeated, or `--all-groups`.
struct GroupSelection: Sendable {
    var names: [String]
    var all: Bool

    /// Sorted; of all groups those of consumers.
    func ids(_ admin: Admin, _ context: Context) async throws -> [String] {
        guard all else {
            return names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
        return try await ListConsumerGroups.consumerGroups(admin, context).map(\.groupID)
    }
}
