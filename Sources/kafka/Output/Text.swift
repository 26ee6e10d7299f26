// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension String {
    /// Java's `%-Ns`: spaces behind a short text, nothing cut from a long one.
    func padded(_ width: Int) -> String {
        let missing = width - count
        return missing > 0 ? self + String(repeating: " ", count: missing) : self
    }

    /// Java's `%Ns`.
    func padded(left width: Int) -> String {
        let missing = width - count
        return missing > 0 ? String(repeating: " ", count: missing) + self : self
    }

    /// Without the blanks at the end.
    var withoutPadding: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// The pieces between commas, without white space and empty ones.
func commaSeparated(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
}
