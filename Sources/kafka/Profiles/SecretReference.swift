// SPDX-License-Identifier: Apache-2.0

/// What stands in a value for a text that is kept elsewhere: `${env:NAME}`, `${file:PATH}`, `${file:PATH:KEY}`,
/// `${directory:PATH:FILE}`, `${credential:NAME}`, `${command:…}`.
struct SecretReference: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable { case env, file, directory, credential, command }

    let kind: Kind
    /// Behind the first colon.
    let rest: String
    /// As it is written.
    let text: String

    /// A value cut at its references; what has an unknown word before the colon is no reference.
    /// - Parameter names: other words for kinds, as `config.providers` gives them.
    static func parts(_ value: String, names: [String: Kind] = [:]) -> [Part] {
        var parts: [Part] = []
        var plain = ""
        var rest = value[...]
        while let first = rest.first {
            if rest.hasPrefix("${"), let reference = reference(rest, names) {
                if !plain.isEmpty { parts.append(.plain(plain)) }
                plain = ""
                parts.append(.reference(reference))
                rest = rest.dropFirst(reference.text.count)
            } else {
                plain.append(first)
                rest.removeFirst()
            }
        }
        if !plain.isEmpty { parts.append(.plain(plain)) }
        return parts
    }

    enum Part: Sendable, Equatable {
        case plain(String)
        case reference(SecretReference)
    }

    private static func reference(_ text: Substring, _ names: [String: Kind]) -> SecretReference? {
        let inside = text.dropFirst(2)
        guard let colon = inside.firstIndex(of: ":") else { return nil }
        let word = String(inside[..<colon])
        guard let kind = names[word] ?? Kind(rawValue: word) else { return nil }
        // A command may have braces of its own.
        var depth = 1
        var index = inside.index(after: colon)
        while index < inside.endIndex {
            if inside[index] == "{" { depth += 1 }
            if inside[index] == "}" { depth -= 1 }
            if depth == 0 {
                let rest = inside[inside.index(after: colon)..<index]
                return SecretReference(kind: kind, rest: String(rest), text: String(text[...index]))
            }
            index = inside.index(after: index)
        }
        return nil
    }
}
