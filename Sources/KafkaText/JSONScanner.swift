// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) in place: what is wanted is taken, the rest is passed over, and nothing is built or copied.
///
/// Everything that is passed is checked: a string's escapes and UTF-8, a number's form. `JSON.parse` makes values on top
/// of it. A byte order mark before the text is passed over.
package struct JSONScanner {
    package enum Kind { case object, array, string, number, `true`, `false`, null }

    /// Deeper nesting is no data, but an attack on the stack.
    package static let maxDepth = 200

    private let base: UnsafePointer<UInt8>
    private let end: Int
    /// Whether to take what others write and RFC 8259 forbids: halves of surrogate pairs, which become U+FFFD, control
    /// characters and bytes that are no UTF-8 in strings, NaN and Infinity.
    private let isLenient: Bool
    package private(set) var position = 0
    private var depth = 0
    /// Whether strings may hold bytes that are no UTF-8.
    package var takesAnyBytes = false

    package init(_ bytes: UnsafeRawBufferPointer, isLenient: Bool = false) {
        self.isLenient = isLenient
        // An empty buffer may have no address; nothing is read from it.
        base = (bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!).assumingMemoryBound(to: UInt8.self)
        end = bytes.count
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    package func error(_ message: String, at position: Int? = nil) -> JSON.ParseError {
        JSON.ParseError(message: message, position: position ?? self.position)
    }

    @inline(__always)
    package mutating func skipSpace() {
        while position < end {
            switch base[position] {
            case 32, 9, 10, 13: position += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func peek() throws(JSON.ParseError) -> UInt8 {
        skipSpace()
        guard position < end else { throw error("the text ends too early") }
        return base[position]
    }

    /// What the next value is; it isn't passed.
    @inline(__always)
    package mutating func kind() throws(JSON.ParseError) -> Kind {
        switch try peek() {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"): return .true
        case UInt8(ascii: "f"): return .false
        case UInt8(ascii: "N") where isLenient, UInt8(ascii: "I") where isLenient: return .number
        default: throw error("a value expected")
        }
    }

    /// Nothing but white space may be left.
    package mutating func finish() throws(JSON.ParseError) {
        skipSpace()
        if position < end { throw error("more text behind the end") }
    }

    // MARK: Objects and arrays

    package mutating func enterObject() throws(JSON.ParseError) {
        guard try peek() == UInt8(ascii: "{") else { throw error("an object expected") }
        try enter()
    }

    package mutating func enterArray() throws(JSON.ParseError) {
        guard try peek() == UInt8(ascii: "[") else { throw error("an array expected") }
        try enter()
    }

    @inline(__always)
    private mutating func enter() throws(JSON.ParseError) {
        if depth >= Self.maxDepth { throw error("nested too deeply") }
        depth += 1
        position += 1
    }

    /// The name of the next member, whose value must be taken or skipped then; nil behind the last.
    @inline(__always)
    package mutating func nextMember(_ isFirst: inout Bool) throws(JSON.ParseError) -> JSONText? {
        guard try moves(on: UInt8(ascii: "}"), &isFirst) else { return nil }
        guard try peek() == UInt8(ascii: "\"") else { throw error("the name of a member expected") }
        let name = try string()
        guard try peek() == UInt8(ascii: ":") else { throw error("':' expected") }
        position += 1
        return name
    }

    /// Whether there is another element, which must be taken or skipped then.
    @inline(__always)
    package mutating func nextElement(_ isFirst: inout Bool) throws(JSON.ParseError) -> Bool {
        try moves(on: UInt8(ascii: "]"), &isFirst)
    }

    @inline(__always)
    private mutating func moves(on close: UInt8, _ isFirst: inout Bool) throws(JSON.ParseError) -> Bool {
        let byte = try peek()
        if byte == close {
            position += 1
            depth -= 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw error("',' expected") }
        position += 1
        return true
    }

    // MARK: Values

    /// Passes over a value of any kind and returns its text as it stands.
    @discardableResult
    package mutating func skip() throws(JSON.ParseError) -> UnsafeRawBufferPointer {
        let kind = try kind()
        let start = position
        switch kind {
        case .string: _ = try string()
        case .number: _ = try number()
        case .null: try word("null")
        case .true: try word("true")
        case .false: try word("false")
        case .object:
            try enterObject()
            var isFirst = true
            while try nextMember(&isFirst) != nil { try skip() }
        case .array:
            try enterArray()
            var isFirst = true
            while try nextElement(&isFirst) { try skip() }
        }
        return text(from: start)
    }

    /// What was passed since a position.
    package func text(from start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + start, count: position - start)
    }

    private mutating func word(_ text: StaticString) throws(JSON.ParseError) {
        let count = text.utf8CodeUnitCount
        for index in 0..<count {
            guard position + index < end, base[position + index] == text.utf8Start[index] else {
                throw error("'\(text)' expected")
            }
        }
        position += count
    }

    /// A number as it is written.
    package mutating func number() throws(JSON.ParseError) -> UnsafeRawBufferPointer {
        skipSpace()
        let start = position
        if position < end, base[position] == UInt8(ascii: "-") { position += 1 }
        let whole = position
        if isLenient, whole < end, base[whole] == UInt8(ascii: "N") || base[whole] == UInt8(ascii: "I") {
            try word(base[whole] == UInt8(ascii: "N") ? "NaN" : "Infinity")
            return text(from: start)
        }
        guard passDigits() > 0 else { throw error("a number expected", at: start) }
        if base[whole] == UInt8(ascii: "0"), position > whole + 1 {
            throw error("a number with a zero before it", at: start)
        }
        if position < end, base[position] == UInt8(ascii: ".") {
            position += 1
            guard passDigits() > 0 else { throw error("a number without digits behind its point", at: start) }
        }
        if position < end, base[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard passDigits() > 0 else { throw error("a number without digits in its exponent", at: start) }
        }
        return UnsafeRawBufferPointer(start: base + start, count: position - start)
    }

    private mutating func passDigits() -> Int {
        let start = position
        while position < end, base[position] &- 48 < 10 { position += 1 }
        return position - start
    }

    // MARK: Strings

    package mutating func string() throws(JSON.ParseError) -> JSONText {
        guard try peek() == UInt8(ascii: "\"") else { throw error("a string expected") }
        let start = position + 1
        var at = start
        var hasEscapes = false
        while true {
            while at + 8 <= end {
                let word = ByteWords.load(base + at)
                let plain = ByteWords.before(ByteWords.escaped(word) | ByteWords.foreign(word))
                at += plain
                if plain < 8 { break }
            }
            guard at < end else { throw error("a string without end") }
            switch base[at] {
            case UInt8(ascii: "\""):
                position = at + 1
                return JSONText(
                    bytes: UnsafeRawBufferPointer(start: base + start, count: at - start), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at = try passEscape(at)
            case 0..<32:
                guard isLenient else { throw error("a control character in a string", at: at) }
                at += 1
            case 0x80... where !takesAnyBytes:
                let count = UTF8Bytes.sequence(base, at, end)
                guard count > 0 || isLenient else { throw error("bytes that are no UTF-8", at: at) }
                at += max(1, count)
            default: at += 1
            }
        }
    }

    /// Where the text goes on behind the escape at `at`.
    private func passEscape(_ at: Int) throws(JSON.ParseError) -> Int {
        guard at + 1 < end else { throw error("a string without end") }
        switch base[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return at + 2
        case UInt8(ascii: "u"):
            let code = try hexadecimal(at)
            if isLenient { return at + 6 }
            switch code {
            case 0xDC00..<0xE000: throw error("half a surrogate pair", at: at)
            case 0xD800..<0xDC00:
                guard at + 7 < end, base[at + 6] == UInt8(ascii: "\\"), base[at + 7] == UInt8(ascii: "u"),
                    (0xDC00..<0xE000).contains(try hexadecimal(at + 6))
                else { throw error("half a surrogate pair", at: at) }
                return at + 12
            default: return at + 6
            }
        default: throw error("an unknown escape", at: at)
        }
    }

    private func hexadecimal(_ at: Int) throws(JSON.ParseError) -> UInt32 {
        var code: UInt32 = 0
        for index in (at + 2)..<(at + 6) {
            guard index < end, let digit = Self.hexadecimal(base[index]) else {
                throw error("four hexadecimal digits expected", at: at)
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    package static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
