// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// `--where` and `--select`: which records are wanted, and what of them.
///
/// Nothing changes after init, and the literals' memory lives as long as this; hence unchecked.
package final class RecordQuery: @unchecked Sendable {
    /// The name as it was typed, and the place of its cell.
    package struct Column {
        package var name: String
        var cell: Int
    }

    let condition: Condition?
    package let columns: [Column]
    let fields: [Field]
    /// Fields beside a comparison that may have been meant as text.
    package let doubtful: [String]
    let valueTree: FieldTree
    let keyTree: FieldTree
    private let literals: LiteralTexts

    /// Whether records must be looked at.
    package var isEmpty: Bool { condition == nil && columns.isEmpty }

    /// - Parameters:
    ///   - filters: expressions that must all hold.
    ///   - selections: lists of fields.
    /// - Throws: which of them is wrong, and why.
    package init(filters: [String], selections: [String]) throws(InvalidExpression) {
        let literals = LiteralTexts()
        self.literals = literals
        var fields: [Field] = []
        var doubtful: [String] = []
        var condition: Condition?
        for filter in filters {
            let next = try Self.explained("where", filter) { () throws(QueryError) in
                var parser = try ConditionParser(filter, fields, literals)
                let condition = try parser.condition()
                fields = parser.fields
                doubtful += parser.doubtful
                return condition
            }
            condition = condition.map { .and($0, next) } ?? next
        }
        var columns: [Column] = []
        for selection in selections {
            for name in Self.names(selection) {
                let cell = try Self.explained("select", name) { () throws(QueryError) in
                    var parser = try ConditionParser(name, fields, literals)
                    let cell = try parser.field()
                    fields = parser.fields
                    return cell
                }
                columns.append(Column(name: name, cell: cell))
            }
        }
        self.condition = condition
        self.columns = columns
        self.fields = fields
        self.doubtful = doubtful
        var (values, keys) = (FieldTree(), FieldTree())
        for (cell, field) in fields.enumerated() {
            if case .valuePath(let path) = field { values.add(path, cell: cell) }
            if case .keyPath(let path) = field { keys.add(path, cell: cell) }
        }
        valueTree = values
        keyTree = keys
    }

    private static func explained<Result>(
        _ option: String, _ text: String, _ body: () throws(QueryError) -> Result
    ) throws(InvalidExpression) -> Result {
        do throws(QueryError) {
            return try body()
        } catch {
            throw InvalidExpression(option: option, text: text, error: error)
        }
    }

    /// The pieces between commas that are not in brackets or quotes.
    private static func names(_ text: String) -> [String] {
        var names = [""]
        var depth = 0
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "[" {
                depth += 1
            } else if character == "]" {
                depth -= 1
            } else if character == ",", depth == 0 {
                names.append("")
                continue
            }
            names[names.count - 1].append(character)
        }
        return names.map(\.trimmed)
    }
}
