// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// `kafka clusters`
struct ClustersCommand: Command {
    static let definition = CommandDefinition(
        name: "clusters",
        summary: "Show, check and choose the clusters that have names",
        discussion: """
            A file names clusters and says how to talk to each, so that kafka --cluster NAME TOOL is all that must be \
            typed. kafka-security(7) tells what stands in it.

            check connects to each cluster, with its properties and what their references lead to; kafka-doctor(1) tells \
            more of one. show prints properties; in the place of secrets it prints [hidden], and references as they are \
            written.
            """,
        actions: [
            .word("list", "List the clusters; an asterisk marks the current one"),
            .word("check", "Connect to the clusters, or to those named"),
            .word("use", "Make a cluster the current one"),
            .word("show", "Show what is said of a cluster, by default of the one that is used"),
        ],
        options: [
            .value("name", "NAME", "The cluster; check takes several words", repeats: true, completion: .profile)
        ],
        subject: "name",
        rows: [listed, checked, shown],
        examples: [
            .init("kafka clusters use staging", "Work with this one from now on"),
            .init("kafka clusters check", "See which of the clusters can be reached"),
        ],
        differences: ["Apache Kafka has no such tool."])

    private static let listed = JSONRow(
        "list", "a cluster", ["name", "bootstrapServers", "securityProtocol", "current", "protected", "description"])
    static let checked = JSONRow("check", "a cluster", ["name", "reached", "clusterId", "brokers", "error"])
    private static let shown = JSONRow("show", "a property", ["cluster", "name", "value", "secret"])

    enum Action: Sendable {
        case list
        case check([String])
        case use(String)
        case show(String?)
    }

    let action: Action

    init(_ arguments: Arguments) throws {
        let names = arguments.strings("name")
        let word = try arguments.action()
        if names.count > 1, word != "check" { throw CommandError("\(word) takes one cluster, not \(names.count).") }
        switch word {
        case "list":
            try arguments.refuse(["name"], under: word)
            action = .list
        case "check": action = .check(names)
        case "use": action = .use(try arguments.required("name"))
        default: action = .show(names.first)
        }
    }

    func run(_ context: Context) async throws {
        switch action {
        case .list: try list(context)
        case .check(let names): try await ClusterCheck(names).run(context)
        case .use(let name): try use(name, context)
        case .show(let name): try show(name, context)
        }
    }

    private func list(_ context: Context) throws {
        guard let file = try ProfileFile.load(context.environment) else {
            let path = ProfileFile.place(context.environment) ?? "~/.config/kafka/config"
            return context.note("there is no \(path); man kafka-security shows what it holds")
        }
        let used = context.environment.text(ChosenProfile.variable) ?? file.current
        if context.writesJSON {
            for profile in file.profiles {
                context.write(
                    Self.listed(
                        .string(profile.name), profile.servers.map(JSON.string) ?? .null,
                        .string(profile.securityProtocol), .bool(profile.name == used), .bool(profile.isProtected),
                        profile.description.map(JSON.string) ?? .null))
            }
            return
        }
        func width(_ texts: [String], _ title: String) -> Int { max(texts.map(\.count).max() ?? 0, title.count) }
        Table(
            columns: [
                .init("", 1), .init("NAME", width(file.profiles.map(\.name), "NAME")),
                .init("BOOTSTRAP", width(file.profiles.map { $0.servers ?? "-" }, "BOOTSTRAP"), cut: 2),
                .init("SECURITY", 14), .init("PROTECTED", 9), .init("DESCRIPTION", 11, cut: 1),
            ],
            rows: file.profiles.map { profile in
                [
                    profile.name == used ? "*" : "", profile.name, profile.servers ?? "-", profile.securityProtocol,
                    profile.isProtected ? "yes" : "no", profile.description ?? "",
                ]
            }
        ).print(context)
    }

    private func use(_ name: String, _ context: Context) throws {
        let chosen = try ChosenProfile.find(name, context.environment)
        guard let file = try ProfileFile.load(context.environment), let chosen else { return }
        try file.select(chosen.profile.name)
        context.out.line("The current cluster is \(name).")
        if let variable = context.environment.text(ChosenProfile.variable), variable != name {
            context.warn("$\(ChosenProfile.variable) is set and wins: it names '\(variable)'")
        }
    }

    private func show(_ name: String?, _ context: Context) throws {
        guard let chosen = try ChosenProfile.find(name, context.environment) else {
            throw CommandError("No cluster is the current one; kafka clusters use NAME chooses one")
        }
        let profile = chosen.profile
        if !context.writesJSON { context.out.line("\(profile.name), of \(chosen.path)") }
        for entry in profile.properties.entries {
            let value = SecretProperty.shown(entry.name, entry.value)
            if context.writesJSON {
                let isHidden = value != entry.value
                context.write(
                    Self.shown(
                        .string(profile.name), .string(entry.name), isHidden ? .null : .string(value),
                        .bool(isHidden)))
            } else {
                context.out.line("  \(entry.name) = \(value)")
            }
        }
        if !context.writesJSON, profile.isProtected { context.out.line("  protected = true") }
    }
}

extension ProfileFile.Profile {
    fileprivate var servers: String? { properties["bootstrap.servers"] ?? properties["bootstrap.controllers"] }
    fileprivate var securityProtocol: String { properties["security.protocol"]?.uppercased() ?? "PLAINTEXT" }
}
