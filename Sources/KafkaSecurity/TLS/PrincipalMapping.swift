// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// How the subject of a client's certificate becomes a user's name: `ssl.principal.mapping.rules`.
///
/// The first rule counts whose pattern matches all of the subject. Patterns run in linear time: subjects are a stranger's.
package struct PrincipalMapping: Sendable {
    private enum Rule: Sendable {
        /// The subject as it is.
        case unchanged
        case replace(PatternGroups, replacement: String, Case?)
    }

    private enum Case: Sendable { case lower, upper }

    private let rules: [Rule]

    /// - Parameter text: `DEFAULT` or `RULE:pattern/replacement/[LU]`, several with commas between; a backslash stands
    ///   before a slash that is meant.
    package init(_ text: String) throws(SecurityError) {
        var rules: [Rule] = []
        var rest = Substring(text.trimmed)
        while !rest.isEmpty {
            rules.append(try Self.rule(&rest, of: text))
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { break }
            guard rest.first == "," else { throw Self.bad(text) }
            rest = rest.dropFirst().drop(while: \.isWhitespace)
        }
        self.rules = rules.isEmpty ? [.unchanged] : rules
    }

    private static func bad(_ text: String) -> SecurityError {
        SecurityError(
            "ssl.principal.mapping.rules can't be '\(text.printable)'; it is DEFAULT, or RULE:pattern/replacement/ with "
                + "an L or U behind it, several with commas between")
    }

    private static func rule(_ rest: inout Substring, of text: String) throws(SecurityError) -> Rule {
        if rest.hasPrefix("DEFAULT") {
            rest = rest.dropFirst("DEFAULT".count)
            return .unchanged
        }
        guard rest.hasPrefix("RULE:") else { throw bad(text) }
        rest = rest.dropFirst("RULE:".count)
        guard let pattern = part(&rest), let replacement = part(&rest) else { throw bad(text) }
        var form: Case?
        if rest.first == "L" { form = .lower }
        if rest.first == "U" { form = .upper }
        if form != nil { rest = rest.dropFirst() }
        do throws(Pattern.SyntaxError) {
            return .replace(try PatternGroups(pattern), replacement: replacement, form)
        } catch {
            throw SecurityError("ssl.principal.mapping.rules has a pattern that can't be used: \(error)")
        }
    }

    /// What stands before the next slash that no backslash is before; both signs of other pairs stay.
    private static func part(_ rest: inout Substring) -> String? {
        var part = ""
        while let next = rest.popFirst() {
            if next == "/" { return part }
            part.append(next)
            if next == "\\", let escaped = rest.popFirst() { part.append(escaped) }
        }
        return nil
    }

    /// The user's name; nil if there is no rule for the subject, which is nobody then.
    package func name(_ subject: String) -> String? {
        for rule in rules {
            switch rule {
            case .unchanged: return subject
            case .replace(let pattern, let replacement, let form):
                guard let groups = pattern.match(subject) else { continue }
                let name = Self.filled(replacement, groups)
                return switch form {
                case .lower: name.lowercased()
                case .upper: name.uppercased()
                case nil: name
                }
            }
        }
        return nil
    }

    /// `$1` is what the first group took; of groups that aren't there it stays as it is.
    private static func filled(_ replacement: String, _ groups: [String?]) -> String {
        var filled = ""
        var rest = Substring(replacement)
        while let next = rest.popFirst() {
            guard next == "$", let digit = rest.first, digit.isASCII, let first = digit.wholeNumberValue else {
                if next == "\\", let escaped = rest.popFirst() { filled.append(escaped) } else { filled.append(next) }
                continue
            }
            guard first < groups.count else {
                filled.append(next)
                continue
            }
            // As many digits as name a group, as in Java.
            rest.removeFirst()
            var number = first
            while let digit = rest.first, digit.isASCII, let value = digit.wholeNumberValue,
                number * 10 + value < groups.count  // bounded: by the groups of a pattern
            {
                number = number * 10 + value
                rest.removeFirst()
            }
            filled += groups[number] ?? ""
        }
        return filled
    }
}
