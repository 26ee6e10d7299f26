// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A name with `*`, `?`, `{a,b}` and backslashes, as the metadata shell takes them.
struct Glob: Sendable {
    /// The name, if there is nothing to match.
    let literal: String?
    private let pattern: Pattern?

    /// A glob that is not well formed stands for itself.
    init(_ text: String) {
        var expression = "(?s)"
        var name: String? = ""
        var isInGroup = false
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": expression += ".*"
            case "?": expression += "."
            case "{" where !isInGroup:
                expression += "(?:"
                isInGroup = true
            case "," where isInGroup: expression += "|"
            case "}" where isInGroup:
                expression += ")"
                isInGroup = false
            default:
                let meant = character == "\\" ? rest.popFirst() ?? character : character
                expression += Pattern.escaped(String(meant))
                name?.append(meant)
                continue
            }
            name = nil
        }
        pattern = name == nil && !isInGroup ? try? Pattern(expression) : nil
        literal = pattern == nil ? (isInGroup ? text : name ?? text) : nil
    }

    func matches(_ name: String) -> Bool { pattern?.matches(name) ?? (literal == name) }
}
