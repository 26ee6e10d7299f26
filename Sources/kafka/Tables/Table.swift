// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A table as wide as Kafka's tools print it. Where a terminal would wrap its lines the padding goes, and if that is not
/// enough the ends of the cells that matter least, at last these columns; a file or a pipe gets all.
struct Table: Sendable {
    struct Column: Sendable {
        var title: String
        /// What a cell is padded to; a longer one is left whole.
        var width: Int
        /// The columns of 1 are cut first, then those of 2; nil for what is never cut.
        var cut: Int?
        var isShown: Bool

        init(_ title: String, _ width: Int, cut: Int? = nil, if isShown: Bool = true) {
            self.title = title
            self.width = width
            self.cut = cut
            self.isShown = isShown
        }
    }

    /// A column of less says too little to be worth its place.
    private static let narrowest = 8

    private let columns: [Column]
    private let rows: [[String]]
    private let separator: String

    /// - Parameters:
    ///   - rows: a cell for each column, also for those that are not shown.
    ///   - separator: what stands between two cells.
    init(columns: [Column], rows: [[String]], separator: String = " ") {
        self.columns = columns.filter(\.isShown)
        self.rows = rows.map { row in zip(row, columns).filter(\.1.isShown).map { VisibleText.of($0.0) } }
        self.separator = separator
    }

    /// - Parameter terminal: how many characters a line of it has; nil where nothing wraps.
    func lines(in terminal: Int?) -> [String] {
        let cells = [columns.map(\.title)] + rows
        let lines = cells.map { line($0, columns.map(\.width)) }
        guard let terminal, lines.contains(where: { $0.count > terminal }) else { return lines }
        let (widths, excess) = fitted(cells, to: terminal)
        if excess > 0, let least = expendable.first(where: { $0 > 0 }) {
            var rest = columns
            rest[least].isShown = false
            return Table(columns: rest, rows: rows, separator: separator).lines(in: terminal)
        }
        return cells.map { row in
            line(zip(row, widths).map(Self.shortened), widths).withoutPadding
        }
    }

    /// What may be cut, the least important first.
    private var expendable: [Int] {
        columns.indices.filter { columns[$0].cut != nil }.sorted { columns[$0].cut ?? 0 < columns[$1].cut ?? 0 }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).map { $0.padded($1) }.joined(separator: separator)
    }

    /// Widths without padding, and by how much they are too wide all the same.
    private func fitted(_ cells: [[String]], to terminal: Int) -> (widths: [Int], excess: Int) {
        var widths = columns.indices.map { index in cells.map { $0[index].count }.reduce(0, max) }
        var excess = widths.reduce(0, +) + separator.count * (widths.count - 1) - terminal
        for index in expendable where excess > 0 {
            let spare = max(0, min(excess, widths[index] - max(Self.narrowest, columns[index].title.count)))
            widths[index] -= spare
            excess -= spare
        }
        return (widths, excess)
    }

    private static func shortened(_ cell: String, to width: Int) -> String {
        cell.count > width ? cell.prefix(max(0, width - 1)) + "…" : cell
    }

    /// As Kafka's older tools print it: each line begins on a new one.
    func printBelow(_ context: Context) {
        for line in lines(in: context.environment.outputWidth) { context.out.write("\n" + line) }
        context.out.line()
    }

    func print(_ context: Context) {
        for line in lines(in: context.environment.outputWidth) { context.out.line(line) }
    }
}
