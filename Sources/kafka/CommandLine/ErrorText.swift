// SPDX-License-Identifier: Apache-2.0

/// An error as one line.
enum ErrorText {
    static func line(for error: any Error) -> String {
        let text = String(describing: error)
        guard text.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return text }
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
