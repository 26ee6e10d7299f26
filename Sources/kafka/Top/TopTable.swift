// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Rows of one page. Only those in sight are made text of: there may be ten thousand.
struct TopTable: Sendable {
    struct Row: Sendable {
        /// What stays the same from sample to sample.
        var id: String
        /// One for each column.
        var cells: [TopCell]
    }

    struct Order: Sendable, Equatable {
        var column: Int
        var isDescending: Bool
    }

    var columns: [String]
    var rows: [Row]
    /// Before anybody chose another.
    var order: Order

    /// The rows that have the words of `filter` in their texts, in order; equal ones by their ids.
    func arranged(by order: Order, filter: String) -> [Row] {
        let words = filter.lowercased().split(separator: " ")
        let shown =
            words.isEmpty
            ? rows
            : rows.filter { row in
                let text = row.cells.map { if case .text(let text) = $0 { text.lowercased() } else { "" } }
                    .joined(separator: " ")
                return words.allSatisfy { text.contains($0) }
            }
        let column = min(order.column, columns.count - 1)
        return shown.sorted { first, second in
            let (left, right) = (first.cells[column], second.cells[column])
            if left.precedes(right) { return !order.isDescending }
            if right.precedes(left) { return order.isDescending }
            return first.id < second.id
        }
    }

    /// A line for the titles and one for each row, each `width` characters: numbers to the right. The first column gives
    /// way where all don't fit, and what stands behind the edge is cut off.
    /// - Parameters:
    ///   - width: nil where lines may be as long as they are.
    ///   - order: what the titles show; nil for nothing.
    func lines(
        _ shown: some Collection<Row>, width: Int?, order: Order? = nil
    ) -> (titles: String, rows: [String]) {
        let texts = shown.map { $0.cells.map(\.shown) }
        let titles = columns.enumerated().map { index, title in
            index == order?.column ? title + (order?.isDescending == true ? "▼" : "▲") : title
        }
        let isText = columns.indices.map { column in rows.first?.cells[column].isText ?? true }
        var widths = columns.indices.map { column in
            texts.map { $0[column].count }.reduce(max(titles[column].count, isText[column] ? 6 : 8), max)
        }
        if let width {
            let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
            widths[0] = max(min(12, widths[0]), min(widths[0], widths[0] - excess))
        }
        let line = { (cells: [String]) in
            let text = cells.enumerated().map { column, cell in
                let cut = cell.count > widths[column] ? cell.prefix(widths[column] - 1) + "…" : cell
                return isText[column] ? cut.padded(widths[column]) : cut.padded(left: widths[column])
            }.joined(separator: "  ")
            return width.map { String(text.prefix($0)).padded($0) } ?? text
        }
        return (line(titles), texts.map(line))
    }
}
