// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaProtocol
import KafkaSecurity
import KafkaText

/// Quotas of users, clients and addresses, and SCRAM credentials of users.
struct QuotaConfigs: Sendable {
    static let row = JSONRow(
        "describe", "quotas; of the entity, what is meant by default is null", ["entity", "quotas"])

    let entities: ConfigEntities

    private static let clientQuotas: Set = [
        "producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate",
    ]

    /// Refuses what can't be configured for the entities.
    static func check(_ changes: ConfigChanges, _ entities: ConfigEntities) throws {
        guard [.users, .clients, .ips].contains(entities.kinds[0]) else { return }
        let names = changes.additions.map(\.name) + changes.deletions
        let quotas: Set<String> = entities.kinds[0] == .ips ? ["connection_creation_rate"] : clientQuotas
        let allowsSCRAM = entities.kinds == [.users]
        let unknown = names.filter { !quotas.contains($0) && !(allowsSCRAM && ScramMechanism(name: $0) != nil) }
        if !unknown.isEmpty {
            let what = allowsSCRAM ? "Only quota and SCRAM credential configs" : "Only quota configs"
            throw CommandError(
                "\(what) can be changed for '\(entities.kinds[0].rawValue)'. Unexpected config names: "
                    + unknown.joined(separator: ", "))
        }
        let scram = names.filter { ScramMechanism(name: $0) != nil }
        if !scram.isEmpty, entities.names.contains(.default) {
            throw CommandError(
                "The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials.")
        }
        if !scram.isEmpty, scram.count != names.count {
            throw CommandError("Cannot alter both quota and SCRAM credential configs simultaneously for 'users'.")
        }
        for (name, value) in changes.additions {
            if let mechanism = ScramMechanism(name: name) {
                _ = try ScramCredential(mechanism, value)
            } else if Double(value) == nil {
                throw CommandError("Cannot parse quota configuration value for \(name): \(value)")
            }
        }
    }

    func describe(_ admin: Admin, _ context: Context) async throws {
        for entry in try await fetch(admin) {
            let values = entry.values.sorted { $0.key < $1.key }
            if context.writesJSON {
                context.write(
                    Self.row(
                        .object(entry.entity.map { .init(name: $0.entityType, value: .optional($0.entityName)) }),
                        .object(values.map { .init(name: $0.key, value: .double($0.value)) })))
                continue
            }
            let entity = ["user", "client-id", "ip"].compactMap { kind -> String? in
                guard let found = entry.entity.first(where: { $0.entityType == kind }) else { return nil }
                let label = kind == "user" ? "user-principal" : kind
                return found.entityName.map { "\(label) '\($0)'" } ?? "the default \(label)"
            }.joined(separator: ", ")
            let texts = values.map { "\($0.key)=\(JavaText.double($0.value))" }
            context.out.line("Quota configs for \(entity) are \(texts.joined(separator: ", "))")
        }
        guard entities.kinds == [.users], !entities.names.contains(.default) else { return }
        let users: [String] = entities.names.compactMap { if case .named(let name) = $0 { name } else { nil } }
        try await ScramCredentials.describe(users, admin, context)
    }

    private func fetch(_ admin: Admin) async throws -> [DescribeClientQuotasResponse.EntryData] {
        let request = DescribeClientQuotasRequest {
            $0.strict = true
            $0.components = entities.pairs.map { kind, name in
                DescribeClientQuotasRequest.ComponentData {
                    $0.entityType = Self.entityType(kind)
                    $0.match = nil
                    switch name {
                    case .named(let text):
                        $0.matchType = 0
                        $0.match = text
                    case .default: $0.matchType = 1
                    case nil: $0.matchType = 2
                    }
                }
            }
        }
        let response = try await admin.cluster.send(request)
        if response.errorCode != .none { throw CommandError(response.errorMessage ?? response.errorCode.clientMessage) }
        return (response.entries ?? []).sorted { Self.sortKey($0).lexicographicallyPrecedes(Self.sortKey($1)) }
    }

    private static func sortKey(_ entry: DescribeClientQuotasResponse.EntryData) -> [String] {
        ["user", "client-id", "ip"].map { kind in
            entry.entity.first { $0.entityType == kind }.map { "1" + ($0.entityName ?? "") } ?? "0"
        }
    }

    private static func entityType(_ kind: ConfigEntities.Kind) -> String {
        switch kind {
        case .users: "user"
        case .clients: "client-id"
        default: "ip"
        }
    }

    func alter(_ changes: ConfigChanges, _ admin: Admin) async throws {
        let names = changes.additions.map(\.name) + changes.deletions
        if names.contains(where: { ScramMechanism(name: $0) != nil }), case .named(let user) = entities.names[0] {
            return try await ScramCredentials.alter(user, changes, admin)
        }
        if !changes.deletions.isEmpty {
            let present = Set(try await fetch(admin).first?.values.map(\.key) ?? [])
            let missing = changes.deletions.filter { !present.contains($0) }
            if !missing.isEmpty { throw CommandError("Invalid config(s): \(missing.joined(separator: ","))") }
        }
        let request = AlterClientQuotasRequest {
            $0.entries = [
                AlterClientQuotasRequest.EntryData {
                    $0.entity = entities.pairs.map { kind, name in
                        AlterClientQuotasRequest.EntityData {
                            $0.entityType = Self.entityType(kind)
                            if case .named(let text) = name { $0.entityName = text } else { $0.entityName = nil }
                        }
                    }
                    $0.ops =
                        changes.additions.map { addition in
                            AlterClientQuotasRequest.OpData {
                                $0.key = addition.name
                                $0.value = Double(addition.value) ?? 0
                            }
                        }
                        + changes.deletions.map { name in
                            AlterClientQuotasRequest.OpData {
                                $0.key = name
                                $0.remove = true
                            }
                        }
                }
            ]
        }
        let response = try await admin.send(request, to: .controller)
        for entry in response.entries where entry.errorCode != .none {
            throw CommandError(entry.errorMessage ?? entry.errorCode.clientMessage)
        }
    }
}
