// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// A value that an expression works on; its pointers live as long as the record, or as the query for literals.
enum Cell {
    /// There is no such field.
    case missing
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number of JSON as it is written; also NaN and Infinity, which some writers take for JSON.
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

    /// Whether there is nothing, or null.
    var isNull: Bool {
        switch self {
        case .missing, .null: true
        default: false
        }
    }

    /// Whether something is in `.bytes`, so that the other side decides what it is.
    private var isBytes: Bool {
        if case .bytes = self { return true }
        return false
    }

    /// -1, 0 or 1; nil for what can't be compared.
    func compared(to other: Cell) -> Int? {
        switch (self, other) {
        case (.null, .null): return 0
        case (.missing, _), (.null, _), (_, .missing), (_, .null): return nil
        case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
        case (.bytes(let left), .bool(let right)):
            return String(decoding: left.prefix(6), as: UTF8.self) == "\(right)" ? 0 : nil
        case (.bool, .bytes): return other.compared(to: self).map { -$0 }
        default: break
        }
        // Bytes beside bytes are text, even if they look like numbers.
        let readsBytes = !(isBytes && other.isBytes)
        if let order = numericOrder(other, readsBytes && !other.isString, readsBytes && !isString) { return order }
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

    // MARK: Numbers

    /// The order of two numbers; nil if one of them is none.
    /// - Parameters:
    ///   - readsBytes: whether bytes of this count as a number if they are its digits.
    ///   - readsOther: the same for the other.
    private func numericOrder(_ other: Cell, _ readsBytes: Bool, _ readsOther: Bool) -> Int? {
        if let left = integer(readsBytes), let right = other.integer(readsOther) {
            return left == right ? 0 : left < right ? -1 : 1
        }
        // What is no whole number, or too large for one, is compared digit by digit.
        return withDecimal(readsBytes) { left in
            other.withDecimal(readsOther) { left.compared(to: $0) }
        }
    }

    private func integer(_ readsBytes: Bool) -> Int64? {
        switch self {
        case .integer(let value): value
        case .number(let digits): Int64(decimal: digits)
        case .bytes(let digits) where readsBytes: Int64(decimal: digits)
        default: nil
        }
    }

    private func withDecimal(_ readsBytes: Bool, _ body: (DecimalNumber) -> Int?) -> Int? {
        switch self {
        case .integer(let value):
            var text = String(value)
            return text.withUTF8 { DecimalNumber(UnsafeRawBufferPointer($0)).flatMap(body) }
        case .number(let digits): return DecimalNumber(digits).flatMap(body)
        case .bytes(let digits) where readsBytes: return DecimalNumber(digits).flatMap(body)
        default: return nil
        }
    }

    // MARK: Arrays

    /// Whether this is an array of JSON with an element that equals another cell.
    func contains(_ element: Cell) -> Bool {
        let text: UnsafeRawBufferPointer
        switch self {
        case .json(let json), .bytes(let json): text = json
        default: return false
        }
        var scanner = JSONScanner(text, isLenient: true)
        var isFirst = true
        do throws(JSON.ParseError) {
            guard try scanner.kind() == .array else { return false }
            try scanner.enterArray()
            while try scanner.nextElement(&isFirst) {
                if try Self.next(&scanner, equals: element) { return true }
            }
        } catch {
            // No array.
        }
        return false
    }

    private static func next(_ scanner: inout JSONScanner, equals element: Cell) throws(JSON.ParseError) -> Bool {
        let kind = try scanner.kind()
        guard kind == .string else {
            return Cell(kind, try scanner.skip()).compared(to: element) == 0
        }
        let text = try scanner.string()
        guard text.hasEscapes else { return Cell.string(text.bytes).compared(to: element) == 0 }
        return text.withDecoded { Cell.string($0).compared(to: element) == 0 }
    }

    /// A value of JSON, as it is written; strings have escapes, and are not made this way.
    init(_ kind: JSONScanner.Kind, _ text: UnsafeRawBufferPointer) {
        self =
            switch kind {
            case .number: .number(text)
            case .true: .bool(true)
            case .false: .bool(false)
            case .null: .null
            case .object, .array, .string: .json(text)
            }
    }
}
