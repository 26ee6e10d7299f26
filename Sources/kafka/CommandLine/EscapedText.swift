// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// Text of options in which a backslash stands before what can't be typed: `\n`, `\r`, `\t`, `\0`, `\\`, `\x1e`.
enum EscapedText {
    private static let rule = "behind a backslash n, r, t, 0, a backslash, or x and two hexadecimal digits are known"

    /// The bytes that a text stands for; nil for an escape that means nothing.
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let escape = rest.popFirst() {
                guard let meant = self.byte(escape, &rest) else { return nil }
                bytes.append(meant)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// The bytes of an option's value without its escapes.
    static func bytes(_ text: String, option: String) throws -> [UInt8] {
        guard let bytes = bytes(text) else {
            throw CommandError("Invalid value '\(text)' of option \(option): \(rule).")
        }
        return bytes
    }

    /// The same as text.
    static func read(_ text: String, option: String) throws -> String {
        String(decoding: try bytes(text, option: option), as: UTF8.self)
    }

    /// What stands for the byte behind a backslash; its digits are taken from `rest`.
    static func byte(_ escape: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8? {
        switch escape {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "0"): return 0
        case UInt8(ascii: "\\"), UInt8(ascii: "%"): return escape
        case UInt8(ascii: "x"):
            guard let high = rest.popFirst().flatMap(JSONScanner.hexadecimal),
                let low = rest.popFirst().flatMap(JSONScanner.hexadecimal)
            else { return nil }
            return high << 4 | low
        default: return nil
        }
    }

    /// The same in the value of an option.
    static func byte(
        _ escape: UInt8, _ rest: inout ArraySlice<UInt8>, _ text: String, option: String
    ) throws -> UInt8 {
        if let meant = byte(escape, &rest) { return meant }
        if escape == UInt8(ascii: "x") {
            throw CommandError("Invalid value '\(text)' of option \(option): \\x takes two hexadecimal digits.")
        }
        throw CommandError(
            "Invalid value '\(text)' of option \(option): \\\(String(decoding: [escape], as: UTF8.self)) means nothing; "
                + "there are \\n, \\t, \\r, \\0, \\\\ and \\xNN.")
    }
}
