// SPDX-License-Identifier: Apache-2.0

/// A regular expression as instructions over bytes; each says which come next.
struct PatternProgram: Sendable {
    enum Instruction: Sendable, Equatable {
        /// Takes a byte of the set of that number.
        case byte(set: Int, next: Int)
        /// Goes on at both places, rather at the first.
        case split(Int, Int)
        case assertion(PatternNode.Assertion, next: Int)
        /// Notes where a group begins or ends, in twice its number or one behind.
        case mark(Int, next: Int)
        case match
    }

    private(set) var instructions: [Instruction] = [.match]
    private(set) var sets: [ByteSet] = []
    private var numbers: [ByteSet: Int] = [:]
    /// Where a match begins.
    private(set) var begin = 0
    /// Where the automaton begins: before a loop over what precedes a match, or at `begin`.
    private(set) var start = 0
    let scope: Pattern.Scope
    private(set) var hasAssertions = false
    /// What every match begins with, if it is looked for; as much of it as is worth a comparison.
    let prefix: [UInt8]

    static let match = 0
    private let marksGroups: Bool

    init(_ node: PatternNode, _ scope: Pattern.Scope, marksGroups: Bool = false) {
        self.scope = scope
        self.marksGroups = marksGroups
        prefix = scope == .anywhere ? Array(node.literalPrefix.bytes.prefix(16)) : []
        begin = emit(node, next: Self.match)
        start = begin
        if scope == .anywhere {
            let loop = append(.split(begin, begin))
            let any = append(.byte(set: number(of: .all), next: loop))
            instructions[loop] = .split(begin, any)
            start = loop
        }
        numbers = [:]
    }

    private mutating func append(_ instruction: Instruction) -> Int {
        instructions.append(instruction)
        return instructions.count - 1
    }

    private mutating func number(of set: ByteSet) -> Int {
        if let known = numbers[set] { return known }
        sets.append(set)
        numbers[set] = sets.count - 1
        return sets.count - 1
    }

    /// Writes the instructions of a node in front of those that come behind it; returns where it begins.
    private mutating func emit(_ node: PatternNode, next: Int) -> Int {
        switch node {
        case .empty: return next
        case .set(let set): return emit(set, next: next)
        case .assertion(let assertion):
            hasAssertions = true
            return append(.assertion(assertion, next: next))
        case .group(let node, let number):
            guard marksGroups else { return emit(node, next: next) }
            let end = append(.mark(2 * number + 1, next: next))
            return append(.mark(2 * number, next: emit(node, next: end)))
        case .sequence(let nodes): return nodes.reversed().reduce(next) { emit($1, next: $0) }
        case .alternatives(let nodes):
            let last = emit(nodes[nodes.count - 1], next: next)
            return nodes.dropLast().reversed().reduce(last) { rest, node in
                append(.split(emit(node, next: next), rest))
            }
        case .repetition(let node, let minimum, let maximum, let isLazy):
            return emit(node, minimum, maximum, isLazy, next: next)
        }
    }

    private mutating func emit(
        _ node: PatternNode, _ minimum: Int, _ maximum: Int?, _ isLazy: Bool, next: Int
    ) -> Int {
        var begin = next
        if let maximum {
            for _ in minimum..<maximum {
                let body = emit(node, next: begin)
                begin = append(isLazy ? .split(next, body) : .split(body, next))
            }
            for _ in 0..<minimum { begin = emit(node, next: begin) }
            return begin
        }
        let loop = append(.split(next, next))
        let body = emit(node, next: loop)
        instructions[loop] = isLazy ? .split(next, body) : .split(body, next)
        if minimum == 0 { return loop }
        begin = body
        for _ in 1..<minimum { begin = emit(node, next: begin) }
        return begin
    }

    private mutating func emit(_ set: ScalarSet, next: Int) -> Int {
        var ascii = ByteSet()
        for range in set.ranges where range.lowerBound < 0x80 {
            ascii.insert(UInt8(range.lowerBound)...UInt8(min(range.upperBound, 0x7F)))
        }
        var begin: Int?
        // Sequences that end alike share their ends.
        var tails: [Instruction: Int] = [:]
        for sequence in UTF8Ranges.of(set) {
            var at = next
            for range in sequence.reversed() {
                let instruction = Instruction.byte(set: number(of: ByteSet(range)), next: at)
                at = tails[instruction] ?? append(instruction)
                tails[instruction] = at
            }
            begin = begin.map { append(.split(at, $0)) } ?? at
        }
        if ascii.isEmpty, let begin { return begin }
        let plain = append(.byte(set: number(of: ascii), next: next))
        return begin.map { append(.split(plain, $0)) } ?? plain
    }
}

extension PatternProgram.Instruction: Hashable {}

/// A set of bytes.
struct ByteSet: Sendable, Hashable {
    private var low: UInt128 = 0
    private var high: UInt128 = 0

    init() {}

    init(_ range: ClosedRange<UInt8>) { insert(range) }

    static let all = ByteSet(0...255)

    var isEmpty: Bool { low == 0 && high == 0 }

    func contains(_ byte: UInt8) -> Bool {
        (byte < 128 ? low >> UInt128(byte) : high >> UInt128(byte - 128)) & 1 == 1
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range {
            if byte < 128 { low |= 1 << UInt128(byte) } else { high |= 1 << UInt128(byte - 128) }
        }
    }
}
