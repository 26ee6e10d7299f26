// SPDX-License-Identifier: Apache-2.0

/// A regular expression that is looked for anywhere in a text. One without special characters, but for `^` and `$` at
/// its ends, needs no engine.
struct TextPattern {
    private enum Kind {
        case contains([UInt8])
        case begins([UInt8])
        case ends([UInt8])
        case equals([UInt8])
        case expression(Regex<AnyRegexOutput>)
    }

    private let kind: Kind

    init(_ pattern: [UInt8]) throws(QueryError) {
        var plain = pattern[...]
        let isAtStart = plain.first == UInt8(ascii: "^")
        if isAtStart { plain.removeFirst() }
        let isAtEnd = plain.last == UInt8(ascii: "$")
        if isAtEnd { plain.removeLast() }
        if plain.contains(where: ".*+?()[]{}\\^$|".utf8.contains) {
            do {
                kind = .expression(try Regex(String(decoding: pattern, as: UTF8.self)))
            } catch {
                throw QueryError("'\(String(decoding: pattern, as: UTF8.self))' is no regular expression")
            }
        } else {
            let text = Array(plain)
            kind = isAtStart ? (isAtEnd ? .equals(text) : .begins(text)) : isAtEnd ? .ends(text) : .contains(text)
        }
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .begins(let prefix): return text.count >= prefix.count && Self.isSame(text.part(..<prefix.count), prefix)
        case .ends(let suffix):
            return text.count >= suffix.count && Self.isSame(text.part((text.count - suffix.count)...), suffix)
        case .equals(let whole): return Self.isSame(text, whole)
        case .contains(let part):
            return part.isEmpty || text.firstIndex(of: part) != nil
        case .expression(let regex):
            // An expression that can't be carried out matches nothing.
            return (try? regex.firstMatch(in: String(decoding: text, as: UTF8.self))) != nil
        }
    }

    private static func isSame(_ text: UnsafeRawBufferPointer, _ other: [UInt8]) -> Bool {
        other.withUnsafeBytes { text.isSame(as: $0) }
    }
}
