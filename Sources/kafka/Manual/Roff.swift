// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// The man(7) macros that our pages need, with every text escaped.
struct Roff {
    private(set) var text = ""

    mutating func title(_ name: String, section: Int, date: String, source: String, manual: String) {
        text += ".TH \(name.uppercased()) \(section) \(date) \(Self.argument(source)) \(Self.argument(manual))\n"
        // Words are not cut, which options would not survive: the register, for each section turns it on again by it.
        // Lines are not stretched.
        text += ".nr HY 0\n.nh\n.ad l\n"
    }

    mutating func section(_ name: String) { text += ".SH \(Self.argument(name))\n" }

    /// Words on one line; parts in alternation bold and roman.
    mutating func line(_ spans: Span...) { text += Self.line(spans) }

    mutating func paragraph(_ spans: Span...) {
        // A paragraph macro right behind a section heading has no effect, and is warned about.
        if !text.hasSuffix("\"\n") || !lastLine.hasPrefix(".SH") { text += ".PP\n" }
        text += Self.line(spans)
    }

    /// A term and what it means.
    mutating func item(_ term: Span..., meaning: Span...) {
        text += ".TP\n" + Self.safe(Self.joined(term)) + "\n" + Self.line(meaning)
    }

    mutating func example(_ command: String, does: String) {
        paragraph(.plain(does + ":"))
        let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
        let block = lines.map { Self.safe(Self.escaped(String($0))) + "\n" }.joined()
        text += ".PP\n.in +4n\n.EX\n\(block).EE\n.in\n"
    }

    mutating func bullet(_ what: String) { text += ".IP \\(bu 2\n" + Self.line([.plain(what)]) }

    enum Span {
        case plain(String)
        case bold(String)
        case italic(String)
    }

    private var lastLine: Substring {
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return body.lastIndex(of: "\n").map { body[body.index(after: $0)...] } ?? body
    }

    /// A sentence begins a line, and none is long: so that pages can be compared.
    private static func line(_ spans: [Span]) -> String {
        let words = joined(spans).split(separator: " ").map { breakable(String($0)) }
        var lines: [String] = []
        for word in words {
            if let last = lines.last, !last.hasSuffix("."), last.utf8.count + word.utf8.count < 79 {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(word)
            }
        }
        return lines.map { safe($0) + "\n" }.joined()
    }

    /// A long word, such as a piece of JSON, may be broken behind its commas; one of a line, as Java's classes are, behind
    /// its points.
    private static func breakable(_ word: String) -> String {
        guard word.utf8.count > 40 else { return word }
        let word = word.replacing(",", with: ",\\:")
        return word.utf8.count > 60 ? word.replacing(".", with: ".\\:") : word
    }

    private static func joined(_ spans: [Span]) -> String {
        spans.map { span in
            switch span {
            case .plain(let text): escaped(text)
            case .bold(let text): "\\fB\(escaped(text))\\fR"
            case .italic(let text): text.isEmpty ? "" : "\\fI\(escaped(text))\\fR"
            }
        }.joined()
    }

    /// A line that begins with a control character would be a request.
    private static func safe(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            case "\n": escaped += " "
            case _ where !character.isASCII:
                for scalar in character.unicodeScalars {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    escaped += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
                }
            default: escaped.append(character)
            }
        }
    }

    private static func argument(_ text: String) -> String { "\"\(text)\"" }
}
