// SPDX-License-Identifier: Apache-2.0

/// Turns the text of a regular expression into a tree.
struct PatternParser {
    typealias SyntaxError = Pattern.SyntaxError
    typealias Node = PatternNode

    static let maximumDepth = 200
    private static let maximumRepeat = 1_000
    private static let maximumSize = 20_000
    /// Every character takes an instruction at least, or is a sign that makes more of one.
    private static let maximumText = 1 << 16

    /// What `(?ims)` switches, up to the end of the group.
    struct Flags {
        var ignoresCase = false
        var dotMatchesNewline = false
        var isMultiline = false
    }

    let syntax: Pattern.Syntax
    var input: Substring.UnicodeScalarView
    var flags = Flags()
    var depth = 0
    /// Of all sets so far.
    private var size = 0
    /// Characters outside of ASCII whose other case may be looked up.
    var foldings = 20_000
    /// Ranges that character classes may be made of, all together, before they are sorted and merged.
    var classRanges = 200_000
    /// Of groups that have numbers.
    private(set) var groupCount = 0

    init(_ text: String, _ syntax: Pattern.Syntax, ignoringCase: Bool) {
        self.syntax = syntax
        input = Substring(text).unicodeScalars
        flags.ignoresCase = ignoringCase
    }

    mutating func parse() throws(SyntaxError) -> Node {
        guard input.count <= Self.maximumText else { throw Self.tooLarge }
        let node = try alternatives()
        if !input.isEmpty { throw SyntaxError("unexpected )") }
        return try checked(node)
    }

    static let tooLarge = SyntaxError("expression is too large")

    private func checked(_ node: Node) throws(SyntaxError) -> Node {
        guard node.size <= Self.maximumSize, foldings >= 0 else { throw Self.tooLarge }
        return node
    }

    /// `a|b|c`
    private mutating func alternatives() throws(SyntaxError) -> Node {
        try deepen()
        defer { depth -= 1 }
        var nodes = [try sequence()]
        while take("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    mutating func deepen() throws(SyntaxError) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw SyntaxError("expression nests too deeply") }
    }

    private mutating func sequence() throws(SyntaxError) -> Node {
        var nodes: [Node] = []
        while let next = input.first, next != "|", next != ")" {
            if take("\\Q") {
                nodes += try quoted()
            } else {
                let atom = try atom()
                if case .set(let set) = atom { size += set.size }  // bounded: looked at each time
                // Before more is read.
                guard size <= Self.maximumSize else { throw Self.tooLarge }
                nodes.append(try repeated(atom))
            }
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    /// Taken literally up to `\E`; a repetition behind that is of the last character.
    private mutating func quoted() throws(SyntaxError) -> [Node] {
        var nodes: [Node] = []
        while !input.isEmpty, !take("\\E") { nodes.append(literal(input.removeFirst())) }
        guard let last = nodes.popLast() else { return [] }
        return nodes + [try repeated(last)]
    }

    // MARK: Repetition

    private mutating func repeated(_ atom: Node) throws(SyntaxError) -> Node {
        let start = input
        guard let bounds = try repetition() else { return atom }
        let isLazy = take("?")
        let rest = input
        if syntax == .java, !isLazy, take("+") {
            throw SyntaxError("possessive quantifiers such as `\(text(from: start))` are not supported")
        }
        if try repetition() != nil {
            throw SyntaxError("invalid nested repetition operator: `\(String(rest.first ?? "*"))`")
        }
        input = rest
        // Nothing, however often.
        if atom.size == 0 { return .empty }
        return try checked(
            .repetition(atom, minimum: bounds.minimum, maximum: bounds.maximum, isLazy: isLazy))
    }

    /// What was read since `start`.
    private func text(from start: Substring.UnicodeScalarView) -> String {
        String(start.prefix(start.count - input.count))
    }

    private mutating func repetition() throws(SyntaxError) -> (minimum: Int, maximum: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        // A brace that doesn't begin a count is a character like any other.
        let start = input
        guard take("{"), let minimum = number() else {
            input = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = number() }
        guard take("}") else {
            input = start
            return nil
        }
        guard minimum <= maximum ?? minimum, max(minimum, maximum ?? 0) <= Self.maximumRepeat else {
            throw SyntaxError("invalid repeat count")
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        let digits = input.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { return nil }
        input.removeFirst(digits.count)
        return Int(String(digits)) ?? .max
    }

    // MARK: Atoms

    private mutating func atom() throws(SyntaxError) -> Node {
        let first = input.removeFirst()
        switch first {
        case "(": return try group()
        case "[": return .set(try characterClass())
        case ".": return .set(flags.dotMatchesNewline ? .all : ScalarSet.newline.inverted)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw SyntaxError("missing argument to repetition operator: `\(first)`")
        case "\\": return try escape()
        default: return literal(first)
        }
    }

    private mutating func literal(_ character: Unicode.Scalar) -> Node { .set(cased(ScalarSet(character))) }

    /// With the other case of its letters, if case is of no interest.
    mutating func cased(_ set: ScalarSet) -> ScalarSet {
        flags.ignoresCase ? set.caseInsensitive(&foldings) : set
    }

    private mutating func group() throws(SyntaxError) -> Node {
        let outer = flags
        var number: Int?
        if !input.starts(with: "?".unicodeScalars) || input.starts(with: "?P<".unicodeScalars)
            || input.starts(with: "?<".unicodeScalars)
        {
            groupCount += 1
            number = groupCount
        }
        if take("?") {
            try refuseLookaround()
            if take("P<") || take("<") {
                let name = input.prefix { $0 != ">" }
                guard name.allSatisfy(ScalarSet.word.contains), !name.isEmpty, name.count < input.count else {
                    throw SyntaxError("invalid named capture")
                }
                input.removeFirst(name.count + 1)
            } else if try !setFlags() {
                // Without a colon they hold for the rest of the enclosing group.
                return .empty
            }
        }
        let node = try alternatives()
        guard take(")") else { throw SyntaxError("missing closing )") }
        flags = outer
        return number.map { .group(node, number: $0) } ?? node
    }

    /// For people; a broker's answer is RE2's.
    private func refuseLookaround() throws(SyntaxError) {
        guard syntax == .java else { return }
        for sign in ["=", "!", "<=", "<!", ">"] where input.starts(with: sign.unicodeScalars) {
            throw SyntaxError(
                sign == ">"
                    ? "atomic groups `(?>` are not supported"
                    : "looking ahead or behind with `(?\(sign)` is not supported: patterns run in linear time")
        }
    }

    /// `i-ms:` or `i-ms)`; returns whether a group follows.
    private mutating func setFlags() throws(SyntaxError) -> Bool {
        var value = true
        while let flag = input.popFirst() {
            switch flag {
            case "i": flags.ignoresCase = value
            case "s": flags.dotMatchesNewline = value
            case "m": flags.isMultiline = value
            // Which of several matches is preferred, and Java's Unicode case, which is always on.
            case "U" where syntax == .re2, "u" where syntax == .java: break
            case "-" where value: value = false
            case ":": return true
            case ")": return false
            default: throw SyntaxError("invalid or unsupported Perl syntax: `(?\(flag)`")
            }
        }
        throw SyntaxError("missing closing )")
    }

    mutating func take(_ text: String) -> Bool {
        guard input.starts(with: text.unicodeScalars) else { return false }
        input.removeFirst(text.unicodeScalars.count)
        return true
    }
}
