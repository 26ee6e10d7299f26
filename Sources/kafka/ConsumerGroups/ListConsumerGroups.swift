// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka consumer-groups --list`
struct ListConsumerGroups: Sendable {
    static let states = [
        "PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty", "Assigning", "Reconciling",
    ]
    /// The types that consumers use; share and streams groups have tools of their own.
    static let types = ["Consumer", "Classic"]

    static let listed = JSONRow("list", "a group", ["group", "type", "state"])

    private let showsState: Bool
    private let showsType: Bool
    private let wantedStates: [String]
    private let wantedTypes: [String]

    init(_ arguments: Arguments) throws {
        showsState = arguments.has("state")
        showsType = arguments.has("type")
        wantedStates = try Self.words(arguments, "state", Self.states, "state", "states")
        wantedTypes = try Self.words(arguments, "type", Self.types, "types", "types")
    }

    private static func words(
        _ arguments: Arguments, _ option: String, _ known: [String], _ kind: String, _ plural: String
    ) throws -> [String] {
        guard let text = arguments.string(option), !text.isEmpty else { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            let name = String(word).trimmed.lowercased()
            guard let match = known.first(where: { $0.lowercased() == name }) else {
                throw CommandError(
                    "Invalid \(kind) list '\(text)'. Valid \(plural) are: \(known.joined(separator: ", "))")
            }
            return match
        }
    }

    func run(_ admin: Admin, _ context: Context) async throws {
        let groups = try await Self.consumerGroups(admin, context, states: wantedStates, types: wantedTypes)
        if context.writesJSON {
            for group in groups {
                context.write(
                    Self.listed(
                        .string(group.groupID), group.type.isEmpty ? .null : .string(Self.capitalized(group.type)),
                        group.state.isEmpty ? .null : .string(group.state)))
            }
            return
        }
        guard showsState || showsType else {
            for group in groups { context.out.line(VisibleText.of(group.groupID)) }
            return
        }
        let width = (groups.map { max(15, $0.groupID.count) }.max() ?? 15) + 10
        Table(
            columns: [
                .init("GROUP", width), .init("TYPE", 20, if: showsType), .init("STATE", 20, if: showsState),
            ],
            rows: groups.map { group in
                [group.groupID, group.type.isEmpty ? "Unknown" : Self.capitalized(group.type), group.state]
            }
        ).print(context)
    }

    static func capitalized(_ type: String) -> String { type.prefix(1).uppercased() + type.dropFirst() }

    /// Groups of consumers, sorted by name: not those of Connect, and not groups of shares or streams.
    static func consumerGroups(
        _ admin: Admin, _ context: Context, states: [String] = [], types: [String] = []
    ) async throws -> [ListedGroup] {
        try await GroupTables.list(states: states, types: types, admin, context).filter { group in
            (group.protocolType == "consumer" || group.protocolType.isEmpty)
                && !["share", "streams"].contains(group.type.lowercased())
                && (types.isEmpty || types.contains { $0.lowercased() == group.type.lowercased() })
        }.sorted { $0.groupID < $1.groupID }
    }
}
