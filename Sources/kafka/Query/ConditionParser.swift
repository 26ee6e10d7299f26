// SPDX-License-Identifier: Apache-2.0

/// Makes a condition of tokens; `or` binds weakest, then `and`, then `not`.
struct ConditionParser {
    private var tokens: ArraySlice<Token>
    /// The fields that were named, each once.
    private(set) var fields: [Field]
    /// Where the texts of literals are.
    private let literals: LiteralTexts
    private var depth = 0

    init(_ text: String, _ fields: [Field], _ literals: LiteralTexts) throws(QueryError) {
        tokens = try Tokenizer.tokens(text)[...]
        self.fields = fields
        self.literals = literals
    }

    /// The whole text as a condition.
    mutating func condition() throws(QueryError) -> Condition {
        let condition = try disjunction()
        if let token = tokens.first { throw QueryError("\(token.description) where 'and', 'or' or the end should be") }
        return condition
    }

    /// The whole text as one field.
    mutating func field() throws(QueryError) -> Int {
        guard case .word(let word)? = tokens.popFirst() else { throw QueryError("a field should begin with its name") }
        let index = try field(word)
        if let token = tokens.first { throw QueryError("\(token.description) behind a field") }
        return index
    }

    private mutating func accepts(_ words: String...) -> Bool {
        switch tokens.first {
        case .word(let word)? where words.contains(word.lowercased()), .sign(let word)? where words.contains(word):
            tokens.removeFirst()
            return true
        default: return false
        }
    }

    private mutating func expect(_ sign: String) throws(QueryError) {
        guard accepts(sign) else {
            throw QueryError("\(tokens.first?.description ?? "the end") where '\(sign)' should be")
        }
    }

    private mutating func disjunction() throws(QueryError) -> Condition {
        var condition = try conjunction()
        while accepts("or") { condition = .or(condition, try conjunction()) }
        return condition
    }

    private mutating func conjunction() throws(QueryError) -> Condition {
        var condition = try negation()
        while accepts("and") { condition = .and(condition, try negation()) }
        return condition
    }

    private mutating func negation() throws(QueryError) -> Condition {
        depth += 1
        defer { depth -= 1 }
        if depth > 100 { throw QueryError("nested too deeply") }
        if accepts("not") { return .not(try negation()) }
        if accepts("(") {
            let condition = try disjunction()
            try expect(")")
            return condition
        }
        return try comparison()
    }

    private mutating func comparison() throws(QueryError) -> Condition {
        let left = try operand()
        if accepts("~") { return .matches(left, try pattern()) }
        if accepts("!~") { return .not(.matches(left, try pattern())) }
        if accepts("in") { return try list(left) }
        guard case .sign(let sign)? = tokens.first, let comparison = Condition.Comparison(rawValue: sign) else {
            return .isTrue(left)
        }
        tokens.removeFirst()
        let right = try operand()
        return .compare(try dated(left, beside: right), comparison, try dated(right, beside: left))
    }

    /// `status in (500, 502)`
    private mutating func list(_ left: Condition.Operand) throws(QueryError) -> Condition {
        var condition: Condition?
        try expect("(")
        repeat {
            let equal = Condition.compare(left, .equal, try dated(try operand(), beside: left))
            condition = condition.map { .or($0, equal) } ?? equal
        } while accepts(",")
        try expect(")")
        return condition ?? .isTrue(left)
    }

    private mutating func pattern() throws(QueryError) -> TextPattern {
        guard case .text(let pattern)? = tokens.popFirst() else {
            throw QueryError("behind ~ there must be a pattern in quotes")
        }
        return try TextPattern(pattern)
    }

    private mutating func operand() throws(QueryError) -> Condition.Operand {
        switch tokens.popFirst() {
        case .text(let text): return .literal(.string(literals.keep(text)))
        case .number(let digits):
            if let value = Int64(digits) { return .literal(.integer(value)) }
            guard let value = Double(digits), value.isFinite else { throw QueryError("'\(digits)' is no number") }
            return .literal(.double(value))
        case .word(let word):
            switch word.lowercased() {
            case "true": return .literal(.bool(true))
            case "false": return .literal(.bool(false))
            case "null": return .literal(.null)
            case "and", "or", "not", "in": throw QueryError("'\(word)' where a field or value should be")
            default: return .field(try field(word))
            }
        case let token: throw QueryError("\(token?.description ?? "the end") where a field or value should be")
        }
    }

    /// The field that begins with a word, by its place in `fields`.
    private mutating func field(_ first: String) throws(QueryError) -> Int {
        var steps: [Field.Step] = []
        while true {
            if accepts(".") {
                guard case .word(let name)? = tokens.popFirst() else {
                    throw QueryError("behind a point there must be a name; others are written [\"…\"]")
                }
                steps.append(.name(Array(name.utf8)))
            } else if accepts("[") {
                switch tokens.popFirst() {
                case .text(let name): steps.append(.name(name))
                case .number(let digits):
                    guard let index = Int(digits), index >= 0 else {
                        throw QueryError("[\(digits)] is no element: they count from 0")
                    }
                    steps.append(.index(index))
                default: throw QueryError("in brackets there must be a number or a name in quotes")
                }
                try expect("]")
            } else {
                break
            }
        }
        let field = try Field(first, steps)
        if let known = fields.firstIndex(of: field) { return known }
        fields.append(field)
        return fields.count - 1
    }

    /// A text beside the record's timestamp is a time.
    private func dated(
        _ operand: Condition.Operand, beside other: Condition.Operand
    ) throws(QueryError) -> Condition.Operand {
        guard case .literal(.string(let bytes)) = operand, case .field(let index) = other, fields[index] == .timestamp
        else { return operand }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let time = TimeText.milliseconds(text) else {
            throw QueryError("'\(text)' beside timestamp must be \(TimeText.forms)")
        }
        return .literal(.integer(time))
    }
}

/// Texts that stay where they are as long as this lives.
final class LiteralTexts {
    private var all: [UnsafeMutableRawBufferPointer] = []

    func keep(_ text: [UInt8]) -> UnsafeRawBufferPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        memory.copyBytes(from: text)
        all.append(memory)
        return UnsafeRawBufferPointer(memory)
    }

    deinit { for memory in all { memory.deallocate() } }
}
