// SPDX-License-Identifier: Apache-2.0

/// Text of others on its way to a terminal or a log: names, and messages of brokers and files, may hold what a terminal
/// would obey.
package enum VisibleText {
    /// The same with what must not be sent to a terminal as `\\xNN` or `\\uNNNN`.
    /// - Parameter keepsLines: whether the ends of lines stay.
    package static func of(_ text: String, keepsLines: Bool = false) -> String {
        guard mayHide(text), text.unicodeScalars.contains(where: { hides($0) && !(keepsLines && $0 == "\n") }) else {
            return text
        }
        var visible = ""
        for scalar in text.unicodeScalars {
            if hides(scalar), !(keepsLines && scalar == "\n") {
                let digits = String(scalar.value, radix: 16)
                let width = scalar.value < 0x100 ? 2 : 4
                visible += width == 2 ? "\\x" : "\\u"
                visible += String(repeating: "0", count: width - digits.utf8.count) + digits
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// Control characters (C0 but for the tab, DEL, C1), and what ends a line or turns the direction of text around.
    package static func hides(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case ..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether there is a byte that begins one of these: seldom, and quickly found.
    private static func mayHide(_ text: String) -> Bool {
        text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f || $0 == 0xc2 || $0 == 0xe2 }
    }
}

extension String {
    /// What somebody else chose, fit for a line of the log: visible, and not too long.
    package var printable: String { VisibleText.of(String(String.UnicodeScalarView(unicodeScalars.prefix(100)))) }
}
