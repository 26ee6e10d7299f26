// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The tables of Kafka's newer tools: each cell as wide as its column's widest, and a tab behind it.
struct TabTable: Sendable {
    private static let tabStop = 8

    var headers: [String]
    var rows: [[String]] = []

    func print(_ context: Context) {
        let rows = rows.map { $0.map { VisibleText.of($0) } }
        var widths = headers.map(\.count)
        for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) } }
        let shown = widths.reduce(0) { column, width in (column + width) / Self.tabStop * Self.tabStop + Self.tabStop }
        if let terminal = context.environment.outputWidth, shown > terminal {
            let table = Table(columns: zip(headers, widths).map { Table.Column($0, $1) }, rows: rows, separator: "  ")
            for line in table.lines(in: terminal) { context.out.line(line) }
            return
        }
        for row in [headers] + rows {
            context.out.line(zip(row, widths).map { $0.padded($1) + "\t" }.joined())
        }
    }
}
