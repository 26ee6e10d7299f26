// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// A program as a deterministic automaton. A state stands for a set of instructions, and is made when a text first
/// leads there; when there are too many, all are forgotten.
///
/// Its memory is nobody else's; hence unchecked.
struct PatternAutomaton: ~Copyable, @unchecked Sendable {
    private struct State: Hashable {
        /// Those that take a byte, assert something or match, in order.
        var instructions: [Int32]
        /// What the last byte was, if an assertion asks for it.
        var previous: PatternContext
    }

    /// Where a byte leads to, unless that is a state; states are numbers of the first entry of their row.
    private enum Target {
        static let unknown: Int32 = -1
        static let dead: Int32 = -2
        static let match: Int32 = -3
    }

    private static let maximumEntries = 1 << 18

    private let program: PatternProgram
    private var steps: PatternSteps
    /// Bytes between which the program makes no difference have the same number; the highest is the text's end.
    private let classes: UnsafeMutablePointer<UInt8>
    private let width: Int
    /// A byte of each class.
    private let examples: [UInt8]
    private var states: [State] = []
    private var numbers: [State: Int32] = [:]
    private var entries: UnsafeMutablePointer<Int32>
    private var room: Int
    /// All entries of the states' sets together.
    private var members = 0
    private var start: Int32 = 0
    private var resets = 0

    init(_ program: PatternProgram) {
        self.program = program
        steps = PatternSteps(program)
        classes = .allocate(capacity: 256)
        examples = Self.fill(classes, program)
        width = examples.count + 1
        room = width * 8
        entries = .allocate(capacity: room)
    }

    deinit {
        classes.deallocate()
        entries.deallocate()
    }

    /// Numbers the bytes; returns one of each number.
    private static func fill(_ classes: UnsafeMutablePointer<UInt8>, _ program: PatternProgram) -> [UInt8] {
        var examples: [UInt8] = []
        for byte in UInt8.min...UInt8.max {
            let isLikeLast =
                byte > 0 && program.sets.allSatisfy { $0.contains(byte) == $0.contains(byte - 1) }
                && (!program.hasAssertions || PatternContext(byte) == PatternContext(byte - 1))
            if !isLikeLast { examples.append(byte) }
            classes[Int(byte)] = UInt8(examples.count - 1)
        }
        return examples
    }

    mutating func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        if states.isEmpty { forget() }
        resets = 0
        // Copies, which need not be read again for each byte.
        let (classes, skips) = (self.classes, !program.prefix.isEmpty)
        var entries = self.entries
        var idle = skips ? start : -1
        var state = start
        var at = 0
        while at < text.count {
            if state == idle {
                guard let found = Self.find(program.prefix, text, at) else { return false }
                at = found
            }
            let kind = Int(classes[Int(text[at])])
            var next = entries[Int(state) &+ kind]
            if next < 0 {
                if next == Target.unknown {
                    next = target(of: state, kind)
                    entries = self.entries
                    idle = skips ? start : -1
                }
                if next < 0 { return next == Target.match }
                // States that are forgotten again and again cost more than they save.
                if resets > 1 { return follow(next, UnsafeRawBufferPointer(rebasing: text[(at + 1)...])) }
            }
            state = next
            at &+= 1
        }
        var last = entries[Int(state) + width - 1]
        if last == Target.unknown { last = target(of: state, width - 1) }
        return last == Target.match
    }

    /// Where `part` next begins.
    private static func find(_ part: [UInt8], _ text: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        part.withUnsafeBytes { part in
            let (base, first) = (text.baseAddress!, part.baseAddress!)
            var start = start
            while start + part.count <= text.count {
                guard let found = memchr(base + start, Int32(part[0]), text.count - part.count - start + 1) else {
                    break
                }
                start = base.distance(to: UnsafeRawPointer(found))
                if memcmp(base + start, first, part.count) == 0 { return start }
                start += 1
            }
            return nil
        }
    }

    /// Finds out where a class of bytes leads to from a state, and remembers it.
    private mutating func target(of number: Int32, _ kind: Int) -> Int32 {
        let state = states[Int(number) / width]
        let byte = kind < examples.count ? examples[kind] : nil
        let resetsBefore = resets
        let target: Int32 =
            switch steps.step(state.instructions, state.previous, byte) {
            case .dead: Target.dead
            case .match: Target.match
            case .goesOn: intern(steps.reached.sorted(), byte.map(PatternContext.init) ?? .outside)
            }
        // Otherwise the state has no row any more.
        if resets == resetsBefore { entries[Int(number) + kind] = target }
        return target
    }

    /// The number of a state, which is made if need be.
    private mutating func intern(_ instructions: [Int32], _ previous: PatternContext) -> Int32 {
        let state = State(
            instructions: instructions, previous: steps.haveAssertion(instructions) ? previous : .other)
        if let known = numbers[state] { return known }
        let row = states.count * width
        if row + width > Self.maximumEntries || members + instructions.count > Self.maximumEntries {
            resets += 1
            forget()
            return intern(instructions, previous)
        }
        if row + width > room {
            let more = UnsafeMutablePointer<Int32>.allocate(capacity: room * 2)
            more.initialize(from: entries, count: row)
            entries.deallocate()
            entries = more
            room *= 2
        }
        (entries + row).initialize(repeating: Target.unknown, count: width)
        states.append(state)
        members += instructions.count
        numbers[state] = Int32(row)
        return Int32(row)
    }

    /// Begins with nothing but the state in which texts begin.
    private mutating func forget() {
        states.removeAll()
        numbers.removeAll()
        members = 0
        steps.begin()
        start = intern(steps.reached.sorted(), .outside)
    }

    /// Goes on from a state without making any.
    private mutating func follow(_ number: Int32, _ text: UnsafeRawBufferPointer) -> Bool {
        var (instructions, previous) = (states[Int(number) / width].instructions, states[Int(number) / width].previous)
        for at in 0...text.count {
            let byte = at < text.count ? text[at] : nil
            switch steps.step(instructions, previous, byte) {
            case .dead: return false
            case .match: return true
            case .goesOn:
                swap(&instructions, &steps.reached)
                previous = byte.map(PatternContext.init) ?? .outside
            }
        }
        return false
    }
}
