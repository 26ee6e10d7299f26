// SPDX-License-Identifier: Apache-2.0

/// A name with `*`, `?`, `{a,b}` and backslashes, as the metadata shell takes them.
struct Glob: Sendable {
    private indirect enum Part: Sendable {
        case character(Character)
        case one
        case any
        case choice([[Part]])
    }

    private let parts: [Part]
    /// The name, if there is nothing to match.
    let literal: String?

    /// A pattern that is not well formed stands for itself.
    init(_ text: String) {
        var parts: [Part] = []
        var group: [[Part]]?
        var name: String? = ""
        var rest = text[...]
        func add(_ part: Part) {
            if group == nil { parts.append(part) } else { group![group!.count - 1].append(part) }
        }
        while let character = rest.popFirst() {
            switch character {
            case "*":
                add(.any)
                name = nil
            case "?":
                add(.one)
                name = nil
            case "{" where group == nil:
                group = [[]]
                name = nil
            case "," where group != nil: group!.append([])
            case "}" where group != nil:
                parts.append(.choice(group!))
                group = nil
            default:
                let meant = character == "\\" ? rest.popFirst() ?? character : character
                add(.character(meant))
                name?.append(meant)
            }
        }
        self.parts = group == nil ? parts : text.map { .character($0) }
        literal = group == nil ? name : text
    }

    func matches(_ name: String) -> Bool {
        if let literal { return literal == name }
        return Self.match(parts[...], name[...])
    }

    private static func match(_ parts: ArraySlice<Part>, _ text: Substring) -> Bool {
        guard let first = parts.first else { return text.isEmpty }
        let rest = parts.dropFirst()
        switch first {
        case .character(let character): return text.first == character && match(rest, text.dropFirst())
        case .one: return !text.isEmpty && match(rest, text.dropFirst())
        case .any:
            var tail = text
            while true {
                if match(rest, tail) { return true }
                if tail.popFirst() == nil { return false }
            }
        case .choice(let choices): return choices.contains { match($0[...] + rest, text) }
        }
    }
}
