// SPDX-License-Identifier: Apache-2.0

/// How the name of a resource in an access control list is meant, with Kafka's numbers (KIP-290).
package enum AclPattern: Int8, Sendable, CaseIterable {
    /// In filters: either of those that lists have.
    case any = 1
    /// In filters: whatever concerns a resource of the name.
    case match
    /// The resource of the name, or all for `*`.
    case literal
    /// All resources whose names begin so.
    case prefixed

    /// `LITERAL`, as Kafka prints it.
    package static func name(_ number: Int8) -> String {
        AclPattern(rawValue: number).map { "\($0)".uppercased() } ?? "UNKNOWN"
    }
}

/// Whether an entry of an access control list allows or denies, with Kafka's numbers.
package enum AclPermission: Int8, Sendable, CaseIterable {
    case deny = 2
    case allow

    /// `ALLOW`, as Kafka prints it.
    package static func name(_ number: Int8) -> String {
        if number == AclBinding.any { return "ANY" }
        return AclPermission(rawValue: number).map { "\($0)".uppercased() } ?? "UNKNOWN"
    }
}

extension AclResource {
    /// `TRANSACTIONAL_ID`, as Kafka prints it.
    package static func name(_ number: Int8) -> String {
        switch AclResource(rawValue: number) {
        case .topic: "TOPIC"
        case .group: "GROUP"
        case .cluster: "CLUSTER"
        case .transactionalID: "TRANSACTIONAL_ID"
        case .delegationToken: "DELEGATION_TOKEN"
        case .user: "USER"
        case nil: number == AclBinding.any ? "ANY" : "UNKNOWN"
        }
    }
}

extension AclOperation {
    /// `DescribeConfigs`, as the options of tools take it.
    package var name: String {
        let text = "\(self)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// `DESCRIBE_CONFIGS`, as Kafka prints it.
    package static func name(_ number: Int8) -> String {
        if number == AclBinding.any { return "ANY" }
        guard let operation = AclOperation(rawValue: number) else { return "UNKNOWN" }
        var text = ""
        for character in "\(operation)" {
            if character.isUppercase { text += "_" }
            text += character.uppercased()
        }
        return text
    }
}
