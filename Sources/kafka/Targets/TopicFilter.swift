// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Names that a regular expression in Java's syntax matches as a whole, as Kafka's `--topic` and `--include` take them:
/// commas mean "or", spaces and surrounding quotes are dropped.
struct TopicFilter: Sendable {
    /// The pattern, as it is understood.
    let text: String
    private let pattern: Pattern

    init(_ raw: String) throws {
        var text = raw.filter { $0 != " " && $0 != "\t" }
        text = String(text.map { $0 == "," ? "|" : $0 })
        while let first = text.first, first == "\"" || first == "'" { text.removeFirst() }
        while let last = text.last, last == "\"" || last == "'" { text.removeLast() }
        self.text = text
        if text.isEmpty { throw CommandError("'\(raw)' names no topic") }
        do throws(Pattern.SyntaxError) {
            pattern = try Pattern(text, .java)
        } catch {
            let hint = text == "*" ? "; .* matches all names" : ""
            throw CommandError("\(text) is an invalid regex: \(error)\(hint).")
        }
    }

    /// Whether the pattern is one plain name.
    var literal: String? { pattern.literal.map { String(decoding: $0, as: UTF8.self) } }

    func matches(_ name: String) -> Bool { pattern.matches(name) }

    func allows(_ name: String, excludeInternal: Bool) -> Bool {
        matches(name) && !(excludeInternal && TopicName.isInternal(name))
    }
}
