// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// What is wrong with a text that should be JSON, and at which byte.
    package struct ParseError: Error, CustomStringConvertible {
        var message: String
        var position: Int
        package var description: String { "\(message) at byte \(position)" }
    }

    package static func parse(_ text: String) throws(ParseError) -> JSON { try parse(Array(text.utf8)) }

    package static func parse(_ bytes: [UInt8]) throws(ParseError) -> JSON {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(ParseError) in
                var scanner = JSONScanner(bytes)
                let value = try scanner.value()
                try scanner.finish()
                return value
            }
        }
        return try result.get()
    }
}

extension JSONScanner {
    /// The next value, built.
    fileprivate mutating func value() throws(JSON.ParseError) -> JSON {
        switch try kind() {
        case .object:
            var members: [JSON.Member] = []
            var isFirst = true
            try enterObject()
            while let name = try nextMember(&isFirst) {
                members.append(JSON.Member(name: name.string, value: try value()))
            }
            return .object(members)
        case .array:
            var elements: [JSON] = []
            var isFirst = true
            try enterArray()
            while try nextElement(&isFirst) { elements.append(try value()) }
            return .array(elements)
        case .string: return .string(try string().string)
        case .number:
            let start = position
            let text = String(decoding: try number(), as: UTF8.self)
            if let integer = Int64(text) { return .integer(integer) }
            guard let double = Double(text), double.isFinite else { throw error("a number too large", at: start) }
            return .double(double)
        case .null:
            try skip()
            return .null
        case .true:
            try skip()
            return .bool(true)
        case .false:
            try skip()
            return .bool(false)
        }
    }
}
