// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker

@Suite("Regular expressions of topic names")
struct TopicPatternTests {
    @Test(
        "A pattern matches whole names",
        arguments: [
            ("orders", ["orders"], ["order", "orders2", "xorders", ""]),
            ("orders.*", ["orders", "orders-eu", "orders.eu"], ["order", "my-orders"]),
            (".*", ["", "a", "anything"], []),
            ("", [""], ["a"]),
            ("a|bc|", ["a", "bc", ""], ["ab", "abc", "b"]),
            ("(a|b)+c?", ["a", "abba", "abc"], ["c", "acc", ""]),
            ("a{2}", ["aa"], ["a", "aaa"]),
            ("a{2,}", ["aa", "aaaaa"], ["a"]),
            ("a{1,3}b", ["ab", "aaab"], ["b", "aaaab"]),
            ("a{,3}", ["a{,3}"], ["a", "aaa"]),
            ("x*?y+?z??", ["y", "xyz", "yy"], ["xz"]),
            ("[a-c0-9_.-]+", ["a-b.c_7", "2"], ["d", "A"]),
            ("[^.]+", ["abc"], ["a.b", "."]),
            ("[]a]+", ["]a"], ["b"]),
            ("[a-]+", ["a-a"], ["b"]),
            ("[[:alpha:]]+[[:^digit:]]", ["abc", "ab-"], ["ab1"]),
            ("\\w+\\.\\d{4}", ["logs.2024", "a_b.0000"], ["logs.24", "logs-2024"]),
            ("[\\d\\-]+", ["12-3"], ["a"]),
            ("\\Q.*\\E+", [".*", ".**"], ["ab"]),
            ("(?i)ORDERS[x-z]", ["orderSX", "ordersz"], ["order"]),
            ("(?i:A)b", ["ab", "Ab"], ["aB"]),
            ("a(?i)b|c", ["ab", "aB", "C"], ["A", "AB"]),
            ("(?P<name>a)(?<other>b)(?:c)", ["abc"], ["ab"]),
            ("^orders$", ["orders"], ["ordersx"]),
            ("\\Aorders\\z", ["orders"], ["ordersx"]),
            ("a\\b.c", ["a-c", "a.c"], ["abc"]),
            ("a\\B.c", ["abc"], ["a-c"]),
            ("\\x61\\x{62}\\141", ["aba"], ["abc"]),
            ("\\pL+\\p{Nd}\\P{L}", ["ab1-"], ["ab1c"]),
            ("\\p{Greek}|a", ["a"], ["b"]),
            ("(a*)*b", ["b", "aaab"], ["a"]),
            ("(|a)+", ["", "aa"], ["b"]),
            ("__.*|[^_].*", ["__consumer", "abc"], ["_a"]),
        ] as [(String, [String], [String])])
    func matching(_ pattern: String, _ matches: [String], _ misses: [String]) throws {
        let compiled = try TopicPattern(pattern)
        for name in matches { #expect(compiled.matches(name), "\(pattern) should match '\(name)'") }
        for name in misses { #expect(!compiled.matches(name), "\(pattern) should not match '\(name)'") }
    }

    @Test(
        "What is no regular expression is refused",
        arguments: [
            ("(", "missing closing )"), (")", "unexpected )"), ("a)", "unexpected )"), ("[", "missing closing ]"),
            ("[a", "missing closing ]"), ("*", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator: `*`"), ("a|*", "missing argument to repetition operator: `*`"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"), ("\\1", "invalid escape sequence: `\\1`"),
            ("\\", "trailing backslash at end of expression"), ("[z-a]", "invalid character class range"),
            ("a{1001}", "invalid repeat count"), ("a{3,2}", "invalid repeat count"),
            ("(?P<>a)", "invalid named capture"),
            ("((a{1000}){1000}){1000}", "expression is too large"), ("[[:nope:]]", "invalid character class range"),
        ])
    func refused(_ pattern: String, _ message: String) {
        #expect(throws: TopicPattern.SyntaxError(message)) { try TopicPattern(pattern) }
    }

    @Test("No pattern takes more than its length times that of the name")
    func linearTime() throws {
        let pattern = try TopicPattern(String(repeating: "(a*)*", count: 20) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 249)))
        #expect(throws: TopicPattern.SyntaxError.self) { try TopicPattern(String(repeating: "(", count: 100_000)) }
    }
}
