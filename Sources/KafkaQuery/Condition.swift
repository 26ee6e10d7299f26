// SPDX-License-Identifier: Apache-2.0

/// What `--where` asks of a record.
indirect enum Condition {
    case and(Condition, Condition)
    case or(Condition, Condition)
    case not(Condition)
    case compare(Operand, Comparison, Operand)
    case matches(Operand, TextPattern)
    case isTrue(Operand)
    case isNull(Operand)
    /// An element equals; the second is an array.
    case contains(Operand, in: Operand)

    /// A field, by its place among the fields of the query, or a constant.
    enum Operand {
        case field(Int)
        case literal(Cell)
    }

    enum Comparison: String {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case more = ">"
        case moreOrEqual = ">="

        /// - Parameter order: nil for what can't be compared, which is unequal and neither less nor more.
        func holds(_ order: Int?) -> Bool {
            switch self {
            case .equal: order == 0
            case .unequal: order != 0
            case .less: order.map { $0 < 0 } ?? false
            case .lessOrEqual: order.map { $0 <= 0 } ?? false
            case .more: order.map { $0 > 0 } ?? false
            case .moreOrEqual: order.map { $0 >= 0 } ?? false
            }
        }
    }

    func holds(_ cells: UnsafeMutablePointer<Cell>) -> Bool {
        switch self {
        case .and(let left, let right): return left.holds(cells) && right.holds(cells)
        case .or(let left, let right): return left.holds(cells) || right.holds(cells)
        case .not(let condition): return !condition.holds(cells)
        case .compare(let left, let comparison, let right):
            return comparison.holds(left.cell(cells).compared(to: right.cell(cells)))
        case .matches(let operand, let pattern): return operand.cell(cells).text.map(pattern.matches) ?? false
        case .isTrue(let operand): return operand.cell(cells).isTrue
        case .isNull(let operand): return operand.cell(cells).isNull
        case .contains(let element, let array): return array.cell(cells).contains(element.cell(cells))
        }
    }
}

extension Condition.Operand {
    func cell(_ cells: UnsafeMutablePointer<Cell>) -> Cell {
        switch self {
        case .field(let index): cells[index]
        case .literal(let cell): cell
        }
    }
}
