// SPDX-License-Identifier: Apache-2.0

/// Text in which a backslash stands before what can't be typed: `\n`, `\r`, `\t`, `\0`, `\\`, `\x1e`.
package enum EscapedText {
    /// The bytes that a text stands for.
    package static func bytes(_ text: String) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let escape = rest.popFirst() {
                bytes.append(try self.byte(escape, &rest))
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// What stands for the byte behind a backslash; its digits are taken from `rest`.
    package static func byte(_ escape: UInt8, _ rest: inout ArraySlice<UInt8>) throws(FormatError) -> UInt8 {
        switch escape {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "0"): return 0
        case UInt8(ascii: "\\"), UInt8(ascii: "%"): return escape
        case UInt8(ascii: "x"):
            guard let high = rest.popFirst().flatMap(JSONScanner.hexadecimal),
                let low = rest.popFirst().flatMap(JSONScanner.hexadecimal)
            else { throw FormatError("\\x takes two hexadecimal digits.") }
            return high << 4 | low
        default:
            throw FormatError(
                "\\\(String(decoding: [escape], as: UTF8.self)) means nothing; there are \\n, \\t, \\r, \\0, \\\\ and "
                    + "\\xNN.")
        }
    }
}
