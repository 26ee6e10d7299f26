// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka client-metrics`
struct ClientMetricsCommand: Command {
    static let definition = CommandDefinition(
        name: "client-metrics",
        summary: "Say which metrics clients push to the cluster",
        actions: [
            .flag("alter", "Make or change a resource"), .flag("delete", "Remove a resource"),
            .flag("describe", "Show what resources say"), .flag("list", "List the resources"),
        ],
        options: ConnectionOptions.all + [
            .value("name", "NAME", "Name of the resource"),
            .flag("generate-name", "Alter: take a random name"),
            .value("interval", "MS", "Alter: how often clients push").allowingEmpty(),
            .value(
                "match", "NAME=REGEX,...",
                "Alter: which clients: client_id, client_instance_id, client_software_name, client_software_version, "
                    + "client_source_address, client_source_port"
            ).allowingEmpty(),
            .value("metrics", "PREFIX,...", "Alter: metrics whose names begin so").allowingEmpty(),
        ],
        subject: "name",
        takesSeveral: true,
        destruction: { $0.flag("delete") ? "remove a subscription to clients' metrics" : nil },
        rows: [listed, described],
        examples: [
            .init(
                "kafka client-metrics --alter --name producers --metrics org.apache.kafka.producer. --interval 60000",
                "Ask for all metrics of producers every minute"),
            .init("kafka client-metrics describe producers", "Show a resource"),
        ])

    private static let listed = JSONRow("list", "a resource", ["name"])
    private static let described = JSONRow("describe", "a resource", ["name", "configs"])

    enum Action: Sendable {
        case alter(name: String, changes: [(name: String, value: String)])
        case delete([String])
        /// None means all.
        case describe([String])
        case list
    }

    let connection: ConnectionOptions
    let action: Action

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let alterations = ["generate-name", "interval", "match", "metrics"]
        let names = arguments.strings("name")
        let chosen = try arguments.action()
        if chosen != "alter" { try arguments.refuse(alterations, under: chosen) }
        switch chosen {
        case "alter":
            guard names.isEmpty == arguments.flag("generate-name"), names.count < 2 else {
                throw CommandError("One of --name or --generate-name must be specified with --alter.")
            }
            action = .alter(name: names.first ?? KafkaUUID.random().description, changes: try Self.changes(arguments))
        case "delete":
            guard !names.isEmpty else {
                throw CommandError("A client metrics resource name must be specified with --delete.")
            }
            action = .delete(names)
        case "describe": action = .describe(names)
        default:
            try arguments.refuse(["name"], under: chosen)
            action = .list
        }
    }

    private static let selectors = [
        "client_id", "client_instance_id", "client_software_name", "client_software_version", "client_source_address",
        "client_source_port",
    ]

    private static func changes(_ arguments: Arguments) throws -> [(name: String, value: String)] {
        var changes: [(name: String, value: String)] = []
        if arguments.string("interval") == "" {
            changes.append(("interval.ms", ""))
        } else if let interval = try arguments.integer("interval", Int32.self) {
            changes.append(("interval.ms", String(interval)))
        }
        if let metrics = arguments.string("metrics") { changes.append(("metrics", metrics)) }
        if let match = arguments.string("match") {
            for selector in match.split(separator: ",") {
                let name = String(selector.prefix { $0 != "=" }).trimmed
                guard selector.contains("="), selectors.contains(name) else {
                    throw CommandError(
                        "Invalid selector '\(selector)' of option match: it must have the form NAME=REGEX, with a name "
                            + "of \(selectors.joined(separator: ", ")).")
                }
            }
            changes.append(("match", match))
        }
        return changes
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            try await Unsupported.explained("client metrics need Apache Kafka 3.7 or later") {
                try await perform(Admin(cluster), context)
            }
        }
    }

    private func perform(_ admin: Admin, _ context: Context) async throws {
        switch action {
        case .alter(let name, let changes):
            try await apply(changes, to: name, admin)
            context.out.line("Altered client metrics config for \(name).")
        case .delete(let names):
            for name in names {
                guard let configs = try await found(name, admin, context) else { continue }
                try await apply(configs.map { ($0.name, "") }, to: name, admin)
                context.out.line("Deleted client metrics config for \(name).")
            }
        case .describe(let names):
            for name in names.isEmpty ? try await admin.listClientMetrics() : names {
                if let configs = try await found(name, admin, context) { show(name, configs, context) }
            }
        case .list where context.writesJSON:
            for name in try await admin.listClientMetrics() { context.write(Self.listed(.string(name))) }
        case .list: context.out.line(try await admin.listClientMetrics().joined(separator: "\n"))
        }
    }

    /// What a resource says; nil, and named, if it doesn't exist.
    private func found(
        _ name: String, _ admin: Admin, _ context: Context
    ) async throws -> [DescribeConfigsResponse.Config]? {
        let configs = try await configs(of: name, admin)
        if configs.isEmpty { context.fail(try await unknown(name, admin).message) }
        return configs.isEmpty ? nil : configs
    }

    private func show(_ name: String, _ configs: [DescribeConfigsResponse.Config], _ context: Context) {
        if context.writesJSON {
            let values = configs.map { JSON.Member(name: $0.name, value: .optional($0.value)) }
            return context.write(Self.described(.string(name), .object(values)))
        }
        context.out.line("Client metrics configs for \(name) are:")
        for config in configs { context.out.line("  \(config.name)=\(config.value ?? "")") }
    }

    private func unknown(_ name: String, _ admin: Admin) async throws -> CommandError {
        let hint = closest(to: name, among: try await admin.listClientMetrics()).map { "; did you mean '\($0)'?" } ?? ""
        return CommandError("There is no client metrics resource '\(name)'\(hint)")
    }

    private func configs(of name: String, _ admin: Admin) async throws -> [DescribeConfigsResponse.Config] {
        let results = await admin.describeConfigs([ConfigResource(.clientMetrics, name)])
        // What was not set is not there: defaults don't make a resource.
        return try results.first?.result.get().filter { $0.configSource != 5 }.sorted { $0.name < $1.name } ?? []
    }

    /// An empty value deletes.
    private func apply(_ changes: [(name: String, value: String)], to name: String, _ admin: Admin) async throws {
        let resource = IncrementalAlterConfigsRequest.AlterConfigsResource {
            $0.resourceType = ConfigResource.Kind.clientMetrics.rawValue
            $0.resourceName = name
            $0.configs = changes.map { change in
                IncrementalAlterConfigsRequest.AlterableConfig {
                    $0.name = change.name
                    $0.configOperation = change.value.isEmpty ? 1 : 0
                    $0.value = change.value.isEmpty ? nil : change.value
                }
            }
        }
        for (_, result) in await admin.incrementalAlterConfigs([resource]) { try result.get() }
    }
}
