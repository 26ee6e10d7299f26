// SPDX-License-Identifier: Apache-2.0

/// A value that an expression works on; its pointers live as long as the record, or as the query for literals.
enum Cell {
    /// There is no such field.
    case missing
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    /// A number of JSON as it is written.
    case number(UnsafeRawBufferPointer)
    /// A string of JSON, without its escapes.
    case string(UnsafeRawBufferPointer)
    /// An object or array of JSON as it is written.
    case json(UnsafeRawBufferPointer)
    /// A key, value or header: bytes, which may be the digits of a number.
    case bytes(UnsafeRawBufferPointer)

    /// As a condition: what is there, and neither null nor false.
    var isTrue: Bool {
        switch self {
        case .missing, .null, .bool(false): false
        default: true
        }
    }

    /// What a pattern is matched with; nil where there is no text.
    var text: UnsafeRawBufferPointer? {
        switch self {
        case .string(let text), .bytes(let text), .json(let text), .number(let text): text
        default: nil
        }
    }

    fileprivate enum Number {
        case integer(Int64)
        case double(Double)

        var double: Double {
            switch self {
            case .integer(let value): Double(value)
            case .double(let value): value
            }
        }
    }

    /// - Parameter readsBytes: whether bytes count as a number if they are its digits.
    fileprivate func number(readsBytes: Bool) -> Number? {
        switch self {
        case .integer(let value): return .integer(value)
        case .double(let value): return .double(value)
        case .number(let digits): return Self.number(digits)
        case .bytes(let digits) where readsBytes && digits.count <= 64: return Self.number(digits)
        default: return nil
        }
    }

    private static func number(_ digits: UnsafeRawBufferPointer) -> Number? {
        if let value = Int64(decimal: digits) { return .integer(value) }
        guard let first = digits.first, first == 45 || first &- 48 < 10 else { return nil }
        return Double(String(decoding: digits, as: UTF8.self)).map(Number.double)
    }

    /// Whether something is in `.bytes`, so that the other side decides what it is.
    private var isBytes: Bool {
        if case .bytes = self { return true }
        return false
    }

    /// -1, 0 or 1; nil for what can't be compared.
    func compared(to other: Cell) -> Int? {
        switch (self, other) {
        case (.missing, .missing), (.missing, .null), (.null, .missing), (.null, .null): return 0
        case (.missing, _), (.null, _), (_, .missing), (_, .null): return nil
        case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
        case (.bytes(let left), .bool(let right)):
            return String(decoding: left.prefix(6), as: UTF8.self) == "\(right)" ? 0 : nil
        case (.bool, .bytes): return other.compared(to: self).map { -$0 }
        default: break
        }
        // Bytes beside bytes are text, even if they look like numbers.
        let readsBytes = !(isBytes && other.isBytes)
        if let left = number(readsBytes: readsBytes && !other.isString),
            let right = other.number(readsBytes: readsBytes && !isString)
        {
            if case .integer(let left) = left, case .integer(let right) = right {
                return left == right ? 0 : left < right ? -1 : 1
            }
            return left.double == right.double ? 0 : left.double < right.double ? -1 : 1
        }
        guard let left = comparableText, let right = other.comparableText else { return nil }
        return Self.compare(left, right)
    }

    private var isString: Bool {
        if case .string = self { return true }
        return false
    }

    /// A number is no text: 5 is neither more nor less than "5".
    private var comparableText: UnsafeRawBufferPointer? {
        switch self {
        case .string(let text), .bytes(let text), .json(let text): text
        default: nil
        }
    }

    /// By bytes, which is also the order of the characters in UTF-8.
    private static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        for (a, b) in zip(left, right) where a != b { return a < b ? -1 : 1 }
        return (left.count - right.count).signum()
    }
}
