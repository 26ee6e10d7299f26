// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka groups`
struct GroupsCommand: Command {
    static let definition = CommandDefinition(
        name: "groups",
        summary: "List groups of all types",
        actions: [.flag("list", "List groups")],
        options: ConnectionOptions.all + [
            .value(
                "group-type", "TYPE", "Only groups of this type",
                completion: .words(["classic", "consumer", "share", "streams"])),
            .value("protocol", "PROTOCOL", "Only groups of this protocol type, such as consumer"),
            .flag("consumer", "Only groups that consumers use"),
            .flag("share", "Only share groups"),
            .flag("streams", "Only streams groups"),
        ],
        rows: [row],
        examples: [.init("kafka groups --list", "List all groups")],
        differences: ["Groups are sorted by name."])

    private static let row = JSONRow("list", "a group", ["group", "type", "protocol", "state"])

    let connection: ConnectionOptions
    let type: String?
    let protocolType: String?
    let kind: String?

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        _ = try arguments.action()
        type = try arguments.string("group-type").map { text in
            guard ["classic", "consumer", "share", "streams"].contains(text.lowercased()) else {
                throw CommandError("--group-type must be classic, consumer, share or streams, not '\(text)'.")
            }
            return text.lowercased()
        }
        protocolType = arguments.string("protocol")
        kind = ["consumer", "share", "streams"].first(where: arguments.has)
        if let kind {
            let others = ["consumer", "share", "streams", "group-type", "protocol"].filter { $0 != kind }
            try arguments.refuse(others, with: kind)
        }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            let (groups, errors) = try await Admin(cluster).listGroups()
            for error in errors { context.fail(error.message) }
            if context.writesJSON {
                for group in groups.filter(isWanted) {
                    context.write(
                        Self.row(
                            .string(group.groupID), .string(ListConsumerGroups.capitalized(group.type)),
                            .string(group.protocolType), .string(group.state)))
                }
                return
            }
            let rows = groups.filter(isWanted).map { group in
                [group.groupID, ListConsumerGroups.capitalized(group.type), group.protocolType].map {
                    VisibleText.of($0)
                }
            }
            let width = rows.joined().map(\.count).reduce(20, max)
            if let terminal = context.environment.outputWidth, 3 * (width + 1) > terminal {
                let columns = ["GROUP", "TYPE", "PROTOCOL"].map { Table.Column($0, width) }
                return Table(columns: columns, rows: rows).print(context)
            }
            context.out.line(["GROUP", "TYPE", "PROTOCOL"].map { $0.padded(width) }.joined(separator: " "))
            for row in rows { context.out.line(row.map { $0.padded(width) + " " }.joined()) }
        }
    }

    private func isWanted(_ group: ListedGroup) -> Bool {
        let groupType = group.type.lowercased()
        if let type { return groupType == type && (protocolType == nil || group.protocolType == protocolType) }
        if let protocolType { return group.protocolType == protocolType }
        switch kind {
        case "consumer":
            return group.protocolType == "consumer" || group.protocolType.isEmpty || groupType == "consumer"
        case "share", "streams": return groupType == kind
        default: return true
        }
    }
}
