// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A regular expression that takes no longer than its own length times that of the text, whatever both are: patterns
/// and texts are chosen by somebody else.
///
/// It runs on a deterministic automaton that is built as texts need it and holds a megabyte or two at most; where that
/// isn't enough, all states of the program are followed at once. Neither can look around or back, which is refused.
/// Texts are UTF-8 and characters are Unicode scalars; `\d`, `\s`, `\w` and `\b` are about ASCII.
public final class Pattern: Sendable {
    /// Whose rules hold where dialects differ.
    public enum Syntax: Sendable {
        /// What brokers take, and say in the words of RE2.
        case re2
        /// What Kafka's tools take: also `[a-z&&[^b]]`, `\Z`, `\h`, `\uFFFF`, and classes such as `\p{Alpha}`.
        case java
    }

    /// How much of a text a pattern speaks of.
    public enum Scope: Sendable {
        /// The whole text must match.
        case whole
        /// The pattern is looked for everywhere in the text.
        case anywhere
    }

    /// Why a text is no regular expression, or one that can't run in linear time.
    public struct SyntaxError: Error, Equatable, CustomStringConvertible {
        public var description: String

        /// What is wrong with the pattern, and where.
        public init(_ description: String) { self.description = description }
    }

    private let program: PatternProgram
    private let automaton: Mutex<PatternAutomaton>
    /// The only text that matches, if there is no other.
    public let literal: [UInt8]?

    /// - Parameters:
    ///   - text: the expression.
    ///   - syntax: whose rules it is written by.
    ///   - scope: how much of a text it must match.
    ///   - ignoringCase: as if the pattern began with `(?i)`.
    public init(
        _ text: String, _ syntax: Syntax = .re2, _ scope: Scope = .whole, ignoringCase: Bool = false
    ) throws(SyntaxError) {
        var parser = PatternParser(text, syntax, ignoringCase: ignoringCase)
        let node = try parser.parse()
        literal = node.literal
        program = PatternProgram(node, scope)
        automaton = Mutex(PatternAutomaton(program))
    }

    /// Whether the pattern matches all of the text, or some of it, as its scope says.
    /// - Parameter text: UTF-8; of other bytes nothing but what is around them matches.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        automaton.withLock { $0.matches(text) }
    }

    /// As `matches` for bytes.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// Where the pattern first matches, as Java's `find` and Perl see it: the leftmost match, and of those that begin
    /// there the one that alternatives and quantifiers prefer. Slower than `matches`.
    /// - Parameters:
    ///   - text: UTF-8; of other bytes nothing but what is around them matches.
    ///   - start: where to begin; what lies before it is only seen by `^` and `\b`.
    public func firstMatch(in text: UnsafeRawBufferPointer, from start: Int = 0) -> Range<Int>? {
        PatternSearch(program).firstMatch(in: text, from: start)
    }

    /// A pattern for the text itself.
    public static func escaped(_ text: some StringProtocol) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if "\\.+*?()|[]{}^$&-#~".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
    }
}
