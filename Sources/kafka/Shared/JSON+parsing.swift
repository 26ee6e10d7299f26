// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// What is wrong with a text that should be JSON, and at which byte.
    struct ParseError: Error, CustomStringConvertible {
        var message: String
        var position: Int
        var description: String { "\(message) at byte \(position)" }
    }

    static func parse(_ text: String) throws(ParseError) -> JSON { try parse(Array(text.utf8)) }

    static func parse(_ bytes: [UInt8]) throws(ParseError) -> JSON {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        if parser.position < bytes.count { throw parser.error("more text behind the end") }
        return value
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    func error(_ message: String) -> JSON.ParseError { JSON.ParseError(message: message, position: position) }

    mutating func skipSpace() {
        while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
    }

    private mutating func peek() throws(JSON.ParseError) -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw error("the text ends too early") }
        return bytes[position]
    }

    mutating func value(depth: Int) throws(JSON.ParseError) -> JSON {
        // Deeper nesting is no configuration, but an attack on the stack.
        if depth > 200 { throw error("nested too deeply") }
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSON) throws(JSON.ParseError) -> JSON {
        guard bytes[position...].starts(with: text.utf8) else { throw error("'\(text)' expected") }
        position += text.utf8.count
        return value
    }

    private mutating func object(_ depth: Int) throws(JSON.ParseError) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw error("the name of a member expected") }
            let name = try string()
            guard try peek() == UInt8(ascii: ":") else { throw error("':' expected") }
            position += 1
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
            if try endsList(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array(_ depth: Int) throws(JSON.ParseError) -> JSON {
        position += 1
        var elements: [JSON] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            if try endsList(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    private mutating func endsList(with end: UInt8) throws(JSON.ParseError) -> Bool {
        let byte = try peek()
        guard byte == end || byte == UInt8(ascii: ",") else { throw error("',' expected") }
        position += 1
        return byte == end
    }

    private mutating func number() throws(JSON.ParseError) -> JSON {
        let start = position
        while position < bytes.count, "+-0123456789.eE".utf8.contains(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else {
            position = start
            throw error("a value expected")
        }
        return .double(double)
    }

    private mutating func string() throws(JSON.ParseError) -> String {
        position += 1
        var out: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else { throw error("bytes that are no UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(&out)
            case 0..<32: throw error("a control character in a string")
            default: out.append(byte)
            }
        }
        throw error("a string without end")
    }

    private mutating func escape(_ out: inout [UInt8]) throws(JSON.ParseError) {
        guard position < bytes.count else { throw error("a string without end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate pair") }
            out += Array(String(Character(scalar)).utf8)
        default: throw error("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSON.ParseError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits expected") }
        position += 4
        return code
    }
}
