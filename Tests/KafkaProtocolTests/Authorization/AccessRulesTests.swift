// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

extension AclBinding {
    /// What alice may do.
    static func entry(
        _ operation: AclOperation, _ name: String, _ pattern: AclPattern = .literal, host: String = "*",
        type: AclResource = .topic
    ) -> Self {
        entry(.allow, "User:alice", operation, name, pattern, host: host, type: type)
    }

    /// An entry about a topic, unless it says otherwise.
    static func entry(
        _ permission: AclPermission, _ principal: String, _ operation: AclOperation, _ name: String,
        _ pattern: AclPattern = .literal, host: String = "*", type: AclResource = .topic
    ) -> Self {
        AclBinding(
            type.rawValue, name, pattern.rawValue, principal: principal, host: host, operation: operation.rawValue,
            permission: permission.rawValue)
    }
}

@Suite("Rules of access")
struct AccessRulesTests {
    private func rules(_ bindings: AclBinding...) -> AccessRules {
        var rules = AccessRules()
        rules.index = AclIndex(bindings)
        return rules
    }

    private func decide(
        _ rules: AccessRules, _ operation: AclOperation, _ name: String = "orders", by principal: String = "User:alice",
        from host: String = "10.0.0.1", type: AclResource = .topic
    ) -> AccessDecision {
        rules.decide(operation, type, name, by: Principal(principal)!, from: host[...])
    }

    @Test("What no entry is about is denied, or allowed to everybody where that is configured")
    func noEntry() {
        var rules = rules()
        #expect(decide(rules, .read) == .noEntry(isAllowed: false))
        #expect("\(decide(rules, .read))" == "DefaultDeny")
        rules.allowsWithoutEntries = true
        #expect(decide(rules, .read) == .noEntry(isAllowed: true))
        #expect("\(decide(rules, .read))" == "DefaultAllow")
        // One entry about somebody else closes the topic, and that topic alone.
        rules.index.change(removing: [], inserting: [.entry(.allow, "User:bob", .write, "orders")])
        #expect(decide(rules, .read) == .noEntry(isAllowed: false))
        #expect(decide(rules, .read, "payments") == .noEntry(isAllowed: true))
        #expect(decide(rules, .read, "orders", type: .group) == .noEntry(isAllowed: true))
    }

    @Test("Who may read, write, delete or alter may describe, and who may alter configurations may describe them")
    func implications() {
        for operation in AclOperation.allCases where operation != .all {
            let rules = rules(.entry(operation, "orders"))
            let impliesDescribe = [.read, .write, .delete, .alter, .describe].contains(operation)
            #expect(decide(rules, .describe).isAllowed == impliesDescribe, "\(operation)")
            let impliesConfigs = [.alterConfigs, .describeConfigs].contains(operation)
            #expect(decide(rules, .describeConfigs).isAllowed == impliesConfigs, "\(operation)")
            for other in AclOperation.allCases where ![.all, .describe, .describeConfigs].contains(other) {
                #expect(decide(rules, other).isAllowed == (other == operation), "\(operation) \(other)")
            }
            let all = self.rules(.entry(.all, "orders"))
            #expect(decide(all, operation).isAllowed)
        }
    }

    @Test("A denial implies nothing but itself, and wins over whatever allows")
    func denials() {
        let rules = rules(
            .entry(.all, "orders"), .entry(.all, "*"), .entry(.all, "ord", .prefixed),
            .entry(.deny, "User:alice", .read, "orders"))
        #expect(!decide(rules, .read).isAllowed)
        #expect(decide(rules, .describe).isAllowed && decide(rules, .write).isAllowed)
        for denial in [
            AclBinding.entry(.deny, "User:*", .write, "o", .prefixed), .entry(.deny, "User:*", .all, "*"),
            .entry(.deny, "User:alice", .all, "orders", .prefixed),
        ] {
            let rules = self.rules(.entry(.all, "orders"), denial)
            #expect(decide(rules, .write) == .entry(denial))
        }
    }

    @Test("A name is literal, a prefix, or all; a literal one is no prefix, and a star within is but a star")
    func patterns() {
        #expect(decide(rules(.entry(.read, "*")), .read).isAllowed)
        #expect(decide(rules(.entry(.read, "ord", .prefixed)), .read).isAllowed)
        #expect(decide(rules(.entry(.read, "orders", .prefixed)), .read).isAllowed)
        #expect(!decide(rules(.entry(.read, "ord")), .read).isAllowed)
        #expect(!decide(rules(.entry(.read, "orders-", .prefixed)), .read).isAllowed)
        #expect(!decide(rules(.entry(.read, "ord*")), .read).isAllowed)
        #expect(!decide(rules(.entry(.read, "*", .prefixed)), .read).isAllowed)
        #expect(!decide(rules(.entry(.read, "Orders")), .read).isAllowed)
        #expect(decide(rules(.entry(.read, "*")), .read, "").isAllowed)
        #expect(!decide(rules(.entry(.read, "a", .prefixed)), .read, "").isAllowed)
    }

    @Test("A principal is meant by its whole name; a star stands for all of whatever type")
    func principals() {
        let rules = rules(.entry(.allow, "User:*", .read, "a"), .entry(.allow, "User:al*", .read, "b"))
        #expect(decide(rules, .read, "a", by: "Group:x").isAllowed)
        #expect(!decide(rules, .read, "b").isAllowed)
        #expect(decide(rules, .read, "b", by: "User:al*").isAllowed)
        let types = self.rules(.entry(.allow, "Group:alice", .read, "c"), .entry(.allow, "User:a:b", .read, "c"))
        #expect(!decide(types, .read, "c").isAllowed)
        #expect(decide(types, .read, "c", by: "User:a:b").isAllowed)
    }

    @Test(
        "A host is an address however it is written, a network, or all",
        arguments: [
            ("*", "10.0.0.1", true), ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
            ("::1", "0:0:0:0:0:0:0:1", true), ("0:0:0:0:0:0:0:1", "::1", true), ("::1", "::2", false),
            ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.9.9.9", true),
            ("10.0.0.1/32", "10.0.0.1", true), ("10.0.0.1/32", "10.0.0.0", false), ("0.0.0.0/0", "8.8.8.8", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::/65", "2001:db8::1", true), ("2001:db8::/65", "2001:db8:0:0:8000::1", false),
            ("::/0", "10.0.0.1", false), ("0.0.0.0/0", "::1", false), ("10.0.0.0/33", "10.0.0.1", false),
            ("localhost", "127.0.0.1", false), ("unknown", "unknown", true), ("10.0.0.0/+8", "10.0.0.1", false),
        ] as [(String, String, Bool)])
    func hosts(pattern: String, host: String, isMeant: Bool) {
        #expect(decide(rules(.entry(.read, "orders", host: pattern)), .read, from: host).isAllowed == isMeant)
    }

    @Test("To a super user nothing is denied, and to nobody else for being named alike")
    func superUsers() throws {
        var rules = rules(.entry(.deny, "User:*", .all, "*"))
        rules.superUsers = try AccessRules.superUsers(" User:alice; ;Group:a:b ")
        #expect(decide(rules, .delete) == .superUser)
        #expect(decide(rules, .delete, by: "Group:a:b") == .superUser)
        #expect(!decide(rules, .delete, by: "User:Alice").isAllowed)
        #expect(!decide(rules, .delete, by: "Group:alice").isAllowed)
        #expect(throws: AccessRules.NotAPrincipal.self) { try AccessRules.superUsers("User:a;bob") }
    }

    @Test("The rule that is named is the first that denies, else the last that allows, as Kafka names them")
    func rule() {
        let rules = rules(
            .entry(.read, "orders"), .entry(.read, "ord", .prefixed), .entry(.allow, "User:*", .read, "o", .prefixed),
            .entry(.read, "o", .prefixed))
        #expect(decide(rules, .read) == .entry(.entry(.allow, "User:alice", .read, "o", .prefixed)))
        let all = self.rules(.entry(.read, "orders"), .entry(.all, "*"))
        #expect(
            "\(decide(all, .read))"
                == "MatchingAcl(acl=StandardAcl[resourceType=TOPIC, resourceName=*, patternType=LITERAL, "
                + "principal=User:alice, host=*, operation=ALL, permissionType=ALLOW])")
        let denials = self.rules(
            .entry(.deny, "User:*", .read, "orders"), .entry(.deny, "User:alice", .all, "orders"),
            .entry(.deny, "User:alice", .all, "ord", .prefixed))
        #expect(decide(denials, .read) == .entry(.entry(.deny, "User:alice", .all, "orders")))
    }

    @Test("A name that is written with other letters for the same text leads around no entry")
    func canonicalNames() {
        let denials = rules(
            .entry(.allow, "User:*", .all, "*"), .entry(.deny, "User:alice", .read, "Kafka"),
            .entry(.deny, "User:alice", .read, "Kel", .prefixed), .entry(.deny, "User:alice", .read, "caf\u{e9}"))
        #expect("\u{212A}afka" == "Kafka", "so a map by names finds it")
        for name in ["Kafka", "\u{212A}afka", "\u{212A}elvin", "Kelvin", "cafe\u{301}"] {
            #expect(!decide(denials, .read, name).isAllowed, "\(Array(name.utf8))")
        }
        #expect(decide(denials, .read, "kafka").isAllowed)
    }

    @Test("Writing somewhere takes an entry that allows it and that no other takes back")
    func somewhere() {
        func allows(_ bindings: AclBinding...) -> Bool {
            var rules = AccessRules()
            rules.index = AclIndex(bindings)
            return rules.allowsSomewhere(.write, .topic, by: Principal("User:alice")!, from: "10.0.0.1")
        }
        #expect(!allows())
        #expect(!allows(.entry(.read, "a"), .entry(.allow, "User:bob", .write, "a")))
        #expect(!allows(.entry(.write, "a", type: .group), .entry(.write, "a", host: "10.0.0.2")))
        #expect(allows(.entry(.write, "a")) && allows(.entry(.all, "a", .prefixed)) && allows(.entry(.write, "*")))
        #expect(!allows(.entry(.write, "a"), .entry(.deny, "User:alice", .write, "a")))
        #expect(!allows(.entry(.write, "ab"), .entry(.deny, "User:*", .all, "a", .prefixed)))
        #expect(!allows(.entry(.write, "ab", .prefixed), .entry(.deny, "User:alice", .write, "ab", .prefixed)))
        #expect(allows(.entry(.write, "a", .prefixed), .entry(.deny, "User:alice", .write, "ab", .prefixed)))
        #expect(allows(.entry(.write, "a", .prefixed), .entry(.deny, "User:alice", .write, "a")))
        #expect(!allows(.entry(.write, "a"), .entry(.write, "*"), .entry(.deny, "User:*", .write, "*")))
        #expect(allows(.entry(.write, "*"), .entry(.deny, "User:*", .write, "a", .prefixed)))
    }
}
