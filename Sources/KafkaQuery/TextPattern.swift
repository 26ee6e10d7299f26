// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// What a text is matched with: a regular expression that is looked for anywhere in it, or a pattern of SQL that is all
/// of it. Bytes that are no UTF-8 count as U+FFFD.
struct TextPattern {
    private let pattern: Pattern

    init(_ text: [UInt8], ignoringCase: Bool = false) throws(QueryError) {
        let text = String(decoding: text, as: UTF8.self)
        do throws(Pattern.SyntaxError) {
            pattern = try Pattern(text, .java, .anywhere, ignoringCase: ignoringCase)
        } catch {
            throw QueryError("'\(text)' is no regular expression: \(error)")
        }
    }

    /// In a pattern of SQL a % stands for any text, a _ for one character, and a backslash takes both literally.
    init(like text: [UInt8], ignoringCase: Bool) throws(QueryError) {
        var expression = "(?s)"
        var rest = String(decoding: text, as: UTF8.self).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "%": expression += ".*"
            case "_": expression += "."
            case "\\": expression += Pattern.escaped(String(rest.popFirst() ?? scalar))
            default: expression += Pattern.escaped(String(scalar))
            }
        }
        do throws(Pattern.SyntaxError) {
            pattern = try Pattern(expression, .java, ignoringCase: ignoringCase)
        } catch {
            throw QueryError("'\(String(decoding: text, as: UTF8.self))' can't be matched: \(error)")
        }
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        if UTF8Bytes.areValid(text) { return pattern.matches(text) }
        return pattern.matches(String(decoding: text, as: UTF8.self))
    }
}
