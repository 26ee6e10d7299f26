// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What is allowed or denied for one resource.
struct AclRule: Sendable {
    struct Resource: Sendable, Hashable, CustomStringConvertible {
        var type: AclResource
        var name: String
        var pattern: AclPattern

        var description: String { AclRule.resourceName(type.rawValue, name, pattern.rawValue) }
    }

    struct Entry: Sendable, Hashable, Comparable, CustomStringConvertible {
        var principal: String
        var host: String
        var operation: Int8
        var permission: Int8

        var description: String {
            "(principal=\(principal), host=\(host), operation=\(AclOperation.name(operation)), "
                + "permissionType=\(permissionName))"
        }

        var permissionName: String { AclPermission.name(permission) }

        init(principal: String, host: String, operation: Int8, permission: Int8) {
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permission = permission
        }

        init(_ binding: AclBinding) {
            self.init(
                principal: binding.principal, host: binding.host, operation: binding.operation,
                permission: binding.permission)
        }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.principal, left.host, left.operation, left.permission)
                < (right.principal, right.host, right.operation, right.permission)
        }
    }

    var resource: Resource
    var entries: [Entry]

    /// A resource as Kafka prints it.
    static func resourceName(_ type: Int8, _ name: String, _ pattern: Int8) -> String {
        "ResourcePattern(resourceType=\(AclResource.name(type)), name=\(name), "
            + "patternType=\(AclPattern.name(pattern)))"
    }

    /// `User:alice`
    static func principal(_ text: String) throws -> String {
        let name = text.trimmed
        let parts = name.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else {
            throw CommandError("expected a string in format principalType:principalName but got '\(text)'")
        }
        return name
    }

    static func resources(_ arguments: Arguments) throws -> [Resource] {
        let word = arguments.string("resource-pattern-type") ?? "literal"
        guard let pattern = AclPattern.allCases.first(where: { "\($0)" == word.lowercased() }) else {
            throw CommandError("Unknown resource-pattern-type: '\(word)' is none of any, match, literal, prefixed")
        }
        var resources: [Resource] = []
        func add(_ option: String, _ type: AclResource) {
            resources += arguments.strings(option).map { Resource(type: type, name: $0.trimmed, pattern: pattern) }
        }
        add("topic", .topic)
        if pattern == .literal, arguments.has("cluster") || arguments.has("idempotent") { resources.append(theCluster) }
        add("group", .group)
        add("transactional-id", .transactionalID)
        add("delegation-token", .delegationToken)
        add("user-principal", .user)
        return resources
    }

    private static let theCluster = Resource(type: .cluster, name: "kafka-cluster", pattern: .literal)

    static func rules(_ arguments: Arguments, _ resources: [Resource]) throws -> [AclRule] {
        var rules: [AclRule] = []
        func add(_ types: [AclResource], _ operations: [AclOperation]) throws {
            let entries = try entries(arguments, operations)
            for resource in resources where types.contains(resource.type) {
                if let index = rules.firstIndex(where: { $0.resource == resource }) {
                    rules[index].entries += entries.filter { !rules[index].entries.contains($0) }
                } else {
                    rules.append(AclRule(resource: resource, entries: entries))
                }
            }
        }
        if !arguments.has("producer"), !arguments.has("consumer") {
            let words = arguments.strings("operation")
            try add(AclResource.allCases, words.isEmpty ? [.all] : words.map(AclOperation.init(name:)))
        }
        if arguments.has("producer") {
            try add([.topic], [.describe, .create, .write])
            try add([.transactionalID], [.describe, .write])
            if arguments.has("idempotent") { try add([.cluster], [.idempotentWrite]) }
        }
        if arguments.has("consumer") {
            try add([.topic], [.read, .describe])
            try add([.group], [.read])
        }
        for rule in rules {
            let known = rule.resource.type.operations
            if let wrong = rule.entries.first(where: { entry in !known.contains { $0.rawValue == entry.operation } }) {
                throw CommandError(
                    "ResourceType \(AclResource.name(rule.resource.type.rawValue)) only supports operations "
                        + known.map(\.name).joined(separator: ", ") + ", not \(AclOperation.name(wrong.operation))")
            }
        }
        return rules
    }

    private static func entries(_ arguments: Arguments, _ operations: [AclOperation]) throws -> [Entry] {
        var entries: [Entry] = []
        for (word, permission) in [("allow", Int8(3)), ("deny", Int8(2))] {
            let hosts = arguments.strings("\(word)-host").map(\.trimmed)
            for principal in try arguments.strings("\(word)-principal").map(principal) {
                for operation in operations {
                    for host in hosts.isEmpty ? ["*"] : hosts {
                        entries.append(
                            Entry(
                                principal: principal, host: host, operation: operation.rawValue, permission: permission)
                        )
                    }
                }
            }
        }
        return entries
    }

    /// A resource as the cluster describes it.
    struct Found: Sendable {
        var type: Int8
        var resourceName: String
        var pattern: Int8
        var entries: [Entry]

        init(_ resource: DescribeAclsResponse.Resource) {
            type = resource.resourceType
            resourceName = resource.resourceName
            pattern = resource.patternType
            entries = resource.acls.map {
                Entry(principal: $0.principal, host: $0.host, operation: $0.operation, permission: $0.permissionType)
            }
        }

        var name: String { AclRule.resourceName(type, resourceName, pattern) }

        var bindings: [AclBinding] {
            entries.map { entry in
                AclBinding(
                    type, resourceName, pattern, principal: entry.principal, host: entry.host,
                    operation: entry.operation, permission: entry.permission)
            }
        }

        /// Sorted, each resource and entry once.
        static func merged(_ found: [Found]) -> [Found] {
            var merged: [String: Found] = [:]
            for resource in found { merged[resource.name, default: resource].entries += resource.entries }
            return merged.values.map { resource in
                var copy = resource
                copy.entries = Set(resource.entries).sorted()
                return copy
            }.sorted { ($0.type, $0.resourceName, $0.pattern) < ($1.type, $1.resourceName, $1.pattern) }
        }
    }
}

extension AclRule {
    /// What the cluster has on a resource, or on all.
    static func described(by filter: Resource?, _ admin: Admin) async throws -> [Found] {
        let request = DescribeAclsRequest {
            $0.resourceTypeFilter = filter?.type.rawValue ?? AclBinding.any
            $0.resourceNameFilter = filter?.name
            $0.patternTypeFilter = filter?.pattern.rawValue ?? AclPattern.any.rawValue
            $0.principalFilter = nil
            $0.hostFilter = nil
            $0.operation = AclBinding.any
            $0.permissionType = AclBinding.any
        }
        let response = try await admin.cluster.send(request)
        if response.errorCode != .none {
            throw CommandError(AclsCommand.reason(response.errorCode, response.errorMessage))
        }
        return response.resources.map(Found.init)
    }
}
