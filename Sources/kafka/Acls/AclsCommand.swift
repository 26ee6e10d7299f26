// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka acls`
struct AclsCommand: Command {
    static let definition = CommandDefinition(
        name: "acls",
        summary: "List, add and remove access control lists",
        actions: [
            .flag("list", "List what is allowed and denied"), .flag("add", "Allow or deny something"),
            .flag("remove", "Remove what was allowed or denied"),
            .flag("test", "Say whether somebody may do something, and by which entry; status 1 if not"),
        ],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController, ConnectionOptions.commandConfig,
            .value("topic", "TOPIC", "Topic, or * for all; may be repeated", repeats: true, completion: .topic),
            .value("group", "GROUP", "Group, or * for all; may be repeated", repeats: true, completion: .group),
            .flag("cluster", "The cluster itself"),
            .value("transactional-id", "ID", "Transactional id, or * for all; may be repeated", repeats: true),
            .value("delegation-token", "TOKEN", "Delegation token, or * for all; may be repeated", repeats: true),
            .value("user-principal", "PRINCIPAL", "User whose tokens are meant; may be repeated", repeats: true),
            .value(
                "resource-pattern-type", "TYPE",
                "literal, or prefixed for all names that begin so; to list and remove also any and match [literal]",
                completion: .words(AclPattern.allCases.map { "\($0)" })),
            .value(
                "operation", "OPERATION", "What is allowed or denied: Read, Write, All …; may be repeated [All]",
                repeats: true, completion: .words(AclOperation.allCases.map(\.name))),
            .value("allow-principal", "PRINCIPAL", "Who is allowed: User:alice; may be repeated", repeats: true),
            .value("deny-principal", "PRINCIPAL", "Who is denied: User:eve; may be repeated", repeats: true),
            .value("allow-host", "HOST", "From where it is allowed; may be repeated [*]", repeats: true),
            .value("deny-host", "HOST", "From where it is denied; may be repeated [*]", repeats: true),
            .value(
                "principal", "PRINCIPAL", "List only what is said of these, may be repeated; who is tested",
                repeats: true),
            .value("host", "HOST", "From where it is tested [no address that an entry names]").added(),
            .flag("producer", "All that a producer needs on --topic: Write, Describe, Create"),
            .flag("consumer", "All that a consumer needs on --topic and --group: Read, Describe"),
            .flag("idempotent", "With --producer: idempotent writes, which brokers before Kafka 3.0 want allowed"),
            .flag("force", "Remove without asking"),
        ],
        destruction: { $0.flag("remove") ? "remove access control lists" : nil },
        rows: [row, AclTest.row],
        examples: [
            .init(
                "kafka acls --add --allow-principal User:alice --producer --topic orders", "Let alice write to a topic"),
            .init("kafka acls --list --topic orders", "Show who may do what with it"),
            .init(
                "kafka acls test --principal User:alice --operation read --topic orders --host 10.0.0.7",
                "Say whether alice may read it from there, and why"),
        ],
        differences: [
            "Lists are sorted by resource type and name, then by entry.",
            "--test decides as the broker's authorizer would, on the entries that the cluster shows; whether it has super.users it mostly doesn't tell.",
        ])

    let connection: ConnectionOptions
    let action: String
    let rules: [AclRule]
    let filters: [AclRule.Resource]
    let principals: [String]
    let test: AclTest?
    let isForced: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        action = try arguments.action()
        try Self.check(arguments, action)
        isForced = arguments.flag("force")
        principals = try arguments.strings("principal").map(AclRule.principal)
        filters = try AclRule.resources(arguments)
        test = action == "test" ? try AclTest(arguments, filters) : nil
        let asks = action == "list" || action == "test"
        rules = asks ? [] : try AclRule.rules(arguments, filters)
        guard !asks else { return }
        if filters.isEmpty {
            throw CommandError(
                "You must provide at least one resource: --topic <topic> or --cluster or --group <group> or "
                    + "--delegation-token <Delegation Token ID>")
        }
        if action == "add" {
            if let pattern = arguments.string("resource-pattern-type"), ["any", "match"].contains(pattern.lowercased())
            {
                throw CommandError("A '--resource-pattern-type' value of '\(pattern)' is not valid when adding acls.")
            }
            if rules.contains(where: \.entries.isEmpty) {
                throw CommandError(
                    "You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.")
            }
        }
    }

    private static let row = JSONRow(
        "list", "an access control entry",
        ["resourceType", "resourceName", "patternType", "principal", "host", "operation", "permissionType"])

    private static func check(_ arguments: Arguments, _ action: String) throws {
        let roles = ["producer", "consumer", "allow-host", "allow-principal", "deny-host", "deny-principal"]
        if action == "list" || action == "test" { try arguments.refuse(roles, under: action) }
        if action != "test" { try arguments.refuse(["host"], under: action) }
        for role in ["producer", "consumer"] {
            try arguments.refuse(["operation", "deny-principal", "deny-host"], with: role)
        }
        if arguments.has("principal"), action != "list", action != "test" {
            throw CommandError("The --principal option is only available if --list or --test is set")
        }
        if arguments.has("producer"), !arguments.has("topic") {
            throw CommandError("With --producer you must specify a --topic")
        }
        if arguments.has("idempotent"), !arguments.has("producer") {
            throw CommandError("The --idempotent option is only available if --producer is set")
        }
        if arguments.has("consumer") {
            let foreign = !arguments.has("producer") && (arguments.has("cluster") || arguments.has("transactional-id"))
            guard arguments.has("topic"), arguments.has("group"), !foreign else {
                throw CommandError(
                    "With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id "
                        + "option should be specified.")
            }
        }
    }

    func run(_ context: Context) async throws {
        if action == "remove", !isForced, !confirm(context) { return }
        try await connection.withCluster(context) { cluster in
            let admin = Admin(cluster)
            switch action {
            case "add": try await add(admin, context)
            case "remove": try await remove(admin, context)
            case "test": try await test?.run(admin, context)
            default: try await list(admin, context)
            }
        }
    }

    private func confirm(_ context: Context) -> Bool {
        for rule in rules {
            let entries = rule.entries.map { "\t" + $0.description }.joined(separator: "\n")
            context.out.line(
                rule.entries.isEmpty
                    ? "Are you sure you want to delete all ACLs for resource filter `\(rule.resource)`? (y/n)"
                    : "Are you sure you want to remove ACLs: \n \(entries)\n from resource filter `\(rule.resource)`? (y/n)"
            )
            context.out.flush()
            guard readLine()?.lowercased() == "y" else { return false }
        }
        return true
    }

    private func add(_ admin: Admin, _ context: Context) async throws {
        for rule in rules {
            let request = CreateAclsRequest {
                $0.creations = rule.entries.map { entry in
                    CreateAclsRequest.AclCreation {
                        $0.resourceType = rule.resource.type.rawValue
                        $0.resourceName = rule.resource.name
                        $0.resourcePatternType = rule.resource.pattern.rawValue
                        $0.principal = entry.principal
                        $0.host = entry.host
                        $0.operation = entry.operation
                        $0.permissionType = entry.permission
                    }
                }
            }
            let response = try await admin.send(request, to: .controller)
            for result in response.results where result.errorCode != .none {
                throw CommandError(Self.reason(result.errorCode, result.errorMessage))
            }
            context.out.line(
                "Adding ACLs for resource `\(rule.resource)`: \n "
                    + rule.entries.map { "\t" + $0.description }.joined(separator: "\n") + "\n")
        }
    }

    private func remove(_ admin: Admin, _ context: Context) async throws {
        let request = DeleteAclsRequest {
            $0.filters = rules.flatMap { rule -> [DeleteAclsRequest.Filter] in
                let entries: [AclRule.Entry?] = rule.entries.isEmpty ? [nil] : rule.entries
                return entries.map { entry in
                    DeleteAclsRequest.Filter {
                        $0.resourceTypeFilter = rule.resource.type.rawValue
                        $0.resourceNameFilter = rule.resource.name
                        $0.patternTypeFilter = rule.resource.pattern.rawValue
                        $0.principalFilter = entry?.principal
                        $0.hostFilter = entry?.host
                        $0.operation = entry?.operation ?? 1
                        $0.permissionType = entry?.permission ?? 1
                    }
                }
            }
        }
        let response = try await admin.send(request, to: .controller)
        for result in response.filterResults where result.errorCode != .none {
            throw CommandError(Self.reason(result.errorCode, result.errorMessage))
        }
    }

    private func list(_ admin: Admin, _ context: Context) async throws {
        var found: [AclRule.Found] = []
        for filter in filters.isEmpty ? [nil] : filters.map(Optional.some) {
            found += try await AclRule.described(by: filter, admin)
        }
        let resources = AclRule.Found.merged(found)
        if principals.isEmpty { return show(resources, context) }
        for principal in principals {
            if !context.writesJSON { context.out.line("ACLs for principal `\(principal)`") }
            show(
                resources.compactMap { resource in
                    var copy = resource
                    copy.entries.removeAll { $0.principal != principal }
                    return copy.entries.isEmpty ? nil : copy
                }, context)
        }
    }

    private func show(_ resources: [AclRule.Found], _ context: Context) {
        for resource in resources {
            if context.writesJSON {
                for entry in resource.entries {
                    context.write(
                        Self.row(
                            .string(AclResource.name(resource.type)), .string(resource.resourceName),
                            .string(AclPattern.name(resource.pattern)), .string(entry.principal), .string(entry.host),
                            .string(AclOperation.name(entry.operation)), .string(entry.permissionName)))
                }
                continue
            }
            let entries = resource.entries.map { "\t" + $0.description }.joined(separator: "\n")
            context.out.line("Current ACLs for resource `\(resource.name)`:\n\(entries)\n")
        }
    }

    static func reason(_ code: ErrorCode, _ message: String?) -> String {
        let text = message?.isEmpty == false ? message! : code.clientMessage
        return code == .securityDisabled ? "\(text) (the broker has no authorizer.class.name)" : text
    }
}
