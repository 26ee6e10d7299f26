// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Patterns beside a matcher that tries everything")
struct PatternPropertyTests {
    /// A pattern of which it is plain what it means.
    indirect enum Sample {
        case character(Unicode.Scalar)
        case any
        case oneOf([Unicode.Scalar], isInverted: Bool)
        case sequence([Sample])
        case alternatives([Sample])
        case times(Sample, Int, Int?, isLazy: Bool)
        case place(String)

        var text: String {
            switch self {
            case .character(let character): return Pattern.escaped(String(character))
            case .any: return "."
            case .oneOf(let characters, let isInverted):
                return "[" + (isInverted ? "^" : "") + characters.map { Pattern.escaped(String($0)) }.joined() + "]"
            case .sequence(let parts): return parts.map(\.text).joined()
            case .alternatives(let parts): return "(?:" + parts.map(\.text).joined(separator: "|") + ")"
            case .times(let part, let minimum, let maximum, let isLazy):
                let count =
                    switch (minimum, maximum) {
                    case (0, nil): "*"
                    case (1, nil): "+"
                    case (0, 1): "?"
                    case (_, nil): "{\(minimum),}"
                    case (_, let maximum?): maximum == minimum ? "{\(minimum)}" : "{\(minimum),\(maximum)}"
                    }
                return "(?:" + part.text + ")" + count + (isLazy ? "?" : "")
            case .place(let sign): return sign
            }
        }

        /// Calls `then` with every place where a match from `at` may end, in order of preference, until it says yes.
        func match(_ text: [Unicode.Scalar], _ at: Int, _ then: (Int) -> Bool) -> Bool {
            switch self {
            case .character(let character): return at < text.count && text[at] == character && then(at + 1)
            case .any: return at < text.count && text[at] != "\n" && then(at + 1)
            case .oneOf(let characters, let isInverted):
                return at < text.count && characters.contains(text[at]) != isInverted && then(at + 1)
            case .sequence(let parts):
                guard let first = parts.first else { return then(at) }
                return first.match(text, at) { Sample.sequence(Array(parts.dropFirst())).match(text, $0, then) }
            case .alternatives(let parts): return parts.contains { $0.match(text, at, then) }
            case .times(let part, let minimum, let maximum, let isLazy):
                func more() -> Bool {
                    if maximum == 0 { return false }
                    return part.match(text, at) { end in
                        if end == at, minimum == 0 { return false }
                        return Sample.times(part, max(0, minimum - 1), maximum.map { $0 - 1 }, isLazy: isLazy)
                            .match(text, end, then)
                    }
                }
                if minimum > 0 { return more() }
                return isLazy ? then(at) || more() : more() || then(at)
            case .place(let sign): return holds(sign, text, at) && then(at)
            }
        }

        private func holds(_ sign: String, _ text: [Unicode.Scalar], _ at: Int) -> Bool {
            func isWord(_ index: Int) -> Bool {
                text.indices.contains(index) && text[index].isASCII
                    && (text[index] == "a" || text[index] == "b" || text[index] == "1")
            }
            return switch sign {
            case "^": at == 0
            case "$": at == text.count
            case "(?m:^)": at == 0 || text[at - 1] == "\n"
            case "(?m:$)": at == text.count || text[at] == "\n"
            case "\\b": isWord(at - 1) != isWord(at)
            default: isWord(at - 1) == isWord(at)
            }
        }
    }

    static let alphabet: [Unicode.Scalar] = ["a", "a", "b", "1", "-", "\n", "é", "日", "𝄞", "."]

    static func sample(
        _ depth: Int, _ random: inout some RandomNumberGenerator, isSimple: Bool
    ) -> Sample {
        switch Int.random(in: 0..<(depth > 0 ? 14 : 7), using: &random) {
        case 0..<4: return .character(alphabet.randomElement(using: &random)!)
        case 4: return .any
        case 5:
            let characters = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                alphabet.randomElement(using: &random)!
            }
            return .oneOf(characters, isInverted: .random(using: &random))
        case 6: return .place(["^", "$", "\\b", "\\B", "(?m:^)", "(?m:$)"].randomElement(using: &random)!)
        case 7..<10:
            return .sequence(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in sample(depth - 1, &random, isSimple: isSimple) })
        case 10, 11:
            return .alternatives(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in sample(depth - 1, &random, isSimple: isSimple) })
        default:
            let minimum = Int.random(in: 0...2, using: &random)
            let maximum: Int? = Bool.random(using: &random) ? nil : minimum + Int.random(in: 0...2, using: &random)
            // Whether to go on with nothing is a matter of taste, which differs.
            let part =
                isSimple
                ? Sample.character(alphabet.randomElement(using: &random)!)
                : sample(depth - 1, &random, isSimple: false)
            return .times(part, minimum, maximum, isLazy: .random(using: &random))
        }
    }

    @Test("A pattern matches a text, or some of it, exactly when there is a way to match it")
    func matching() throws {
        var random = TestRandom("patterns")
        for _ in 0..<1_000 {
            let sample = Self.sample(3, &random, isSimple: false)
            let whole = try Pattern(sample.text)
            let anywhere = try Pattern(sample.text, .java, .anywhere)
            for _ in 0..<5 {
                let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                    Self.alphabet.randomElement(using: &random)!
                }
                let string = String(String.UnicodeScalarView(text))
                #expect(
                    whole.matches(string) == sample.match(text, 0) { $0 == text.count },
                    "\(sample.text) and all of \(string.debugDescription)")
                #expect(
                    anywhere.matches(string) == (0...text.count).contains { sample.match(text, $0) { _ in true } },
                    "\(sample.text) somewhere in \(string.debugDescription)")
            }
        }
    }

    @Test("The first match lies where Perl would find it")
    func places() throws {
        var random = TestRandom("first matches")
        for _ in 0..<1_000 {
            let sample = Self.sample(3, &random, isSimple: true)
            let pattern = try Pattern(sample.text, .java, .anywhere)
            for _ in 0..<5 {
                let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                    Self.alphabet.randomElement(using: &random)!
                }
                var expected: Range<Int>?
                for start in 0...text.count where expected == nil {
                    _ = sample.match(text, start) { end in
                        func bytes(_ count: Int) -> Int { String(String.UnicodeScalarView(text[..<count])).utf8.count }
                        expected = bytes(start)..<bytes(end)
                        return true
                    }
                }
                let string = String(String.UnicodeScalarView(text))
                let found = Array(string.utf8).withUnsafeBytes { pattern.firstMatch(in: $0) }
                #expect(found == expected, "\(sample.text) in \(string.debugDescription)")
            }
        }
    }

    @Test("No text traps, whatever it is taken for")
    func anything() {
        let pieces = [
            "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "-", "&&", ",", ":", "a", "b", "1",
            "9", "é", "𝄞",
            "(?", "(?i", "(?<n>", "\\Q", "\\E", "\\x", "\\x{", "\\u00", "\\p", "\\pL", "\\p{Lu}", "\\b", "\\1", "\\0",
            "[^", "[[:", ":]]",
            "{2,3}", "{1000}", "\\d", "\\W", " ", "\n", "\u{0}",
        ]
        var random = TestRandom("texts as patterns")
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...10, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            for syntax in [Pattern.Syntax.re2, .java] {
                for scope in [Pattern.Scope.whole, .anywhere] {
                    guard let pattern = try? Pattern(text, syntax, scope) else { continue }
                    _ = pattern.matches("ab1é\n")
                    _ = Array("ab1é\n".utf8).withUnsafeBytes { pattern.firstMatch(in: $0) }
                    // Not even UTF-8.
                    _ = ([0xFF, 0xC3, 0x61, 0x80] as [UInt8]).withUnsafeBytes { pattern.matches($0) }
                }
            }
        }
    }
}
