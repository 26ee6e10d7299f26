// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Regular expressions")
struct PatternTests {
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
        let compiled = try Pattern(pattern)
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
        #expect(throws: Pattern.SyntaxError(message)) { try Pattern(pattern) }
    }

    @Test(
        "Character classes that are made of very many ranges are refused while they are read",
        arguments: [
            ("[", "\\pL", "]", .re2), ("[", "\\pL", "]", .java),
            ("[", "[a\\pL]", "]", .java), ("[a", "&&\\pL", "]", .java),
        ] as [(String, String, String, Pattern.Syntax)])
    func manyRanges(_ first: String, _ part: String, _ last: String, _ syntax: Pattern.Syntax) throws {
        let pattern = { (count: Int) in first + String(repeating: part, count: count) + last }
        _ = try Pattern(pattern(50), syntax)
        #expect(throws: Pattern.SyntaxError("expression is too large")) { try Pattern(pattern(1_000), syntax) }
    }

    @Test("Characters are Unicode scalars, and case is Unicode's")
    func unicode() throws {
        #expect(try Pattern("^.$").matches("é"))
        #expect(try !Pattern("^..$").matches("日"))
        #expect(try Pattern("[à-ÿ]+").matches("éü"))
        #expect(try Pattern("[^é]").matches("日"))
        #expect(try !Pattern("[^é]").matches("é"))
        #expect(try Pattern("(?i)STRASSE Ä日").matches("strasse ä日"))
        #expect(try Pattern("\\pL+").matches("Wörter日本"))
        #expect(try Pattern("\\p{Greek}\\p{Lu}").matches("λΩ"))
        #expect(try Pattern("[\\x{1F600}-\\x{1F64F}]").matches("😀"))
        #expect(try !Pattern("\\w").matches("é"), "as in Java and RE2")
    }

    @Test(
        "What is looked for may be anywhere",
        arguments: [
            ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("", "", true), ("", "a", true),
            ("a.c", "xxabcxx", true), ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false),
            ("a.b", "a\nb", false), ("(?s)a.b", "a\nb", true), ("\\bord\\b", "my ord.", true),
            ("\\bord\\b", "my order", false), ("aab", "aaaaab", true), ("foo|bar", "a bar", true),
            ("timeout", "a time out, a timeou", false), ("\\B", "é", true),
        ])
    func anywhere(_ pattern: String, _ text: String, _ isFound: Bool) throws {
        #expect(try Pattern(pattern, .java, .anywhere).matches(text) == isFound)
    }

    @Test(
        "Java's forms",
        arguments: [
            ("[a-z&&[^aeiou]]+", "xyz", true), ("[a-z&&[^aeiou]]+", "xaz", false), ("[a-c[x-z]]+", "ay", true),
            ("\\p{Alpha}+\\p{Digit}", "abc1", true), ("\\p{IsLatin}+", "aé", true), ("\\u0061\\x62", "ab", true),
            ("a\\Z", "a", true), ("\\0101", "A", true), ("(?iu)a", "A", true), ("a\\hb", "a\tb", true),
            ("(?<year>\\d{4})-(?:x|y)+?", "2026-xy", true),
        ])
    func java(_ pattern: String, _ text: String, _ matches: Bool) throws {
        #expect(try Pattern(pattern, .java).matches(text) == matches)
    }

    @Test(
        "What can't run in linear time is refused in words",
        arguments: [
            ("(a)\\1", "back references"), ("\\k<x>", "back references"), ("a(?=b)", "looking ahead"),
            ("(?<!a)b", "looking ahead or behind"), ("a*+", "possessive"), ("(?>a)", "atomic"),
            ("(a{1000}){1000}", "too large"), ("\\p{Nope}", "character class"),
        ])
    func refusedOfJava(_ pattern: String, _ words: String) {
        #expect {
            try Pattern(pattern, .java)
        } throws: { "\($0)".contains(words) }
    }

    @Test("The only text that matches is known")
    func literals() throws {
        #expect(try Pattern("orders").literal == Array("orders".utf8))
        #expect(try Pattern("a\\.b\\Q.*\\E").literal == Array("a.b.*".utf8))
        for pattern in ["a.b", "a|b", "a*", "(?i)a", "^a", "a{2}"] { #expect(try Pattern(pattern).literal == nil) }
        #expect(try Pattern(Pattern.escaped("a.*[b]{2}(c)|^$\\é&&")).literal == Array("a.*[b]{2}(c)|^$\\é&&".utf8))
    }

    @Test("No pattern takes more than its length times that of the text")
    func linearTime() throws {
        let pattern = try Pattern(String(repeating: "(a*)*", count: 20) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 249)))
        // A machine that tries one way after the other would not come back.
        let long = String(repeating: "a", count: 50_000)
        for pattern in ["(a+)+b", "(a|a)*b", "(a|aa)+$b", "(.*)*x", "(?:a?){30}b"] {
            #expect(try !Pattern(pattern).matches(long))
            #expect(try !Pattern(pattern, .java, .anywhere).matches(long))
        }
        // More states than are kept.
        let mixed = String((0..<3_000).map { $0 * $0 % 7 < 3 ? "a" : "b" })
        #expect(try !Pattern("[ab]*a[ab]{200}c").matches(mixed))
        #expect(try Pattern("[ab]*a[ab]{200}c", .java, .anywhere).matches(mixed + "c"))
    }

    @Test("What would need much memory is refused before it takes any")
    func bounded() {
        for pattern in [
            String(repeating: "(", count: 100_000), String(repeating: "a", count: 1 << 20),
            "(((){1000}){1000}){1000}a{1000}{1000}",
            String(repeating: "\\pL", count: 10_000), String(repeating: "(?i)[\\x{100}-\\x{800}]", count: 2_000),
            String(repeating: "(a|", count: 15_000),
        ] {
            #expect(throws: Pattern.SyntaxError.self) { try Pattern(pattern) }
        }
        #expect(throws: Never.self) { try Pattern("(((){1000}){1000}){1000}") }
    }
}
