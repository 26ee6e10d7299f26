// SPDX-License-Identifier: Apache-2.0

/// Follows all instructions at once over one byte.
struct PatternSteps {
    enum Outcome { case dead, match, goesOn }

    private let program: PatternProgram
    /// Where the last step led: what takes a byte, asserts something or matches.
    var reached: [Int32] = []
    /// What the assertions before the byte led to.
    private var now: [Int32] = []
    /// The round in which an instruction was last seen.
    private var seen: [UInt32]
    private var round: UInt32 = 0
    private var pending: [Int32] = []

    init(_ program: PatternProgram) {
        self.program = program
        seen = Array(repeating: 0, count: program.instructions.count)
    }

    /// Reaches what comes before the first byte.
    mutating func begin() {
        reached.removeAll(keepingCapacity: true)
        nextRound()
        add(program.start)
    }

    func haveAssertion(_ instructions: [Int32]) -> Bool {
        program.hasAssertions
            && instructions.contains {
                if case .assertion = program.instructions[Int($0)] { return true }
                return false
            }
    }

    /// - Parameters:
    ///   - previous: what the byte before was; only assertions ask.
    ///   - byte: nil at the end of the text.
    mutating func step(_ instructions: [Int32], _ previous: PatternContext, _ byte: UInt8?) -> Outcome {
        now.removeAll(keepingCapacity: true)
        now += instructions
        if program.hasAssertions { assert(after: previous, before: byte.map(PatternContext.init) ?? .outside) }
        if byte == nil || program.scope == .anywhere, now.contains(Int32(PatternProgram.match)) { return .match }
        guard let byte else { return .dead }
        reached.removeAll(keepingCapacity: true)
        nextRound()
        for instruction in now {
            guard case .byte(let set, let next) = program.instructions[Int(instruction)] else { continue }
            if program.sets[set].contains(byte) { add(next) }
        }
        if reached.isEmpty { return .dead }
        return program.scope == .anywhere && seen[PatternProgram.match] == round ? .match : .goesOn
    }

    private mutating func nextRound() {
        round &+= 1
        guard round == 0 else { return }
        round = 1
        for index in seen.indices { seen[index] = 0 }
    }

    /// Adds to `now` what lies behind those of its assertions that hold.
    private mutating func assert(after previous: PatternContext, before next: PatternContext) {
        swap(&reached, &now)
        now.removeAll(keepingCapacity: true)
        nextRound()
        var isAsserting = reached
        reached.removeAll(keepingCapacity: true)
        while let instruction = isAsserting.popLast() {
            switch program.instructions[Int(instruction)] {
            case .assertion(let assertion, let target):
                guard assertion.holds(after: previous, before: next) else { continue }
                let count = reached.count
                add(target)
                while reached.count > count { isAsserting.append(reached.removeLast()) }
            default: now.append(instruction)
            }
        }
    }

    /// Adds an instruction to `reached`, or what it leads to without taking a byte.
    private mutating func add(_ first: Int) {
        pending.append(Int32(first))
        while let instruction = pending.popLast() {
            guard seen[Int(instruction)] != round else { continue }
            seen[Int(instruction)] = round
            switch program.instructions[Int(instruction)] {
            case .split(let one, let other):
                pending.append(Int32(other))
                pending.append(Int32(one))
            case .mark(_, let next): pending.append(Int32(next))
            case .byte, .assertion, .match: reached.append(instruction)
            }
        }
    }
}
