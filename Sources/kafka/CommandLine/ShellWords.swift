// SPDX-License-Identifier: Apache-2.0

/// A line cut into words as a POSIX shell cuts it: blanks between words, single and double quotes, backslashes, and
/// comments. Nothing is expanded.
struct ShellWords: Equatable {
    enum Quote: Equatable {
        case none, single, double
    }

    /// Why a line can't be run.
    enum Flaw: Equatable {
        /// A quote is open, or a backslash stands at the end: the next line belongs to this one.
        case unfinished
        /// `|`, `>` and the like, without quotes.
        case notPartOfIt(Character)
    }

    private(set) var words: [String] = []
    private(set) var flaw: Flaw?
    /// The word that the end of the line touches: empty behind a blank.
    private(set) var last = ""
    /// How many characters of the line that word takes, quotes and backslashes included.
    private(set) var lastLength = 0
    /// The quote that is open at the end.
    private(set) var quote = Quote.none

    init(_ line: String) {
        let scalars = Array(line.unicodeScalars)
        var index = 0
        var word = String.UnicodeScalarView()
        var start: Int?
        func begin(_ position: Int) { if start == nil { start = position } }
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            switch (quote, scalar) {
            case (.single, "'"), (.double, "\""): quote = .none
            case (.single, _): word.append(scalar)
            case (.double, "\\"):
                if let next {
                    if !"$`\"\\\n".unicodeScalars.contains(next) { word.append(scalar) }
                    if next != "\n" { word.append(next) }
                    index += 1
                } else {
                    flaw = .unfinished
                }
            case (.double, _): word.append(scalar)
            case (.none, "'"):
                begin(index)
                quote = .single
            case (.none, "\""):
                begin(index)
                quote = .double
            case (.none, "\\"):
                if let next {
                    if next != "\n" {
                        begin(index)
                        word.append(next)
                    }
                    index += 1
                } else {
                    begin(index)
                    flaw = .unfinished
                }
            case (.none, " "), (.none, "\t"), (.none, "\n"):
                if start != nil { words.append(String(word)) }
                start = nil
                word = String.UnicodeScalarView()
            case (.none, "#") where start == nil:
                while index + 1 < scalars.count, scalars[index + 1] != "\n" { index += 1 }
            case (.none, "|"), (.none, "&"), (.none, ";"), (.none, "<"), (.none, ">"), (.none, "("), (.none, ")"):
                if flaw == nil { flaw = .notPartOfIt(Character(scalar)) }
                begin(index)
                word.append(scalar)
            default:
                begin(index)
                word.append(scalar)
            }
            index += 1
        }
        if quote != .none { flaw = .unfinished }
        if let start {
            words.append(String(word))
            last = String(word)
            lastLength = scalars.count - start
        }
    }

    /// The words before the one that the end of the line touches.
    var finished: [String] { lastLength > 0 ? words.dropLast() : words }

    /// A word as it must be typed, in the quotes that were opened for it if any.
    static func quoted(_ word: String, in quote: Quote = .none, closing: Bool = true) -> String {
        switch quote {
        case .none:
            let plain = "-_.,:=/@%+{}^[]".unicodeScalars
            return word.unicodeScalars.reduce(into: "") { text, scalar in
                let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                if !isPlain, !plain.contains(scalar) { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        case .single:
            return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
                + (closing ? "'" : "")
        case .double:
            return "\"" + word.reduce(into: "") { $0 += "$`\"\\".contains($1) ? "\\\($1)" : String($1) }
                + (closing ? "\"" : "")
        }
    }
}
