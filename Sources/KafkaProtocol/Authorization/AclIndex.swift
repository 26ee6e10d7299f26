// SPDX-License-Identifier: Apache-2.0

/// The entries of all access control lists, found by the name of a resource without a look at those of others.
package struct AclIndex: Sendable {
    /// The entries for resources of one type.
    private struct Resources: Sendable {
        var literal: [String: AclEntries] = [:]
        var prefixed = AclPrefixes()

        mutating func change(removing gone: [AclBinding], inserting new: [AclBinding]) {
            func are(_ pattern: AclPattern) -> (AclBinding) -> Bool { { $0.pattern == pattern.rawValue } }
            for binding in gone.filter(are(.literal)) {
                literal[binding.resourceName]?.remove(binding)
                if literal[binding.resourceName]?.isEmpty ?? false { literal[binding.resourceName] = nil }
            }
            for binding in new.filter(are(.literal)) {
                literal[binding.resourceName, default: AclEntries()].insert(binding)
            }
            prefixed.change(removing: gone.filter(are(.prefixed)), inserting: new.filter(are(.prefixed)))
        }
    }

    private var types: [AclResource: Resources] = [:]

    package init() {}

    package init(_ bindings: some Sequence<AclBinding>) { change(removing: [], inserting: Array(bindings)) }

    /// Removes and inserts; what is there twice must be removed twice.
    package mutating func change(removing gone: [AclBinding], inserting new: [AclBinding]) {
        for type in AclResource.allCases {
            let (gone, new) = (
                gone.filter { $0.resourceType == type.rawValue }, new.filter { $0.resourceType == type.rawValue }
            )
            guard !gone.isEmpty || !new.isEmpty else { continue }
            types[type, default: Resources()].change(removing: gone, inserting: new)
        }
    }

    /// What the entries say.
    struct Finding {
        /// The entry that decides.
        var binding: AclBinding?
        /// There are entries for the resource, whoever they are about.
        var hasEntries = false
    }

    /// - Parameter host: the client's address.
    func find(
        _ operation: AclOperation, _ type: AclResource, _ name: String, by principal: Principal, from host: Substring
    ) -> Finding {
        var finding = Finding()
        guard let resources = types[type] else { return finding }
        /// - Returns: false for a denial, with which the search is over.
        func look(at entries: AclEntries) -> Bool {
            finding.hasEntries = true
            guard let binding = entries.deciding(operation, by: principal, from: host) else { return true }
            finding.binding = binding
            return binding.isAllowing
        }
        if let entries = resources.literal[name], !look(at: entries) { return finding }
        resources.prefixed.forEach(of: name, look)
        guard finding.binding?.isAllowing ?? true else { return finding }
        if let entries = resources.literal[AclBinding.wildcard] { _ = look(at: entries) }
        return finding
    }

    /// Whether there is a resource with which it is allowed (KIP-679).
    func allowsSomewhere(
        _ operation: AclOperation, _ type: AclResource, by principal: Principal, from host: Substring
    ) -> Bool {
        guard let resources = types[type] else { return false }
        func say(_ entries: AclEntries) -> (allows: Bool, denies: Bool) {
            entries.says(operation, by: principal, from: host)
        }
        if let everything = resources.literal[AclBinding.wildcard].map(say) {
            if everything.denies { return false }
            if everything.allows { return true }
        }
        func isDenied(_ name: String) -> Bool {
            var isDenied = false
            resources.prefixed.forEach(of: name) { entries in
                isDenied = say(entries).denies
                return !isDenied
            }
            return isDenied
        }
        return resources.literal.contains { name, entries in
            let said = say(entries)
            return said.allows && !said.denies && !isDenied(name)
        } || resources.prefixed.entries.contains { prefix, entries in say(entries).allows && !isDenied(prefix) }
    }
}
