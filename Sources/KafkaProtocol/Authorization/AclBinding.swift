// SPDX-License-Identifier: Apache-2.0

/// An entry of an access control list, with what it is about: who may or may not do something, and from where.
///
/// The numbers are Kafka's; ones of a later Kafka survive.
package struct AclBinding: Hashable, Sendable {
    /// See `AclResource`.
    package var resourceType: Int8
    package var resourceName: String
    /// See `AclPattern`.
    package var pattern: Int8
    /// `User:alice`, or `User:*` for everybody.
    package var principal: String
    /// An address, a network such as `10.0.0.0/8`, or `*`.
    package var host: String
    /// See `AclOperation`.
    package var operation: Int8
    /// See `AclPermission`.
    package var permission: Int8

    package init(
        _ resourceType: Int8, _ resourceName: String, _ pattern: Int8, principal: String, host: String, operation: Int8,
        permission: Int8
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.pattern = pattern
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// Stands for any resource type, operation or permission in filters.
    package static let any: Int8 = 1
    /// What a request must not say at all.
    package static let unknown: Int8 = 0
    /// All resources, or all hosts.
    package static let wildcard = "*"
    /// Everybody, whatever the type of their principal.
    package static let everyone = "User:*"

    package var isAllowing: Bool { permission == AclPermission.allow.rawValue }

    /// In the order in which Kafka's authorizer looks at the entries of one pattern.
    static func precedes(_ left: AclBinding, _ right: AclBinding) -> Bool {
        (left.operation, left.principal, left.host, left.permission)
            < (right.operation, right.principal, right.host, right.permission)
    }
}

extension AclBinding: Comparable {
    /// By resource type and name, then by entry.
    package static func < (left: AclBinding, right: AclBinding) -> Bool {
        let (one, other) = (
            (left.resourceType, left.resourceName, left.pattern),
            (right.resourceType, right.resourceName, right.pattern)
        )
        return one == other ? precedes(left, right) : one < other
    }
}

extension AclBinding: CustomStringConvertible {
    /// As Kafka's authorizer writes it into its log.
    package var description: String {
        "StandardAcl[resourceType=\(AclResource.name(resourceType)), resourceName=\(resourceName), "
            + "patternType=\(AclPattern.name(pattern)), principal=\(principal), host=\(host), "
            + "operation=\(AclOperation.name(operation)), permissionType=\(AclPermission.name(permission))]"
    }
}

extension AclBinding {
    /// Whether it says 0 where it has to say something.
    package var isIncomplete: Bool {
        [resourceType, pattern, operation, permission].contains(AclBinding.unknown)
    }
}
