// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// Where a record of the input ends.
enum RecordDelimiter: Sendable, Equatable {
    case bytes([UInt8])
    /// Where the input ends.
    case end

    static let newline = RecordDelimiter.bytes([10])

    init(_ arguments: Arguments) throws {
        try arguments.refuse(["delimiter"], with: "whole")
        if arguments.flag("whole") {
            self = .end
            return
        }
        guard let text = arguments.string("delimiter") else {
            self = .newline
            return
        }
        guard !text.isEmpty else {
            throw CommandError(
                "Invalid value '' of option delimiter: it may not be empty; --whole makes one record of all input.")
        }
        self = .bytes(try EscapedText.bytes(text, option: "delimiter"))
    }

    /// What messages call a piece of the input.
    var unit: String { self == .newline ? "line" : "record" }
}
