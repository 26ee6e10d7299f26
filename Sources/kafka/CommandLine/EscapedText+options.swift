// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension EscapedText {
    /// The bytes of an option's value without its escapes.
    static func bytes(_ text: String, option: String) throws -> [UInt8] {
        do throws(FormatError) { return try bytes(text) } catch {
            throw CommandError("Invalid value '\(text)' of option \(option): \(error)")
        }
    }

    /// The same as text.
    static func read(_ text: String, option: String) throws -> String {
        String(decoding: try bytes(text, option: option), as: UTF8.self)
    }
}
