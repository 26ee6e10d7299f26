// SPDX-License-Identifier: Apache-2.0

/// The tables of Kafka's newer tools: each cell as wide as its column's widest, and a tab behind it.
struct TabTable: Sendable {
    var headers: [String]
    var rows: [[String]] = []

    func print(_ context: Context) {
        var widths = headers.map(\.count)
        for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) } }
        for row in [headers] + rows {
            context.out.line(zip(row, widths).map { $0.padded($1) + "\t" }.joined())
        }
    }
}
