// SPDX-License-Identifier: Apache-2.0

/// A regular expression that tells what its groups took of a text, all of which it must match; of several ways the one
/// that Java takes. In linear time, as `Pattern`.
package struct PatternGroups: Sendable {
    private struct Thread {
        var instruction: Int
        /// Beginnings and ends of the groups, -1 where there is none yet.
        var marks: [Int]
    }

    private let program: PatternProgram
    /// Groups, the whole text as number 0 among them.
    package let count: Int

    package init(_ text: String, _ syntax: Pattern.Syntax = .java) throws(Pattern.SyntaxError) {
        var parser = PatternParser(text, syntax, ignoringCase: false)
        let node = try parser.parse()
        count = parser.groupCount + 1
        program = PatternProgram(node, .whole, marksGroups: true)
    }

    /// What each group took, nil for one that took no part; nil as a whole if the text doesn't match.
    package func match(_ text: String) -> [String?]? {
        let bytes = Array(text.utf8)
        guard let marks = marks(bytes) else { return nil }
        return (0..<count).map { group in
            let (start, end) = (marks[2 * group], marks[2 * group + 1])
            return start < 0 || end < start ? nil : String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    private func marks(_ text: [UInt8]) -> [Int]? {
        var seen = [Int](repeating: -1, count: program.instructions.count)
        var first = Thread(instruction: program.begin, marks: [Int](repeating: -1, count: 2 * count))
        first.marks[0] = 0
        var threads = [first]
        for at in 0...text.count {
            let previous = at > 0 ? PatternContext(text[at - 1]) : .outside
            let next = at < text.count ? PatternContext(text[at]) : .outside
            var now: [Thread] = []
            for thread in threads { add(thread, at, previous, next, &seen, &now) }
            if at == text.count {
                guard var whole = now.first(where: { $0.instruction == PatternProgram.match })?.marks else {
                    return nil
                }
                whole[1] = at
                return whole
            }
            threads = now.compactMap { thread in
                guard case .byte(let set, let target) = program.instructions[thread.instruction],
                    program.sets[set].contains(text[at])
                else { return nil }
                return Thread(instruction: target, marks: thread.marks)
            }
            if threads.isEmpty { return nil }
        }
        return nil
    }

    /// Adds what a thread leads to without taking a byte, in the order in which it is preferred.
    private func add(
        _ thread: Thread, _ at: Int, _ previous: PatternContext, _ next: PatternContext, _ seen: inout [Int],
        _ threads: inout [Thread]
    ) {
        var pending = [thread]
        while var thread = pending.popLast() {
            guard seen[thread.instruction] != at else { continue }
            seen[thread.instruction] = at
            switch program.instructions[thread.instruction] {
            case .split(let one, let other):
                pending.append(Thread(instruction: other, marks: thread.marks))
                pending.append(Thread(instruction: one, marks: thread.marks))
            case .assertion(let assertion, let target):
                if assertion.holds(after: previous, before: next) {
                    pending.append(Thread(instruction: target, marks: thread.marks))
                }
            case .mark(let number, let target):
                if number < thread.marks.count { thread.marks[number] = at }
                pending.append(Thread(instruction: target, marks: thread.marks))
            case .byte, .match: threads.append(thread)
            }
        }
    }
}
