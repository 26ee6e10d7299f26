// SPDX-License-Identifier: Apache-2.0

/// A regular expression over topic names, in the syntax of RE2, which Kafka's server-side subscriptions have.
///
/// It runs on a machine of states that are all followed at once, so that no pattern takes more than the length of the
/// name times its own: a client can't hold the coordinator up with one. There are no back references and no look
/// around, which RE2 doesn't have either. Topic names are ASCII; other characters are allowed, and never match.
struct TopicPattern: Sendable {
    /// Why the text is no regular expression, in RE2's words.
    struct SyntaxError: Error, Equatable, CustomStringConvertible {
        var description: String

        init(_ description: String) { self.description = description }
    }

    enum Instruction: Sendable, Equatable {
        case byte(ByteSet)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case assertion(Assertion)
        case match
    }

    enum Assertion: Sendable, Equatable { case start, end, wordBoundary, noWordBoundary }

    private let program: [Instruction]

    init(_ text: String) throws(SyntaxError) {
        var parser = TopicPatternParser(text)
        var program = try parser.parse()
        program.append(.match)
        self.program = program
    }

    /// Whether the pattern matches all of the name.
    func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        var current = States(program.count)
        var next = States(program.count)
        for position in 0...bytes.count {
            if position == 0 { add(0, to: &current, position, bytes) }
            guard position < bytes.count else { break }
            next.removeAll()
            for state in current.list {
                guard case .byte(let set) = program[state], set.contains(bytes[position]) else { continue }
                add(state + 1, to: &next, position + 1, bytes)
            }
            swap(&current, &next)
            if current.list.isEmpty { return false }
        }
        return current.list.contains { program[$0] == .match }
    }

    /// Adds a state and those that it leads to without reading on.
    private func add(_ start: Int, to states: inout States, _ position: Int, _ bytes: [UInt8]) {
        var pending = [start]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .assertion(let assertion):
                if Self.holds(assertion, at: position, bytes) { pending.append(state + 1) }
            case .byte, .match: break
            }
        }
    }

    private static func holds(_ assertion: Assertion, at position: Int, _ bytes: [UInt8]) -> Bool {
        func isWord(_ index: Int) -> Bool { bytes.indices.contains(index) && ByteSet.word.contains(bytes[index]) }
        return switch assertion {
        case .start: position == 0
        case .end: position == bytes.count
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    /// States of the program, each once.
    private struct States {
        private(set) var list: [Int] = []
        private var isMember: [Bool]

        init(_ count: Int) { isMember = Array(repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if isMember[state] { return false }
            isMember[state] = true
            list.append(state)
            return true
        }

        mutating func removeAll() {
            for state in list { isMember[state] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}

/// A set of bytes.
struct ByteSet: Sendable, Equatable {
    private var low: UInt128 = 0
    private var high: UInt128 = 0

    init() {}

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { insert(range) }
    }

    static let all = ByteSet(0...255)
    static let newline = ByteSet(10...10)
    static let digit = ByteSet(0x30...0x39)
    static let upper = ByteSet(0x41...0x5a)
    static let lower = ByteSet(0x61...0x7a)
    static let letter = ByteSet(0x41...0x5a, 0x61...0x7a)
    static let word = ByteSet(0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a)
    static let space = ByteSet(9...10, 12...13, 0x20...0x20)
    static let punctuation = ByteSet(0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e)

    var inverted: ByteSet {
        var result = self
        (result.low, result.high) = (~low, ~high)
        return result
    }

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        (result.low, result.high) = (low | other.low, high | other.high)
        return result
    }

    func contains(_ byte: UInt8) -> Bool {
        (byte < 128 ? low >> UInt128(byte) : high >> UInt128(byte - 128)) & 1 == 1
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range {
            if byte < 128 { low |= 1 << UInt128(byte) } else { high |= 1 << UInt128(byte - 128) }
        }
    }

    /// The set with the other case of each letter.
    var caseInsensitive: ByteSet {
        var result = self
        for byte in UInt8(0x41)...0x5a {
            if contains(byte) { result.insert(byte + 32...byte + 32) }
            if contains(byte + 32) { result.insert(byte...byte) }
        }
        return result
    }
}
