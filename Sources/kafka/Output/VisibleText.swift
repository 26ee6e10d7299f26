// SPDX-License-Identifier: Apache-2.0

/// Text of others on its way to a terminal: names, and messages of brokers and files, may hold what the terminal would
/// obey.
enum VisibleText {
    /// The same with control characters (C0, C1 and DEL) as `\\xNN`; a line's end stays where `keepsLines`.
    static func of(_ text: String, keepsLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: { isHidden($0, keepsLines) }) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar, keepsLines) {
                let digits = String(scalar.value, radix: 16)
                visible += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func isHidden(_ scalar: Unicode.Scalar, _ keepsLines: Bool) -> Bool {
        if keepsLines, scalar == "\n" { return false }
        return scalar.value < 0x20 && scalar != "\t" || (0x7f...0x9f).contains(scalar.value)
    }
}
