// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("The index of access control lists")
struct AclIndexPropertyTests {
    /// Looks at every entry in the order in which Kafka's authorizer walks through them: by name backwards, so that
    /// longer prefixes come first, then what is for all.
    private static func scan(
        _ bindings: [AclBinding], _ operation: AclOperation, _ type: AclResource, _ name: String,
        _ principal: Principal, _ host: String
    ) -> (binding: AclBinding?, hasEntries: Bool) {
        let ordered = bindings.sorted { left, right in
            let (one, other) = (Array(left.resourceName.utf8), Array(right.resourceName.utf8))
            if one != other { return other.lexicographicallyPrecedes(one) }
            return left.pattern == right.pattern ? left < right : left.pattern < right.pattern
        }
        func concerns(_ binding: AclBinding) -> Bool {
            binding.resourceType == type.rawValue
                && (binding.pattern == AclPattern.literal.rawValue
                    ? binding.resourceName == name : name.hasPrefix(binding.resourceName))
        }
        let everything = ordered.filter {
            $0.resourceType == type.rawValue && $0.resourceName == "*" && $0.pattern == AclPattern.literal.rawValue
        }
        var found: (binding: AclBinding?, hasEntries: Bool) = (nil, false)
        for binding in ordered.filter(concerns) + everything {
            found.hasEntries = true
            guard binding.principal == "\(principal)" || binding.principal == "User:*" else { continue }
            guard binding.host == "*" || binding.host == host else { continue }
            let stated = AclOperation(rawValue: binding.operation)!
            var meant: Set<AclOperation> = [stated]
            if binding.isAllowing {
                if [.read, .write, .delete, .alter].contains(stated) { meant.insert(.describe) }
                if stated == .alterConfigs { meant.insert(.describeConfigs) }
            }
            guard stated == .all || meant.contains(operation) else { continue }
            found.binding = binding
            if !binding.isAllowing { return found }
        }
        return found
    }

    private static let names = ["*", "a", "ab", "abc", "abd", "abcde", "b", "ba", "a.b", "a_b", "orders", "orders-eu"]
    private static let principals = ["User:a", "User:b", "User:*", "Group:a"]
    private static let hosts = ["*", "10.0.0.1", "10.0.0.2"]
    private static let operations: [AclOperation] = [.all, .read, .write, .describe, .alterConfigs, .describeConfigs]

    private static func binding(_ random: inout TestRandom) -> AclBinding {
        .entry(
            Bool.random(using: &random) || Bool.random(using: &random) ? .allow : .deny,
            principals.randomElement(using: &random)!, operations.randomElement(using: &random)!,
            names.randomElement(using: &random)!, Bool.random(using: &random) ? .literal : .prefixed,
            host: hosts.randomElement(using: &random)!, type: [.topic, .group].randomElement(using: &random)!)
    }

    @Test("finds the entry that a look at all of them finds, whatever came and went", arguments: 0..<8)
    func sameAsScan(round: Int) {
        var random = TestRandom("access control lists \(round)")
        var bindings: Set<AclBinding> = []
        var index = AclIndex()
        for step in 0..<120 {
            let new = (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.binding(&random) }
            let gone = bindings.filter { _ in Int.random(in: 0..<20, using: &random) == 0 }
            let added = Set(new).subtracting(bindings)
            index.change(removing: Array(gone), inserting: Array(added))
            bindings.subtract(gone)
            bindings.formUnion(added)
            for _ in 0..<6 {
                let name =
                    Self.names.randomElement(using: &random)! + ["", "", "c", "é"].randomElement(using: &random)!
                let principal = Principal(["User:a", "User:b", "Group:a"].randomElement(using: &random)!)!
                let host = Self.hosts[1...].randomElement(using: &random)!
                let operation = Self.operations[1...].randomElement(using: &random)!
                let type = [AclResource.topic, .group].randomElement(using: &random)!
                let found = index.find(operation, type, name, by: principal, from: host[...])
                let expected = Self.scan(Array(bindings), operation, type, name, principal, host)
                #expect(
                    found.binding == expected.binding && found.hasEntries == expected.hasEntries,
                    "step \(step): \(operation) \(type) \(name) \(principal) \(host)")
            }
        }
        index.change(removing: Array(bindings), inserting: [])
        let found = index.find(.read, .topic, "abc", by: Principal("User:a")!, from: "10.0.0.1")
        #expect(found.binding == nil && !found.hasEntries)
    }

    @Test("is made of one batch as of many")
    func batches() {
        var random = TestRandom("batches of access control lists")
        let bindings = Set((0..<300).map { _ in Self.binding(&random) })
        let whole = AclIndex(bindings)
        var single = AclIndex()
        for binding in bindings { single.change(removing: [], inserting: [binding]) }
        for name in Self.names {
            for operation in Self.operations[1...] {
                let found = [whole, single].map {
                    $0.find(operation, .topic, name, by: Principal("User:a")!, from: "10.0.0.1").binding
                }
                #expect(found[0] == found[1], "\(operation) \(name)")
            }
        }
    }
}
