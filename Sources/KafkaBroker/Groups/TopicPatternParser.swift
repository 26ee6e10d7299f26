// SPDX-License-Identifier: Apache-2.0

/// Turns the text of a regular expression into the program of a `TopicPattern`.
struct TopicPatternParser {
    typealias SyntaxError = TopicPattern.SyntaxError
    typealias Program = [TopicPattern.Instruction]

    private static let maximumDepth = 200
    private static let maximumRepeat = 1_000
    private static let maximumProgram = 20_000

    /// What `(?is)` switches, up to the end of the group.
    struct Flags {
        var ignoresCase = false
        var dotMatchesNewline = false
    }

    var input: Substring.UnicodeScalarView
    var flags = Flags()
    private var depth = 0

    init(_ text: String) { input = Substring(text).unicodeScalars }

    mutating func parse() throws(SyntaxError) -> Program {
        let program = try alternatives()
        if !input.isEmpty { throw SyntaxError("unexpected )") }
        return program
    }

    /// `a|b|c`
    private mutating func alternatives() throws(SyntaxError) -> Program {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw SyntaxError("expression nests too deeply") }
        var program = try sequence()
        while take("|") {
            let other = try sequence()
            program =
                [.split(1, program.count + 2)] + program.moved(by: 1) + [.jump(program.count + 2 + other.count)]
                + other.moved(by: program.count + 2)
            try check(program)
        }
        return program
    }

    private mutating func sequence() throws(SyntaxError) -> Program {
        var program: Program = []
        while let next = input.first, next != "|", next != ")" {
            if take("\\Q") {
                program += try quoted().moved(by: program.count)
                continue
            }
            program += try repeated(try atom()).moved(by: program.count)
            try check(program)
        }
        return program
    }

    /// Taken literally up to `\E`; a repetition behind that is of the last character.
    private mutating func quoted() throws(SyntaxError) -> Program {
        var program: Program = []
        var last: Unicode.Scalar?
        while !input.isEmpty, !take("\\E") {
            if let last { program += literal(last) }
            last = input.removeFirst()
        }
        guard let last else { return [] }
        return program + (try repeated(literal(last)).moved(by: program.count))
    }

    // MARK: Repetition

    private mutating func repeated(_ atom: Program) throws(SyntaxError) -> Program {
        guard let bounds = try repetition() else { return atom }
        // Whether to prefer more or less makes no difference to whether all of a name matches.
        _ = take("?")
        let rest = input
        if try repetition() != nil {
            throw SyntaxError("invalid nested repetition operator: `\(String(rest.first ?? "*"))`")
        }
        input = rest
        var program: Program = []
        for _ in 0..<bounds.minimum {
            program += atom.moved(by: program.count)
            try check(program)
        }
        guard let maximum = bounds.maximum else {
            let start = program.count
            program += [.split(start + 1, start + atom.count + 2)] + atom.moved(by: start + 1) + [.jump(start)]
            return program
        }
        let end = program.count + (maximum - bounds.minimum) * (atom.count + 1)
        guard end <= Self.maximumProgram else { throw SyntaxError("expression is too large") }
        for _ in bounds.minimum..<maximum {
            program += [.split(program.count + 1, end)] + atom.moved(by: program.count + 1)
        }
        return program
    }

    private mutating func repetition() throws(SyntaxError) -> (minimum: Int, maximum: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        // A brace that doesn't begin a count is a character like any other.
        let start = input
        guard take("{"), let minimum = number() else {
            input = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = number() }
        guard take("}") else {
            input = start
            return nil
        }
        guard minimum <= maximum ?? minimum, max(minimum, maximum ?? 0) <= Self.maximumRepeat else {
            throw SyntaxError("invalid repeat count")
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        let digits = input.prefix { $0.properties.numericType == .decimal && $0.isASCII }
        guard !digits.isEmpty else { return nil }
        input.removeFirst(digits.count)
        return Int(String(digits)) ?? .max
    }

    // MARK: Atoms

    private mutating func atom() throws(SyntaxError) -> Program {
        let first = input.removeFirst()
        switch first {
        case "(": return try group()
        case "[": return [.byte(try characterClass())]
        case ".": return [.byte(flags.dotMatchesNewline ? .all : ByteSet.newline.inverted)]
        // A name is one line.
        case "^": return [.assertion(.start)]
        case "$": return [.assertion(.end)]
        case "*", "+", "?": throw SyntaxError("missing argument to repetition operator: `\(first)`")
        case "\\": return try escape()
        default: return literal(first)
        }
    }

    private func literal(_ character: Unicode.Scalar) -> Program {
        String(character).utf8.map { byte in
            let set = ByteSet(byte...byte)
            return .byte(flags.ignoresCase ? set.caseInsensitive : set)
        }
    }

    private mutating func group() throws(SyntaxError) -> Program {
        let outer = flags
        if take("?") {
            if take("P<") || take("<") {
                let name = input.prefix { $0 != ">" }
                let isName = name.allSatisfy { $0.isASCII && ByteSet.word.contains(UInt8($0.value)) }
                guard isName, !name.isEmpty, name.count < input.count else {
                    throw SyntaxError("invalid named capture")
                }
                input.removeFirst(name.count + 1)
            } else if try !setFlags() {
                // Without a colon they hold for the rest of the enclosing group.
                return []
            }
        }
        let program = try alternatives()
        guard take(")") else { throw SyntaxError("missing closing )") }
        flags = outer
        return program
    }

    /// `i-ms:` or `i-ms)`; returns whether a group follows.
    private mutating func setFlags() throws(SyntaxError) -> Bool {
        var value = true
        while let flag = input.popFirst() {
            switch flag {
            case "i": flags.ignoresCase = value
            case "s": flags.dotMatchesNewline = value
            // A name is one line, and which of several matches is preferred is of no interest.
            case "m", "U": break
            case "-" where value: value = false
            case ":": return true
            case ")": return false
            default: throw SyntaxError("invalid or unsupported Perl syntax: `(?\(flag)`")
            }
        }
        throw SyntaxError("missing closing )")
    }

    private mutating func escape() throws(SyntaxError) -> Program {
        guard let next = input.first else { throw SyntaxError("trailing backslash at end of expression") }
        if let assertion: TopicPattern.Assertion =
            switch next {
            case "A": .start
            case "z": .end
            case "b": .wordBoundary
            case "B": .noWordBoundary
            default: nil
            }
        {
            input.removeFirst()
            return [.assertion(assertion)]
        }
        if let set = try escapedClass() { return [.byte(set)] }
        return literal(try escapedCharacter())
    }

    mutating func take(_ text: String) -> Bool {
        guard input.starts(with: text.unicodeScalars) else { return false }
        input.removeFirst(text.unicodeScalars.count)
        return true
    }

    private func check(_ program: Program) throws(SyntaxError) {
        if program.count > Self.maximumProgram { throw SyntaxError("expression is too large") }
    }
}

extension TopicPatternParser.Program {
    /// The same instructions for another place in a program.
    fileprivate func moved(by offset: Int) -> Self {
        if offset == 0 { return self }
        return map { instruction in
            switch instruction {
            case .split(let first, let second): .split(first + offset, second + offset)
            case .jump(let target): .jump(target + offset)
            case .byte, .assertion, .match: instruction
            }
        }
    }
}
