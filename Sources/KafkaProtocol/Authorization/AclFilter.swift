// SPDX-License-Identifier: Apache-2.0

/// Which entries of access control lists are meant.
package struct AclFilter: Sendable {
    /// Of this type, or of any.
    package var resourceType: Int8
    /// Nil for any name.
    package var resourceName: String?
    /// See `AclPattern`.
    package var pattern: Int8
    /// Nil for anybody's.
    package var principal: String?
    /// Nil for any host's.
    package var host: String?
    package var operation: Int8
    package var permission: Int8

    package init(
        _ resourceType: Int8, _ resourceName: String?, _ pattern: Int8, principal: String?, host: String?,
        operation: Int8, permission: Int8
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.pattern = pattern
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// Whether it says 0 where it has to say something.
    package var isIncomplete: Bool {
        [resourceType, pattern, operation, permission].contains(AclBinding.unknown)
    }

    package func matches(_ binding: AclBinding) -> Bool {
        func isMeant(_ wanted: Int8, _ number: Int8) -> Bool { wanted == AclBinding.any || wanted == number }
        return isMeant(resourceType, binding.resourceType) && matchesName(binding)
            && isMeant(operation, binding.operation) && isMeant(permission, binding.permission)
            && (principal == nil || principal == binding.principal) && (host == nil || host == binding.host)
    }

    private func matchesName(_ binding: AclBinding) -> Bool {
        let isOfPattern: Bool
        switch AclPattern(rawValue: pattern) {
        case .any: isOfPattern = true
        case .match: isOfPattern = false
        default:
            guard pattern == binding.pattern else { return false }
            isOfPattern = true
        }
        guard let resourceName else { return true }
        if isOfPattern { return resourceName == binding.resourceName }
        return switch AclPattern(rawValue: binding.pattern) {
        case .literal: resourceName == binding.resourceName || binding.resourceName == AclBinding.wildcard
        case .prefixed: resourceName.hasPrefix(binding.resourceName)
        default: false
        }
    }
}

extension AclFilter {
    /// Why it can't say what is to be deleted; nil if it can.
    package var complaint: String? {
        func isKnown(_ number: Int8, _ known: [Int8]) -> Bool { number == AclBinding.any || known.contains(number) }
        guard isKnown(resourceType, AclResource.allCases.map(\.rawValue)), AclPattern(rawValue: pattern) != nil else {
            return "Unknown patternFilter."
        }
        guard isKnown(operation, AclOperation.allCases.map(\.rawValue)),
            isKnown(permission, AclPermission.allCases.map(\.rawValue))
        else { return "Unknown entryFilter." }
        return nil
    }
}
