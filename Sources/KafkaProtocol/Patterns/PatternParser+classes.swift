// SPDX-License-Identifier: Apache-2.0

extension PatternParser {
    /// What follows `[`.
    mutating func characterClass() throws(SyntaxError) -> ScalarSet {
        try deepen()
        defer { depth -= 1 }
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var others: ScalarSet?
        var isFirst = true
        while true {
            guard let next = input.first else { throw SyntaxError("missing closing ]") }
            // A bracket that comes first stands for itself.
            if next == "]" && !isFirst { break }
            isFirst = false
            let count = ranges.count
            if let named = try namedClass() {
                ranges += named.ranges
            } else if syntax == .java, take("&&") {
                try countRanges(others?.ranges.count ?? 0)
                others = others?.intersection(ScalarSet(ranges)) ?? ScalarSet(ranges)
                ranges = []
            } else if syntax == .java, take("[") {
                ranges += try characterClass().ranges
            } else if let escaped = try escapedClass() {
                ranges += escaped.ranges
            } else {
                ranges.append(try classRange())
            }
            try countRanges(max(ranges.count - count, 0))
        }
        input.removeFirst()
        var set = ScalarSet(ranges)
        if let others { set = others.intersection(set) }
        set = cased(set)
        return isInverted ? set.inverted : set
    }

    private mutating func countRanges(_ count: Int) throws(SyntaxError) {
        classRanges -= count
        if classRanges < 0 { throw Self.tooLarge }
    }

    /// `a` or `a-z`
    private mutating func classRange() throws(SyntaxError) -> ClosedRange<UInt32> {
        let low = try classCharacter()
        let rest = input
        guard take("-") else { return low.value...low.value }
        if input.first == "]" || syntax == .java && input.first == "[" {
            input = rest
            return low.value...low.value
        }
        let high = try classCharacter()
        guard low <= high else { throw SyntaxError("invalid character class range") }
        return low.value...high.value
    }

    private mutating func classCharacter() throws(SyntaxError) -> Unicode.Scalar {
        guard let character = input.popFirst() else { throw SyntaxError("missing closing ]") }
        return character == "\\" ? try escapedCharacter() : character
    }

    /// `[:alpha:]`
    private mutating func namedClass() throws(SyntaxError) -> ScalarSet? {
        guard input.starts(with: "[:".unicodeScalars) else { return nil }
        let body = input.dropFirst(2)
        let name = body.prefix { $0 != ":" && $0 != "]" }
        guard body.dropFirst(name.count).starts(with: ":]".unicodeScalars) else { return nil }
        var text = String(name)
        let isInverted = text.hasPrefix("^")
        if isInverted { text.removeFirst() }
        guard let set = Self.namedClasses[text] else { throw SyntaxError("invalid character class range") }
        input.removeFirst(name.count + 4)
        return isInverted ? set.inverted : set
    }

    private static let namedClasses: [String: ScalarSet] = [
        "alnum": ScalarSet.letter.union(.digit), "alpha": .letter, "ascii": ScalarSet(0...127),
        "blank": ScalarSet(9...9, 0x20...0x20), "cntrl": ScalarSet(0...0x1f, 0x7f...0x7f), "digit": .digit,
        "graph": ScalarSet(0x21...0x7e), "lower": .lower, "print": ScalarSet(0x20...0x7e), "punct": .punctuation,
        "space": ScalarSet(9...13, 0x20...0x20), "upper": .upper, "word": .word,
        "xdigit": ScalarSet(0x30...0x39, 0x41...0x46, 0x61...0x66),
    ]
}
