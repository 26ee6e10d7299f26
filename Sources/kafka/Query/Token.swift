// SPDX-License-Identifier: Apache-2.0

/// A word, sign or literal of an expression.
enum Token: Equatable {
    case word(String)
    case text([UInt8])
    case number(String)
    /// `== != < <= > >= ~ !~ ( ) [ ] . ,`
    case sign(String)

    var description: String {
        switch self {
        case .word(let text), .number(let text), .sign(let text): "'\(text)'"
        case .text(let text): "\"\(String(decoding: text, as: UTF8.self))\""
        }
    }
}

/// Cuts an expression into tokens.
struct Tokenizer {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    static func tokens(_ text: String) throws(QueryError) -> [Token] {
        var tokenizer = Tokenizer(text)
        var tokens: [Token] = []
        while let token = try tokenizer.next() { tokens.append(token) }
        return tokens
    }

    private static let signs = [
        "==", "!=", "<=", ">=", "!~", "&&", "||", "=", "<", ">", "~", "!", "(", ")", "[", "]", ".", ",",
    ]

    private mutating func next() throws(QueryError) -> Token? {
        while at < bytes.count, bytes[at] <= 32 { at += 1 }
        guard at < bytes.count else { return nil }
        let byte = bytes[at]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return .text(try text(byte)) }
        if byte &- 48 < 10 || byte == 45 && at + 1 < bytes.count && bytes[at + 1] &- 48 < 10 {
            return .number(number())
        }
        if Self.isOfWord(byte) {
            let start = at
            while at < bytes.count, Self.isOfWord(bytes[at]) || bytes[at] &- 48 < 10 || bytes[at] == 45 { at += 1 }
            return .word(String(decoding: bytes[start..<at], as: UTF8.self))
        }
        guard let sign = Self.signs.first(where: { bytes[at...].starts(with: $0.utf8) }) else {
            let rest = String(decoding: bytes[at...], as: UTF8.self)
            throw QueryError("'\(rest.prefix(1))' at character \(at + 1) means nothing here")
        }
        at += sign.utf8.count
        return .sign(["=": "==", "&&": "and", "||": "or", "!": "not"][sign] ?? sign)
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
            || byte == UInt8(ascii: "@") || byte >= 0x80
    }

    private mutating func number() -> String {
        let start = at
        at += 1
        while at < bytes.count {
            let isSign = (bytes[at] == 43 || bytes[at] == 45) && bytes[at - 1] | 0x20 == UInt8(ascii: "e")
            guard
                bytes[at] &- 48 < 10 || bytes[at] == UInt8(ascii: ".") || bytes[at] | 0x20 == UInt8(ascii: "e")
                    || isSign
            else { break }
            at += 1
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// A backslash takes its meaning from a quote, a backslash, n or t behind it; before anything else it is itself, as
    /// patterns need it.
    private mutating func text(_ quote: UInt8) throws(QueryError) -> [UInt8] {
        var text: [UInt8] = []
        let start = at
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
        throw QueryError("the text that begins at character \(start + 1) has no end")
    }
}
