// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// A word, sign or literal of an expression.
enum Token: Equatable {
    case word(String)
    case text([UInt8])
    case number(String)
    /// A day, time or duration without quotes: `2026-01-31`, `-30m`.
    case time(String)
    /// `30m`, behind `now -`.
    case duration(String)
    /// `== != < <= > >= ~ !~ ~* !~* ( ) [ ] . , + -`
    case sign(String)

    var description: String {
        switch self {
        case .word(let text), .number(let text), .time(let text), .duration(let text),
            .sign(let text):
            "'\(text)'"
        case .text(let text): "\"\(String(decoding: text, as: UTF8.self))\""
        }
    }
}

/// Cuts an expression into tokens.
struct Tokenizer {
    /// A token, and the character at which it begins, counted from 1.
    struct Placed {
        var token: Token
        var position: Int
    }

    private let bytes: [UInt8]
    private var at = 0
    /// A byte, and the number of the character that begins there.
    private var counted = (byte: 0, character: 1)

    init(_ text: String) { bytes = Array(text.utf8) }

    static func tokens(_ text: String) throws(QueryError) -> [Placed] {
        var tokenizer = Tokenizer(text)
        var tokens: [Placed] = []
        while let token = try tokenizer.next() { tokens.append(token) }
        return tokens
    }

    private static let signs = [
        "!~*", "==", "!=", "<>", "<=", ">=", "!~", "~*", "&&", "||", "=", "<", ">", "~", "!", "(", ")", "[", "]", ".",
        ",",
        "+", "-",
    ]
    /// Other spellings.
    private static let meanings = ["=": "==", "<>": "!=", "&&": "and", "||": "or", "!": "not"]

    private mutating func next() throws(QueryError) -> Placed? {
        while at < bytes.count, bytes[at] <= 32 { at += 1 }
        guard at < bytes.count else { return nil }
        counted.character += bytes[counted.byte..<at].count { $0 & 0xC0 != 0x80 }
        counted.byte = at
        let position = counted.character
        return Placed(token: try token(position), position: position)
    }

    private mutating func token(_ position: Int) throws(QueryError) -> Token {
        let byte = bytes[at]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return .text(try text(byte, position)) }
        let isSigned = (byte == 45 || byte == 43) && at + 1 < bytes.count
        if byte &- 48 < 10 || isSigned && bytes[at + 1] &- 48 < 10 { return try number(position) }
        if Self.isOfWord(byte) {
            let start = at
            while at < bytes.count, Self.isOfWord(bytes[at]) || bytes[at] &- 48 < 10 || bytes[at] == 45 { at += 1 }
            return .word(String(decoding: bytes[start..<at], as: UTF8.self))
        }
        guard let sign = Self.signs.first(where: { bytes[at...].starts(with: $0.utf8) }) else {
            let rest = String(decoding: bytes[at...], as: UTF8.self)
            throw QueryError("'\(rest.prefix(1))' means nothing here", at: position)
        }
        at += sign.utf8.count
        return .sign(Self.meanings[sign] ?? sign)
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "@")
            || byte >= 0x80
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 97 && byte | 0x20 <= 122 }

    /// A number, or what begins like one.
    private mutating func number(_ position: Int) throws(QueryError) -> Token {
        let start = at
        at += 1
        while at < bytes.count {
            let isSign = bytes[at] == 43 || bytes[at] == 45
            let isExponent = isSign && bytes[at - 1] | 0x20 == UInt8(ascii: "e")
            // Between the numbers of a day, and before a zone.
            let isOfTime = isSign && at + 1 < bytes.count && bytes[at + 1] &- 48 < 10
            guard
                bytes[at] &- 48 < 10 || Self.isLetter(bytes[at]) || bytes[at] == UInt8(ascii: ".")
                    || bytes[at] == UInt8(ascii: ":") || isExponent || isOfTime
            else { break }
            at += 1
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        // What JSON takes for a number, and a plus before it.
        let unsigned = text.first == "+" ? text.dropFirst() : text[...]
        if DecimalNumber.isNumber(unsigned) { return .number(String(unsigned)) }
        if TimeText.milliseconds(text) != nil { return .time(text) }
        if TimeText.duration(text[...]) != nil { return .duration(text) }
        throw QueryError("'\(text)' is no number, time or duration; text stands in quotes", at: position)
    }

    /// A backslash takes its meaning from a quote, a backslash, n or t behind it; before anything else it is itself, as
    /// patterns need it.
    private mutating func text(_ quote: UInt8, _ position: Int) throws(QueryError) -> [UInt8] {
        var text: [UInt8] = []
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == quote { return text }
            guard byte == UInt8(ascii: "\\"), at < bytes.count else {
                text.append(byte)
                continue
            }
            switch bytes[at] {
            case quote, UInt8(ascii: "\\"): text.append(bytes[at])
            case UInt8(ascii: "n"): text.append(10)
            case UInt8(ascii: "t"): text.append(9)
            default: text += [byte, bytes[at]]
            }
            at += 1
        }
        throw QueryError("the text has no end", at: position)
    }
}
