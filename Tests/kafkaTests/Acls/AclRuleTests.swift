// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("Rules of access")
struct AclRuleTests {
    @Test("Access control lists are printed as Kafka prints them")
    func acls() throws {
        let words = [
            "--add", "--allow-principal", "User:bob", "--consumer", "--topic", "guarded", "--group", "readers",
        ]
        let arguments = try OptionParser.parse(words, AclsCommand.definition)
        let rules = try AclRule.rules(arguments, try AclRule.resources(arguments))
        #expect(
            rules.map(\.resource.description) == [
                "ResourcePattern(resourceType=TOPIC, name=guarded, patternType=LITERAL)",
                "ResourcePattern(resourceType=GROUP, name=readers, patternType=LITERAL)",
            ])
        #expect(
            rules[0].entries.map(\.description) == [
                "(principal=User:bob, host=*, operation=READ, permissionType=ALLOW)",
                "(principal=User:bob, host=*, operation=DESCRIBE, permissionType=ALLOW)",
            ])
        #expect(AclOperation.name(12) == "IDEMPOTENT_WRITE")
    }
}
