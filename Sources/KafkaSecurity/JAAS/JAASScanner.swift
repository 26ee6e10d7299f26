// SPDX-License-Identifier: Apache-2.0

/// Cuts JAAS text into words and marks as Java does: `//` and `/* */` comments, quotes with the escapes of C. Where Java is
/// needlessly strict it isn't: numbers are words, and a slash alone begins no comment.
struct JAASScanner {
    enum Token: Equatable {
        case word(String)
        /// A word in quotes, which can be anything.
        case text(String)
        /// `{`, `}`, `;`, `=`
        case mark(Character)
        case end
    }

    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = text[...].unicodeScalars }

    mutating func next() throws(SecurityError) -> Token {
        try skipSpace()
        guard let first = rest.first else { return .end }
        switch first {
        case "{", "}", ";", "=":
            rest.removeFirst()
            return .mark(Character(first))
        case "\"", "'":
            rest.removeFirst()
            return .text(try quoted(until: first))
        default:
            // An unquoted value goes on to white space or what ends it; base64 and passwords have anything in them.
            let end = rest.firstIndex { $0.value <= 32 || "{};\"'=".unicodeScalars.contains($0) } ?? rest.endIndex
            let word = String(rest[..<end])
            rest = rest[end...]
            return .word(word)
        }
    }

    /// A value: as `next`, but signs of equality and slashes are part of one without quotes.
    mutating func value() throws(SecurityError) -> Token {
        rest = rest.drop { $0.value <= 32 }
        guard let first = rest.first, first != "\"", first != "'" else { return try next() }
        let end = rest.firstIndex { $0.value <= 32 || ";{}".unicodeScalars.contains($0) } ?? rest.endIndex
        guard end > rest.startIndex else { return try next() }
        let word = String(rest[..<end])
        rest = rest[end...]
        return .word(word)
    }

    private mutating func skipSpace() throws(SecurityError) {
        while let first = rest.first {
            if first.value <= 32 {
                rest.removeFirst()
            } else if first == "/", rest.dropFirst().first == "/" {
                rest = rest.drop { $0 != "\n" }
            } else if first == "/", rest.dropFirst().first == "*" {
                rest = rest.dropFirst(2)
                while !(rest.first == "*" && rest.dropFirst().first == "/") {
                    guard !rest.isEmpty else { throw SecurityError("a comment of a JAAS configuration has no end") }
                    rest.removeFirst()
                }
                rest = rest.dropFirst(2)
            } else {
                return
            }
        }
    }

    private mutating func quoted(until quote: Unicode.Scalar) throws(SecurityError) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote { return String(text) }
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let escaped = rest.popFirst() else { break }
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "b": text.append("\u{8}")
            case "f": text.append("\u{c}")
            case "a": text.append("\u{7}")
            case "v": text.append("\u{b}")
            case "0"..."7":
                var code = escaped.value - 48
                // Three digits where the first is below 4, as in Java, else two.
                for _ in 0..<(escaped <= "3" ? 2 : 1) {
                    guard let digit = rest.first, ("0"..."7").contains(digit) else { break }
                    code = code * 8 + digit.value - 48
                    rest.removeFirst()
                }
                text.append(Unicode.Scalar(code) ?? "?")
            default: text.append(escaped)
            }
        }
        throw SecurityError("a quote of a JAAS configuration has no end")
    }
}
