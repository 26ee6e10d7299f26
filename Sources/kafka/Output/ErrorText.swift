// SPDX-License-Identifier: Apache-2.0

/// An error as one line.
enum ErrorText {
    static func line(for error: any Error) -> String { line(String(describing: error)) }

    static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return text }
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
