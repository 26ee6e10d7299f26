// SPDX-License-Identifier: Apache-2.0

/// What an assertion sees on one side of it.
enum PatternContext: UInt8, Sendable, Hashable {
    /// Before or behind the text.
    case outside
    case newline
    case word
    /// A byte that goes on with a character.
    case continuation
    case other

    init(_ byte: UInt8) {
        switch byte {
        case 10: self = .newline
        case 0x30...0x39, 0x41...0x5a, 0x5f, 0x61...0x7a: self = .word
        case 0x80...0xBF: self = .continuation
        default: self = .other
        }
    }
}

extension PatternNode.Assertion {
    @inline(__always)
    func holds(after previous: PatternContext, before next: PatternContext) -> Bool {
        switch self {
        case .textStart: previous == .outside
        case .textEnd: next == .outside
        case .lineStart: previous == .outside || previous == .newline
        case .lineEnd: next == .outside || next == .newline
        case .wordBoundary: (previous == .word) != (next == .word)
        // Within a character there is no place.
        case .noWordBoundary: (previous == .word) == (next == .word) && next != .continuation
        }
    }
}
