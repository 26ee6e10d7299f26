// SPDX-License-Identifier: Apache-2.0

extension PatternParser {
    /// What stands behind a backslash outside of brackets.
    mutating func escape() throws(SyntaxError) -> PatternNode {
        guard let next = input.first else { throw SyntaxError("trailing backslash at end of expression") }
        let assertion: PatternNode.Assertion? =
            switch next {
            case "A": .textStart
            case "z": .textEnd
            case "Z" where syntax == .java: .textEnd
            case "b": .wordBoundary
            case "B": .noWordBoundary
            default: nil
            }
        if let assertion {
            input.removeFirst()
            return .assertion(assertion)
        }
        if let set = try classBehindBackslash() { return .set(cased(set)) }
        return .set(cased(ScalarSet(try escapedCharacter())))
    }

    /// `\d` and the like; nil if something else follows.
    mutating func escapedClass() throws(SyntaxError) -> ScalarSet? {
        let start = input
        guard take("\\") else { return nil }
        if let set = try classBehindBackslash() { return set }
        input = start
        return nil
    }

    private mutating func classBehindBackslash() throws(SyntaxError) -> ScalarSet? {
        guard let next = input.first else { return nil }
        let set: ScalarSet
        switch next {
        case "d", "D": set = .digit
        case "s", "S": set = syntax == .java ? ScalarSet(9...13, 0x20...0x20) : .space
        case "w", "W": set = .word
        case "h" where syntax == .java, "H" where syntax == .java:
            set = ScalarSet(9...9, 0x20...0x20, 0xa0...0xa0, 0x2000...0x200a, 0x202f...0x202f, 0x3000...0x3000)
        case "p", "P": return try unicodeClass()
        default: return nil
        }
        input.removeFirst()
        return next.properties.isUppercase ? set.inverted : set
    }

    /// `\pL`, `\p{Lu}`, `\P{Greek}`
    private mutating func unicodeClass() throws(SyntaxError) -> ScalarSet {
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
        guard let set = UnicodeSets.named(name, syntax) else { throw SyntaxError("invalid character class range") }
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
        case "e" where syntax == .java: return "\u{1b}"
        case "x": return try hexadecimal(digits: 2, next)
        case "u" where syntax == .java: return try hexadecimal(digits: 4, next)
        case "k" where syntax == .java: throw Self.backReference
        default: break
        }
        if ("0"..."7").contains(next) {
            // A single digit other than 0 would be a back reference, and Java's octal numbers begin with 0.
            if syntax == .java, next != "0" { throw Self.backReference }
            let count = syntax == .java ? 3 : 2
            let more = input.prefix(count).prefix { ("0"..."7").contains($0) }
            guard next == "0" || !more.isEmpty else { throw SyntaxError("invalid escape sequence: `\\\(next)`") }
            input.removeFirst(more.count)
            return Unicode.Scalar(UInt32(String(next) + String(more), radix: 8) ?? 0) ?? "\0"
        }
        if syntax == .java, next == "8" || next == "9" { throw Self.backReference }
        // Any other letter or digit might get a meaning some day.
        guard syntax == .java || next.isASCII, !ScalarSet.letter.union(.digit).contains(next) else {
            throw SyntaxError("invalid escape sequence: `\\\(next)`")
        }
        return next
    }

    private static let backReference = SyntaxError(
        "back references are not supported: patterns run in linear time")

    /// `7F` or `{10FFFF}`
    private mutating func hexadecimal(digits count: Int, _ letter: Unicode.Scalar) throws(SyntaxError) -> Unicode.Scalar
    {
        var digits = input.prefix(count)
        if take("{") {
            digits = input.prefix { $0 != "}" }
            guard digits.count < input.count else { throw SyntaxError("invalid escape sequence: `\\\(letter)`") }
            input.removeFirst(digits.count + 1)
        } else {
            guard digits.count == count else { throw SyntaxError("invalid escape sequence: `\\\(letter)`") }
            input.removeFirst(count)
        }
        guard digits.first != "+", digits.first != "-", let value = UInt32(String(digits), radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw SyntaxError("invalid escape sequence: `\\\(letter)`") }
        return scalar
    }
}
