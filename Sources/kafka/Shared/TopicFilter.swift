// SPDX-License-Identifier: Apache-2.0

/// Names that a regular expression in Java's syntax matches as a whole, as Kafka's `--topic` and `--include` take them:
/// commas mean "or", spaces and surrounding quotes are dropped.
struct TopicFilter: Sendable {
    private enum Pattern {
        /// A plain name or several, which is what most people give: no regular expression is built.
        case names([String])
        case expression(Regex<AnyRegexOutput>)
    }

    // Sendable: a Regex is a value that is not changed after init.
    private struct Box: @unchecked Sendable { let pattern: Pattern }

    let text: String
    private let box: Box

    init(_ raw: String) throws {
        var text = raw.filter { $0 != " " && $0 != "\t" }
        text = String(text.map { $0 == "," ? "|" : $0 })
        while let first = text.first, first == "\"" || first == "'" { text.removeFirst() }
        while let last = text.last, last == "\"" || last == "'" { text.removeLast() }
        self.text = text
        box = Box(pattern: try Self.compile(text))
    }

    private static func compile(_ text: String) throws -> Pattern {
        let special = Set(".*+?()[]{}\\^$")
        if !text.contains(where: special.contains) {
            return .names(text.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
        }
        do {
            return .expression(try Regex(text))
        } catch {
            throw CommandError("\(text) is an invalid regex.")
        }
    }

    /// Whether the pattern is one plain name.
    var literal: String? {
        if case .names(let names) = box.pattern, names.count == 1 { return names[0] }
        return nil
    }

    func matches(_ name: String) -> Bool {
        switch box.pattern {
        case .names(let names): names.contains(name)
        case .expression(let regex): (try? regex.wholeMatch(in: name)) != nil
        }
    }

    func allows(_ name: String, excludeInternal: Bool) -> Bool {
        matches(name) && !(excludeInternal && InternalTopics.contains(name))
    }
}

enum InternalTopics {
    static func contains(_ name: String) -> Bool {
        name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state"
    }
}
