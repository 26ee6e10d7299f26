// SPDX-License-Identifier: Apache-2.0

/// The entries of one name or prefix, by whom they are about.
struct AclEntries: Sendable {
    private struct Entry: Sendable {
        let binding: AclBinding
        let host: AclHost
        /// The operations that it decides, as bits by their numbers.
        let operations: UInt32

        init(_ binding: AclBinding) {
            self.binding = binding
            host = AclHost(binding.host)
            operations = Self.operations(binding)
        }

        /// Who may do something is allowed to see it as well; who may not isn't denied to.
        private static func operations(_ binding: AclBinding) -> UInt32 {
            guard let operation = AclOperation(rawValue: binding.operation) else { return 0 }
            if operation == .all { return .max }
            guard binding.isAllowing else { return operation.bit }
            return switch operation {
            case .read, .write, .delete, .alter: operation.bit | AclOperation.describe.bit
            case .alterConfigs: operation.bit | AclOperation.describeConfigs.bit
            default: operation.bit
            }
        }
    }

    /// Each in Kafka's order.
    private var everyone: [Entry] = []
    private var named: [Principal: [Entry]] = [:]

    var isEmpty: Bool { everyone.isEmpty && named.isEmpty }

    mutating func insert(_ binding: AclBinding) {
        guard binding.principal != AclBinding.everyone else { return Self.insert(binding, into: &everyone) }
        guard let principal = Principal(binding.principal) else { return }
        Self.insert(binding, into: &named[principal, default: []])
    }

    private static func insert(_ binding: AclBinding, into entries: inout [Entry]) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if AclBinding.precedes(binding, entries[middle].binding) { high = middle } else { low = middle + 1 }
        }
        entries.insert(Entry(binding), at: low)
    }

    mutating func remove(_ binding: AclBinding) {
        if let position = everyone.firstIndex(where: { $0.binding == binding }) { everyone.remove(at: position) }
        guard let principal = Principal(binding.principal),
            let position = named[principal]?.firstIndex(where: { $0.binding == binding })
        else { return }
        named[principal]!.remove(at: position)
        if named[principal]!.isEmpty { named[principal] = nil }
    }

    /// The first entry that denies; without one the last that allows, as Kafka's authorizer has it.
    func deciding(_ operation: AclOperation, by principal: Principal, from host: Substring) -> AclBinding? {
        let general = Self.deciding(everyone, operation.bit, host)
        guard !named.isEmpty, let entries = named[principal] else { return general }
        guard let special = Self.deciding(entries, operation.bit, host) else { return general }
        guard let general else { return special }
        guard general.isAllowing == special.isAllowing else { return general.isAllowing ? special : general }
        return AclBinding.precedes(general, special) == general.isAllowing ? special : general
    }

    private static func deciding(_ entries: [Entry], _ operation: UInt32, _ host: Substring) -> AclBinding? {
        var allowing: AclBinding?
        for entry in entries where entry.operations & operation != 0 && entry.host.matches(host) {
            guard entry.binding.isAllowing else { return entry.binding }
            allowing = entry.binding
        }
        return allowing
    }

    /// Whether something allows or denies exactly this, or everything.
    func says(
        _ operation: AclOperation, by principal: Principal, from host: Substring
    ) -> (allows: Bool, denies: Bool) {
        var (allows, denies) = (false, false)
        for entry in everyone + (named[principal] ?? [])
        where [operation.rawValue, AclOperation.all.rawValue].contains(entry.binding.operation)
            && entry.host.matches(host)
        {
            if entry.binding.isAllowing { allows = true } else { denies = true }
        }
        return (allows, denies)
    }
}

extension AclOperation {
    fileprivate var bit: UInt32 { 1 << UInt32(rawValue) }
}
