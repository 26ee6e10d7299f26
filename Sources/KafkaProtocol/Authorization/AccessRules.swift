// SPDX-License-Identifier: Apache-2.0

/// What decides whether somebody may do something.
package enum AccessDecision: Sendable, Equatable, CustomStringConvertible {
    /// Nothing is denied to a super user.
    case superUser
    /// An entry of an access control list allows or denies it.
    case entry(AclBinding)
    /// No entry decides.
    case noEntry(isAllowed: Bool)

    package var isAllowed: Bool {
        switch self {
        case .superUser: true
        case .entry(let binding): binding.isAllowing
        case .noEntry(let isAllowed): isAllowed
        }
    }

    /// As Kafka's authorizer names the rule.
    package var description: String {
        switch self {
        case .superUser: "SuperUser"
        case .entry(let binding): "MatchingAcl(acl=\(binding))"
        case .noEntry(let isAllowed): isAllowed ? "DefaultAllow" : "DefaultDeny"
        }
    }
}

/// Kafka's rules of access: what denies wins, then what allows; what no entry is about is allowed to nobody or to all.
package struct AccessRules: Sendable {
    package var superUsers: Set<Principal> = []
    /// `allow.everyone.if.no.acl.found`: a resource that has no entry at all is everybody's.
    package var allowsWithoutEntries = false
    package var index = AclIndex()

    package init() {}

    /// - Parameter host: the client's address.
    package func decide(
        _ operation: AclOperation, _ type: AclResource, _ name: String, by principal: Principal, from host: Substring
    ) -> AccessDecision {
        if superUsers.contains(principal) { return .superUser }
        let finding = index.find(operation, type, name, by: principal, from: host)
        if let binding = finding.binding { return .entry(binding) }
        return .noEntry(isAllowed: !finding.hasEntries && allowsWithoutEntries)
    }

    /// Whether there is a resource with which it is allowed, whatever it is (KIP-679).
    package func allowsSomewhere(
        _ operation: AclOperation, _ type: AclResource, by principal: Principal, from host: Substring
    ) -> Bool {
        decide(operation, type, Self.anyName, by: principal, from: host).isAllowed
            || index.allowsSomewhere(operation, type, by: principal, from: host)
    }

    /// The name that Kafka tries first, for who may do it with all.
    private static let anyName = "hardcode"

    /// `super.users`: principals, separated by semicolons.
    /// - Throws: the text that is none.
    package static func superUsers(_ text: String) throws(NotAPrincipal) -> Set<Principal> {
        var users: Set<Principal> = []
        for part in text.split(separator: ";").map(\.trimmed) where !part.isEmpty {
            guard let principal = Principal(part) else { throw NotAPrincipal(text: part) }
            users.insert(principal)
        }
        return users
    }

    /// A text that does not name anybody.
    package struct NotAPrincipal: Error { package var text: String }
}
