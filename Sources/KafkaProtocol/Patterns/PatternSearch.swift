// SPDX-License-Identifier: Apache-2.0

/// Finds where a match lies. Instructions are followed all at once, in the order in which they are preferred.
struct PatternSearch {
    private struct Thread {
        var instruction: Int
        /// Where its match began.
        var start: Int
    }

    private let program: PatternProgram
    private var seen: [Int]

    init(_ program: PatternProgram) {
        self.program = program
        seen = Array(repeating: -1, count: program.instructions.count)
    }

    func firstMatch(in text: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
        var copy = self
        return copy.search(text, start)
    }

    private mutating func search(_ text: UnsafeRawBufferPointer, _ start: Int) -> Range<Int>? {
        var threads: [Thread] = []
        var found: Range<Int>?
        guard start <= text.count else { return nil }
        for at in start...text.count {
            let previous = at > 0 ? PatternContext(text[at - 1]) : .outside
            let next = at < text.count ? PatternContext(text[at]) : .outside
            var now: [Thread] = []
            for thread in threads { add(thread, at, previous, next, &now) }
            if found == nil, next != .continuation {
                add(Thread(instruction: program.begin, start: at), at, previous, next, &now)
            }
            threads.removeAll(keepingCapacity: true)
            for thread in now {
                switch program.instructions[thread.instruction] {
                case .byte(let set, let target):
                    guard at < text.count, program.sets[set].contains(text[at]) else { continue }
                    threads.append(Thread(instruction: target, start: thread.start))
                    continue
                case .match: found = thread.start..<at
                case .split, .assertion, .mark: continue
                }
                // Those behind it are wanted less.
                break
            }
            if threads.isEmpty, found != nil { return found }
        }
        return found
    }

    /// Adds what a thread leads to without taking a byte, in order.
    private mutating func add(
        _ thread: Thread, _ at: Int, _ previous: PatternContext, _ next: PatternContext, _ threads: inout [Thread]
    ) {
        var pending = [thread.instruction]
        while let instruction = pending.popLast() {
            guard seen[instruction] != at else { continue }
            seen[instruction] = at
            switch program.instructions[instruction] {
            case .split(let one, let other): pending += [other, one]
            case .assertion(let assertion, let target):
                if assertion.holds(after: previous, before: next) { pending.append(target) }
            case .mark(_, let target): pending.append(target)
            case .byte, .match: threads.append(Thread(instruction: instruction, start: thread.start))
            }
        }
    }
}
