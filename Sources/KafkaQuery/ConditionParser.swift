// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// Makes a condition of tokens; `or` binds weakest, then `and`, then `not`.
struct ConditionParser {
    private var tokens: ArraySlice<Tokenizer.Placed>
    /// Where the token stood that was taken last.
    private var position: Int?
    /// The fields that were named, each once.
    private(set) var fields: [Field]
    /// Words beside a comparison that are fields, though their author may have meant text.
    private(set) var doubtful: [String] = []
    /// Where the texts of literals are.
    private let literals: LiteralTexts
    private var depth = 0

    /// A side of a comparison.
    private enum Side {
        case operand(Condition.Operand)
        /// A time, as it was written.
        case time(String, position: Int?)
    }

    init(_ text: String, _ fields: [Field], _ literals: LiteralTexts) throws(QueryError) {
        tokens = try Tokenizer.tokens(text)[...]
        self.fields = fields
        self.literals = literals
    }

    /// The whole text as a condition.
    mutating func condition() throws(QueryError) -> Condition {
        let condition = try disjunction()
        if tokens.isEmpty { return condition }
        throw unexpected("where 'and', 'or' or the end should be")
    }

    /// The whole text as one field.
    mutating func field() throws(QueryError) -> Int {
        guard case .word(let word)? = next() else {
            throw QueryError("a field should begin with its name", at: position)
        }
        let index = try field(word)
        if !tokens.isEmpty { throw unexpected("behind a field") }
        return index
    }

    // MARK: Tokens

    private mutating func next() -> Token? {
        let placed = tokens.popFirst()
        position = placed?.position
        return placed?.token
    }

    /// The next token is not what it should be.
    private func unexpected(_ what: String) -> QueryError {
        QueryError("\(tokens.first?.token.description ?? "the end") \(what)", at: tokens.first?.position)
    }

    private func isNext(_ words: String..., at index: Int = 0) -> Bool {
        switch tokens.dropFirst(index).first?.token {
        case .word(let word)?: words.contains(word.lowercased())
        case .sign(let sign)?: words.contains(sign)
        default: false
        }
    }

    private mutating func accepts(_ word: String) -> Bool {
        guard isNext(word) else { return false }
        _ = next()
        return true
    }

    private mutating func expect(_ word: String) throws(QueryError) {
        guard accepts(word) else { throw unexpected("where '\(word)' should be") }
    }

    // MARK: Conditions

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
        if depth > 100 { throw QueryError("nested too deeply", at: tokens.first?.position) }
        if accepts("not") { return .not(try negation()) }
        if accepts("(") {
            let condition = try disjunction()
            try expect(")")
            return condition
        }
        return try comparison()
    }

    private mutating func comparison() throws(QueryError) -> Condition {
        let left = try side()
        if isNext("not"), isNext("in", "like", "ilike", "between", at: 1) {
            _ = next()
            return .not(try relation(left))
        }
        return try relation(left)
    }

    /// What follows the left side.
    private mutating func relation(_ left: Side) throws(QueryError) -> Condition {
        for (sign, isNegated, ignoresCase) in [
            ("~", false, false), ("!~", true, false), ("~*", false, true), ("!~*", true, true),
        ] where accepts(sign) {
            let pattern = try TextPattern(try text("a pattern", behind: sign), ignoringCase: ignoresCase)
            let condition = Condition.matches(try operand(left), pattern)
            return isNegated ? .not(condition) : condition
        }
        for word in ["like", "ilike"] where accepts(word) {
            let pattern = try TextPattern(like: try text("a pattern", behind: word), ignoringCase: word == "ilike")
            return .matches(try operand(left), pattern)
        }
        if accepts("in") { return try isNext("(") ? list(left) : element(left) }
        if accepts("between") {
            // Read before they are compared, which looks at the fields that were read.
            let low = try side()
            try expect("and")
            let high = try side()
            return .and(try compare(left, .moreOrEqual, low), try compare(left, .lessOrEqual, high))
        }
        if accepts("is") {
            let isNegated = accepts("not")
            try expect("null")
            let condition = Condition.isNull(try operand(left))
            return isNegated ? .not(condition) : condition
        }
        guard case .sign(let sign)? = tokens.first?.token, let comparison = Condition.Comparison(rawValue: sign) else {
            return .isTrue(try operand(left))
        }
        _ = next()
        let hasDoubt = isBareWord
        let right = try side()
        if hasDoubt { doubt(right) }
        return try compare(left, comparison, right)
    }

    /// `status in (500, 502)`
    private mutating func list(_ left: Side) throws(QueryError) -> Condition {
        var condition: Condition?
        try expect("(")
        repeat {
            let hasDoubt = isBareWord
            let right = try side()
            if hasDoubt { doubt(right) }
            let equal = try compare(left, .equal, right)
            condition = condition.map { .or($0, equal) } ?? equal
        } while accepts(",")
        try expect(")")
        if let condition { return condition }
        return .isTrue(try operand(left))
    }

    /// `"urgent" in tags`
    private mutating func element(_ left: Side) throws(QueryError) -> Condition {
        let element = try operand(left)
        let array = try operand(side())
        guard case .field = array else { throw QueryError("behind in there must be '(' or a field", at: position) }
        return .contains(element, in: array)
    }

    private func compare(
        _ left: Side, _ comparison: Condition.Comparison, _ right: Side
    ) throws(QueryError) -> Condition {
        let (first, second) = (try operand(left, beside: right), try operand(right, beside: left))
        if comparison == .equal || comparison == .unequal {
            for (null, other) in [(first, second), (second, first)] {
                guard case .literal(.null) = null else { continue }
                return comparison == .equal ? .isNull(other) : .not(.isNull(other))
            }
        }
        return .compare(first, comparison, second)
    }

    private mutating func text(_ what: String, behind sign: String) throws(QueryError) -> [UInt8] {
        guard case .text(let text)? = next() else {
            throw QueryError("behind \(sign) there must be \(what) in quotes", at: position)
        }
        return text
    }

    // MARK: Operands

    /// Whether a word stands next that has no path behind it.
    private var isBareWord: Bool {
        guard case .word? = tokens.first?.token else { return false }
        return !isNext(".", "[", at: 1)
    }

    /// Remembers a field that may be meant as text.
    private mutating func doubt(_ side: Side) {
        guard case .operand(.field(let index)) = side, case .valuePath(let path) = fields[index],
            case .name(let name)? = path.first
        else { return }
        doubtful.append(String(decoding: name, as: UTF8.self))
    }

    private mutating func side() throws(QueryError) -> Side {
        switch next() {
        case .text(let text): return .operand(.literal(.string(literals.keep(text))))
        case .number(let digits):
            if let value = Int64(digits) { return .operand(.literal(.integer(value))) }
            return .operand(.literal(.number(literals.keep(Array(digits.utf8)))))
        case .time(let text): return .time(text, position: position)
        case .duration(let text): throw QueryError("'\(text)' is a duration: -\(text) is so long ago", at: position)
        case .word(let word):
            switch word.lowercased() {
            case "true": return .operand(.literal(.bool(true)))
            case "false": return .operand(.literal(.bool(false)))
            case "null": return .operand(.literal(.null))
            case "and", "or", "not", "in":
                throw QueryError("'\(word)' where a field or value should be", at: position)
            default:
                if let time = timeFromNow(word) { return .time(time, position: position) }
                return .operand(.field(try field(word)))
            }
        case let token:
            throw QueryError("\(token?.description ?? "the end") where a field or value should be", at: position)
        }
    }

    /// `now`, `now-1h`, `now - 1h` and `@1769846400000`, in one piece; nil for any other word, and for a field of that name.
    private mutating func timeFromNow(_ word: String) -> String? {
        let isTime = word.hasPrefix("now-") || word.hasPrefix("now+") || word.hasPrefix("@")
        if isTime, TimeText.milliseconds(word) != nil { return word }
        guard word == "now", !isNext(".", "[") else { return nil }
        if case .time(let text)? = tokens.first?.token, text.hasPrefix("-") || text.hasPrefix("+") {
            _ = next()
            return text
        }
        for sign in ["-", "+"] where isNext(sign) {
            guard let placed = tokens.dropFirst().first, case .duration(let text) = placed.token else { return word }
            tokens.removeFirst(2)
            return sign + text
        }
        return word
    }

    private func operand(_ side: Side) throws(QueryError) -> Condition.Operand {
        switch side {
        case .operand(let operand): return operand
        case .time(let text, let position):
            throw QueryError(
                "'\(text)' is a time, and only timestamp is compared with times; text stands in quotes", at: position)
        }
    }

    /// Beside the record's timestamp a text is a time as well.
    private func operand(_ side: Side, beside other: Side) throws(QueryError) -> Condition.Operand {
        guard case .operand(.field(let index)) = other, fields[index] == .timestamp else { return try operand(side) }
        let text: String
        var place: Int?
        switch side {
        case .time(let time, let position): (text, place) = (time, position)
        case .operand(.literal(.string(let bytes))): text = String(decoding: bytes, as: UTF8.self)
        case .operand(let operand): return operand
        }
        guard let time = TimeText.milliseconds(text) else {
            throw QueryError("'\(text)' beside timestamp must be \(TimeText.forms)", at: place)
        }
        return .literal(.integer(time))
    }

    /// The field that begins with a word, by its place in `fields`.
    private mutating func field(_ first: String) throws(QueryError) -> Int {
        let start = position
        var steps: [Field.Step] = []
        while true {
            if accepts(".") {
                guard case .word(let name)? = next() else {
                    throw QueryError("behind a point there must be a name; others are written [\"…\"]", at: position)
                }
                steps.append(.name(Array(name.utf8)))
            } else if accepts("[") {
                switch next() {
                case .text(let name): steps.append(.name(name))
                case .number(let digits):
                    guard let index = Int(digits), index >= 0 else {
                        throw QueryError("[\(digits)] is no element: they count from 0", at: position)
                    }
                    steps.append(.index(index))
                default: throw QueryError("in brackets there must be a number or a name in quotes", at: position)
                }
                try expect("]")
            } else {
                break
            }
        }
        let field: Field
        do throws(QueryError) { field = try Field(first, steps) } catch {
            throw QueryError(error.message, at: start)
        }
        if let known = fields.firstIndex(of: field) { return known }
        fields.append(field)
        return fields.count - 1
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
