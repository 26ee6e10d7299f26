// SPDX-License-Identifier: Apache-2.0

/// What `kafka configs` acts on: one entity, all of a type, or a user together with a client.
struct ConfigEntities: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case topics
        case clients
        case users
        case brokers
        case ips
        case brokerLoggers = "broker-loggers"
        case clientMetrics = "client-metrics"
        case groups

        /// `topics` as one of them, as Kafka cuts it: `client-metric`.
        var singular: String { String(rawValue.dropLast()) }
    }

    enum Name: Sendable, Equatable {
        case named(String)
        /// What applies where nothing else does.
        case `default`
    }

    private(set) var kinds: [Kind] = []
    /// As many as kinds, or fewer: a kind without a name means all.
    private(set) var names: [Name] = []

    private static let flags: [(option: String, kind: Kind)] = [
        ("topic", .topics), ("client", .clients), ("user", .users), ("broker", .brokers),
        ("broker-logger", .brokerLoggers), ("ip", .ips), ("client-metrics", .clientMetrics), ("group", .groups),
    ]
    private static let defaults: [(option: String, kind: Kind)] = [
        ("client-defaults", .clients), ("user-defaults", .users), ("broker-defaults", .brokers), ("ip-defaults", .ips),
    ]

    init(_ arguments: Arguments) throws {
        for word in arguments.strings("entity-type") {
            guard let kind = Kind(rawValue: word) else {
                throw CommandError(
                    "Invalid entity type \(word), the entity type must be one of "
                        + Kind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            kinds.append(kind)
        }
        let specific = (Self.flags + Self.defaults).filter { arguments.has($0.option) }
        kinds += specific.map(\.kind)
        if !specific.isEmpty, ["entity-type", "entity-name", "entity-default"].contains(where: arguments.has) {
            throw CommandError(
                "--entity-{type,name,default} should not be used in conjunction with specific entity flags")
        }
        for (name, value) in arguments.occurrences {
            if name == "entity-name", let value { names.append(.named(value)) }
            if name == "entity-default" { names.append(.default) }
        }
        names += Self.flags.compactMap { flag in arguments.string(flag.option).map { .named($0) } }
        names += Self.defaults.filter { arguments.has($0.option) }.map { _ in .default }
        try check(arguments)
    }

    private func check(_ arguments: Arguments) throws {
        if kinds.isEmpty { throw CommandError("At least one entity type must be specified") }
        if Set(kinds).count != kinds.count {
            throw CommandError("Duplicate entity type(s) specified: \(kinds.map(\.rawValue).joined(separator: ","))")
        }
        if kinds.count > 1, Set(kinds) != [.users, .clients] {
            throw CommandError("Only 'users' and 'clients' entity types may be specified together")
        }
        if names.count > kinds.count { throw CommandError("More entity names specified than entity types") }
        if kinds[0] == .brokers || kinds[0] == .brokerLoggers, case .named(let id) = names.first, Int32(id) == nil {
            throw CommandError(
                "The entity name for \(kinds[0].rawValue) must be a valid integer broker id, but it is: \(id)")
        }
        let withDefaults: Set<Kind> = [.users, .clients, .brokers, .ips]
        if names.contains(.default), let kind = kinds.first(where: { !withDefaults.contains($0) }) {
            throw CommandError("--entity-default must not be specified for \(kind.rawValue)")
        }
        if arguments.actions.first == "alter" {
            if names.isEmpty, withDefaults.contains(kinds[0]) {
                throw CommandError(
                    "An entity-name or default entity must be specified with --alter of users, clients, brokers or ips")
            }
            if names.isEmpty {
                throw CommandError("An entity name must be specified with --alter of \(kinds[0].rawValue)")
            }
            if names.count != kinds.count {
                throw CommandError("An entity name must be specified for every entity type")
            }
        } else if kinds[0] == .brokerLoggers, names.isEmpty {
            throw CommandError("An entity name must be specified with --describe of broker-loggers")
        }
    }

    /// Pairs of kind and name; the name is nil where all are meant.
    var pairs: [(kind: Kind, name: Name?)] {
        kinds.enumerated().map { ($1, $0 < names.count ? names[$0] : nil) }
    }
}
