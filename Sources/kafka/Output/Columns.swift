// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc

/// Words in columns, one below the other, as ls prints them.
enum Columns {
    /// More than this many are not shown.
    static let limit = 200

    static func text(_ words: [String], width: Int) -> String {
        let shown = words.prefix(limit).map { VisibleText.of($0) }
        let column = (shown.map(\.count).max() ?? 0) + 2
        let columns = max(1, width / column)
        let rows = (shown.count + columns - 1) / columns
        var text = ""
        for row in 0..<rows {
            var line = ""
            for index in stride(from: row, to: shown.count, by: rows) { line += shown[index].padded(column) }
            text += line.trimmed + "\n"
        }
        return words.count > limit ? text + "and \(words.count - limit) more\n" : text
    }

    static var terminalWidth: Int {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
