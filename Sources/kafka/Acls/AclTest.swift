// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka acls test`: what the cluster's authorizer says to somebody, and why.
struct AclTest: Sendable {
    let principal: Principal
    let operation: AclOperation
    let resource: AclRule.Resource
    /// Empty for any address that no entry names.
    let host: String

    static let row = JSONRow(
        "test", "a decision",
        [
            "allowed", "rule", "resourceType", "resourceName", "patternType", "principal", "host", "operation",
            "permissionType",
        ])

    init(_ arguments: Arguments, _ resources: [AclRule.Resource]) throws {
        func one<Element>(_ elements: [Element], _ option: String) throws -> Element {
            guard let first = elements.first else { throw CommandError.missing(option) }
            guard elements.count == 1 else {
                throw CommandError("One question at a time: \(option) is given \(elements.count) times")
            }
            return first
        }
        let name = try AclRule.principal(try one(arguments.strings("principal"), "principal"))
        guard let principal = Principal(name) else { throw CommandError("'\(name)' is no principal") }
        self.principal = principal
        operation = try AclOperation(name: try one(arguments.strings("operation"), "operation"))
        guard !resources.isEmpty else {
            throw CommandError(
                "Say what it is about: --topic, --group, --cluster, --transactional-id, --delegation-token or "
                    + "--user-principal")
        }
        resource = try one(resources, "resource")
        guard resource.pattern == .literal else {
            throw CommandError("One resource is tested, by its name: leave --resource-pattern-type out")
        }
        guard operation != .all, resource.type.operations.contains(operation) else {
            let known = resource.type.operations.filter { $0 != .all }.map(\.name).joined(separator: ", ")
            throw CommandError(
                "\(operation.name) can't be tested on a \(AclResource.name(resource.type.rawValue)); "
                    + "there are \(known)")
        }
        host = arguments.string("host")?.trimmed ?? ""
    }

    /// - Throws: status 1 for what is denied.
    func run(_ admin: Admin, _ context: Context) async throws {
        var rules = AccessRules()
        let found = try await AclRule.described(
            by: .init(type: resource.type, name: resource.name, pattern: .match), admin)
        rules.index = AclIndex(found.flatMap(\.bindings))
        let settings = await settings(admin)
        if let users = settings?.superUsers { rules.superUsers = (try? AccessRules.superUsers(users)) ?? [] }
        rules.allowsWithoutEntries = settings?.allowsWithoutEntries ?? false
        let decision = rules.decide(operation, resource.type, resource.name, by: principal, from: host[...])
        show(decision, context)
        if !decision.isAllowed, settings == nil {
            context.note(
                "\(context.name): the cluster does not tell super.users and allow.everyone.if.no.acl.found, "
                    + "which may allow it all the same")
        }
        if !decision.isAllowed { throw Interrupted(status: 1) }
    }

    private func show(_ decision: AccessDecision, _ context: Context) {
        guard !context.writesJSON else {
            let (rule, entry) = (Self.name(decision), Self.entry(decision))
            let texts = [
                entry.map { AclResource.name($0.resourceType) }, entry?.resourceName,
                entry.map { AclPattern.name($0.pattern) }, entry?.principal, entry?.host,
                entry.map { AclOperation.name($0.operation) }, entry.map { AclPermission.name($0.permission) },
            ].map { $0.map(JSON.string) ?? .null }
            return context.write(
                Self.row(
                    .bool(decision.isAllowed), .string(rule), texts[0], texts[1], texts[2], texts[3], texts[4],
                    texts[5],
                    texts[6]))
        }
        let what =
            "\(AclOperation.name(operation.rawValue)) on \(AclResource.name(resource.type.rawValue)) \(resource.name)"
        let verdict = decision.isAllowed ? "may" : "may not"
        context.out.line(
            "\(principal) \(verdict) \(what)\(host.isEmpty ? "" : " from \(host)"): \(Self.reason(decision))")
    }

    private static func entry(_ decision: AccessDecision) -> AclBinding? {
        if case .entry(let binding) = decision { binding } else { nil }
    }

    private static func name(_ decision: AccessDecision) -> String {
        entry(decision) == nil ? "\(decision)" : "MatchingAcl"
    }

    private static func reason(_ decision: AccessDecision) -> String {
        switch decision {
        case .superUser: "SuperUser, one of super.users"
        case .entry(let binding):
            "MatchingAcl \(AclRule.Entry(binding)) of `\(AclRule.resourceName(binding.resourceType, binding.resourceName, binding.pattern))`"
        case .noEntry(true): "DefaultAllow, since no entry is about it and allow.everyone.if.no.acl.found is true"
        case .noEntry(false): "DefaultDeny, since no entry allows it"
        }
    }

    private struct Settings {
        var superUsers: String
        var allowsWithoutEntries: Bool
    }

    /// What a broker tells of its authorizer; nil if it doesn't.
    private func settings(_ admin: Admin) async -> Settings? {
        let names = ["super.users", "allow.everyone.if.no.acl.found"]
        guard !admin.cluster.configuration.usesControllers, let broker = try? await admin.cluster.brokers().first else {
            return nil
        }
        let described = await admin.describeConfigs([ConfigResource(.broker, "\(broker.id)")], keys: names)
        guard case .success(let configs) = described.first?.result else { return nil }
        let values = names.map { name in configs.first { $0.name == name }?.value }
        guard let users = values[0] else { return nil }
        return Settings(superUsers: users, allowsWithoutEntries: values[1] == "true")
    }
}
