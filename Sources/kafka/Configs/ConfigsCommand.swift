// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka configs`
struct ConfigsCommand: Command {
    static let definition = CommandDefinition(
        name: "configs",
        summary: "Show and change configurations of topics, brokers, users, clients and more",
        actions: [.flag("describe", "Show configurations"), .flag("alter", "Change configurations")],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController, ConnectionOptions.commandConfig,
            .value(
                "entity-type", "TYPE", "topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups",
                repeats: true, completion: .words(ConfigEntities.Kind.allCases.map(\.rawValue))),
            .value("entity-name", "NAME", "Name of the entity of --entity-type", repeats: true),
            .flag("entity-default", "What holds for all entities of the type that have nothing of their own"),
            .flag("all", "Describe everything, not only what was changed"),
            .value(
                "add-config", "LIST",
                "Set: a=1,b=[2,3]; brackets hold commas together; a password may be - or ${env:NAME}"),
            .value("add-config-file", "FILE", "Set what a properties file says", completion: .file),
            .value("delete-config", "NAMES", "Remove, with commas", repeats: true),
            .value("topic", "TOPIC", "Short for --entity-type topics --entity-name", completion: .topic),
            .value("client", "ID", "Short for --entity-type clients --entity-name"),
            .flag("client-defaults", "Short for --entity-type clients --entity-default"),
            .value("user", "USER", "Short for --entity-type users --entity-name"),
            .flag("user-defaults", "Short for --entity-type users --entity-default"),
            .value("broker", "ID", "Short for --entity-type brokers --entity-name"),
            .flag("broker-defaults", "Short for --entity-type brokers --entity-default"),
            .value("broker-logger", "ID", "Short for --entity-type broker-loggers --entity-name"),
            .value("ip", "IP", "Short for --entity-type ips --entity-name"),
            .flag("ip-defaults", "Short for --entity-type ips --entity-default"),
            .value("group", "GROUP", "Short for --entity-type groups --entity-name", completion: .group),
            .value("client-metrics", "NAME", "Short for --entity-type client-metrics --entity-name"),
            .flag("force", "Accepted for Kafka's sake; nothing is asked anyway").hidden(),
        ],
        destruction: ConfigChanges.destruction,
        rows: ResourceConfigs.rows + [QuotaConfigs.row] + ScramCredentials.rows,
        examples: [
            .init("kafka configs --describe --topic orders", "Show what was changed for a topic"),
            .init("kafka configs --alter --topic orders --add-config retention.ms=86400000", "Keep records for a day"),
        ],
        differences: [
            "Entities are listed by name.",
            "A password of --add-config may be -, which asks for it at the terminal; one of a SCRAM login may be a reference "
                + "such as ${env:NAME} or ${file:PATH}, which is followed here. References in other configurations are "
                + "the brokers' own.",
        ])

    let connection: ConnectionOptions
    let entities: ConfigEntities
    /// Nil to describe.
    let changes: ConfigChanges?
    let describesAll: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let action = try arguments.action()
        if action == "describe" {
            try arguments.refuse(["add-config", "add-config-file", "delete-config"], under: "describe")
        }
        entities = try ConfigEntities(arguments)
        changes = action == "alter" ? try ConfigChanges(arguments) : nil
        describesAll = arguments.flag("all")
        if let changes { try QuotaConfigs.check(changes, entities) }
    }

    func run(_ context: Context) async throws {
        let changes = try changes?.revealed(by: SecretResolver(context.environment))
        try await connection.withCluster(context) { cluster in
            let admin = Admin(cluster)
            switch entities.kinds[0] {
            case .users, .clients, .ips:
                let quotas = QuotaConfigs(entities: entities)
                if let changes {
                    try await quotas.alter(changes, admin)
                } else {
                    try await quotas.describe(admin, context)
                }
            default:
                let resources = ResourceConfigs(kind: entities.kinds[0], name: entities.names.first)
                if let changes {
                    try await resources.alter(changes, admin)
                } else {
                    try await resources.describe(all: describesAll, admin, context)
                }
            }
            if changes != nil { announce(context) }
        }
    }

    private func announce(_ context: Context) {
        switch entities.names[0] {
        case .named(let name): context.out.line("Completed updating config for \(entities.kinds[0].singular) \(name).")
        case .default:
            context.out.line("Completed updating default config for \(entities.kinds[0].rawValue) in the cluster.")
        }
    }
}
