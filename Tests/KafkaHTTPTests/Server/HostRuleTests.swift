// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaHTTP

@Suite("Names of a server")
struct HostRuleTests {
    @Test(
        "On a loopback address only names of this machine are taken, and those that are allowed",
        arguments: [
            ("localhost", true), ("LOCALHOST:8080", true), ("127.0.0.1", true), ("127.9.9.9:1", true),
            ("[::1]:80", true),
            ("localhost.", true), ("kafka.test:8080", true), ("evil.example", false), ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false), ("192.168.0.1", false), ("[::2]", false), ("", false),
            ("localhost:80:80", false), ("localhost@evil.example", false), ("[::ffff:127.0.0.1]", true),
            ("0.0.0.0", false), ("127.0.0.1:port", false),
        ])
    func loopback(authority: String, isAllowed: Bool) {
        let rule = HostRule(listeningOn: "127.0.0.1", allowing: ["Kafka.test"])
        #expect(rule.allows(authority) == isAllowed)
    }

    @Test("On other addresses any name is taken, since nobody knows what others call this machine")
    func everywhere() {
        let rule = HostRule(listeningOn: "0.0.0.0")
        #expect(rule.allows("kafka.example:8080"))
        #expect(!rule.allows("a b"))
    }
}
