// SPDX-License-Identifier: Apache-2.0

extension TopicPatternParser {
    /// What follows `[`.
    mutating func characterClass() throws(SyntaxError) -> ByteSet {
        let isInverted = take("^")
        var set = ByteSet()
        var isFirst = true
        while true {
            guard let next = input.first else { throw SyntaxError("missing closing ]") }
            // A bracket that comes first stands for itself.
            if next == "]" && !isFirst { break }
            isFirst = false
            if let named = try namedClass() {
                set = set.union(named)
                continue
            }
            let start = input
            if take("\\"), let escaped = try escapedClass() {
                set = set.union(escaped)
                continue
            }
            input = start
            let low = try classCharacter()
            var high = low
            let rest = input
            if take("-") {
                if input.first == "]" {
                    input = rest
                } else {
                    high = try classCharacter()
                    guard low <= high else { throw SyntaxError("invalid character class range") }
                }
            }
            guard low.value < 128 else { continue }
            set.insert(UInt8(low.value)...UInt8(min(high.value, 127)))
        }
        input.removeFirst()
        if flags.ignoresCase { set = set.caseInsensitive }
        return isInverted ? set.inverted : set
    }

    private mutating func classCharacter() throws(SyntaxError) -> Unicode.Scalar {
        guard let character = input.popFirst() else { throw SyntaxError("missing closing ]") }
        return character == "\\" ? try escapedCharacter() : character
    }

    /// `[:alpha:]`
    private mutating func namedClass() throws(SyntaxError) -> ByteSet? {
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

    private static let namedClasses: [String: ByteSet] = [
        "alnum": ByteSet.letter.union(.digit), "alpha": .letter, "ascii": ByteSet(0...127),
        "blank": ByteSet(9...9, 0x20...0x20), "cntrl": ByteSet(0...0x1f, 0x7f...0x7f), "digit": .digit,
        "graph": ByteSet(0x21...0x7e), "lower": .lower, "print": ByteSet(0x20...0x7e), "punct": .punctuation,
        "space": ByteSet.space.union(ByteSet(11...11)), "upper": .upper, "word": .word,
        "xdigit": ByteSet(0x30...0x39, 0x41...0x46, 0x61...0x66),
    ]

    /// `\d` and the like behind the backslash; nil if a single character follows.
    mutating func escapedClass() throws(SyntaxError) -> ByteSet? {
        guard let next = input.first else { return nil }
        let set: ByteSet
        switch next {
        case "d", "D": set = .digit
        case "s", "S": set = .space
        case "w", "W": set = .word
        case "p", "P": return try unicodeClass()
        default: return nil
        }
        input.removeFirst()
        return next.properties.isUppercase ? set.inverted : set
    }

    /// `\pL`, `\p{Lu}`, `\P{Greek}`: what of it is ASCII.
    private mutating func unicodeClass() throws(SyntaxError) -> ByteSet {
        var isInverted = input.removeFirst() == "P"
        var name: String
        if take("{") {
            let text = input.prefix { $0 != "}" }
            guard text.count < input.count else { throw SyntaxError("invalid character class range") }
            name = String(text)
            input.removeFirst(text.count + 1)
        } else {
            name = input.popFirst().map { String($0) } ?? ""
        }
        if name.hasPrefix("^") {
            isInverted.toggle()
            name.removeFirst()
        }
        let set: ByteSet
        switch name {
        case "Any": set = .all
        case "L", "Latin": set = .letter
        case "Lu": set = .upper
        case "Ll": set = .lower
        case "N", "Nd": set = .digit
        case "P", "S": set = .punctuation
        case "Pc": set = ByteSet(0x5f...0x5f)
        case "Pd": set = ByteSet(0x2d...0x2d)
        case "Z", "Zs": set = ByteSet(0x20...0x20)
        case "C", "Cc": set = ByteSet(0...0x1f, 0x7f...0x7f)
        // Everything else lies outside of ASCII.
        default:
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0 == "_" }) else {
                throw SyntaxError("invalid character class range")
            }
            set = ByteSet()
        }
        return isInverted ? set.inverted : set
    }

    /// The single character behind a backslash.
    mutating func escapedCharacter() throws(SyntaxError) -> Unicode.Scalar {
        guard let next = input.popFirst() else { throw SyntaxError("trailing backslash at end of expression") }
        switch next {
        case "a": return "\u{07}"
        case "f": return "\u{0c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0b}"
        case "x": return try hexadecimal()
        default: break
        }
        if ("0"..."7").contains(next) {
            // Octal; a single digit other than 0 would be a back reference, which RE2 doesn't have.
            let more = input.prefix(2).prefix { ("0"..."7").contains($0) }
            guard next == "0" || !more.isEmpty else { throw SyntaxError("invalid escape sequence: `\\\(next)`") }
            input.removeFirst(more.count)
            return Unicode.Scalar(UInt32(String(next) + String(more), radix: 8) ?? 0) ?? "\0"
        }
        // Any other letter or digit might get a meaning some day.
        guard next.isASCII, !ByteSet.letter.union(.digit).contains(UInt8(next.value)) else {
            throw SyntaxError("invalid escape sequence: `\\\(next)`")
        }
        return next
    }

    /// `7F` or `{10FFFF}`
    private mutating func hexadecimal() throws(SyntaxError) -> Unicode.Scalar {
        var digits = input.prefix(2)
        if take("{") {
            digits = input.prefix { $0 != "}" }
            guard digits.count < input.count else { throw SyntaxError("invalid escape sequence: `\\x`") }
            input.removeFirst(digits.count + 1)
        } else {
            guard digits.count == 2 else { throw SyntaxError("invalid escape sequence: `\\x`") }
            input.removeFirst(2)
        }
        guard let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value) else {
            throw SyntaxError("invalid escape sequence: `\\x`")
        }
        return scalar
    }
}
