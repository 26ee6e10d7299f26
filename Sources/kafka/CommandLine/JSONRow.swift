// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// An object that `--output json` writes on a line of its own. A tool's definition lists its rows, and with them the
/// manual page; the names of members are there to stay.
struct JSONRow: Sendable {
    /// The action that writes it, or nil if the tool has no actions.
    let action: String?
    /// What the object stands for.
    let what: String
    /// The members in their order.
    let names: [String]

    init(_ action: String?, _ what: String, _ names: [String]) {
        self.action = action
        self.what = what
        self.names = names
    }

    /// - Parameter values: one for each name.
    func callAsFunction(_ values: JSON...) -> JSON {
        precondition(values.count == names.count)
        return .object(zip(names, values).map { JSON.Member(name: $0, value: $1) })
    }

    /// What `--output json` makes of a tool's tables.
    static let option = OptionDefinition.value(
        "output", "FORMAT", "text, or json: one object a line [text]", completion: .words(["text", "json"])
    ).added()

    /// Whether JSON is asked for.
    static func isWanted(_ arguments: Arguments) throws -> Bool {
        let rows = arguments.definition.rows
        guard !rows.isEmpty, try arguments.choice(option.name, ["text", "json"]) == "json" else { return false }
        let actions = rows.compactMap(\.action)
        if let action = arguments.actions.first, !actions.contains(action) {
            let list = actions.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            throw CommandError(
                "Option [output] can't be used with [\(action)]: it is for \(list.joined(separator: ", "))")
        }
        return true
    }
}

extension Context {
    func write(_ row: JSON) { out.line(row.serialized()) }
}

extension JSON {
    static func number(_ number: some FixedWidthInteger) -> JSON { .integer(Int64(clamping: number)) }

    /// Null for what isn't there.
    static func optional(_ number: (some FixedWidthInteger)?) -> JSON {
        number.map { .integer(Int64(clamping: $0)) } ?? .null
    }

    /// Null for a negative number, which stands for nothing in Kafka's messages.
    static func known(_ number: some SignedInteger & FixedWidthInteger) -> JSON {
        number < 0 ? .null : .integer(Int64(clamping: number))
    }

    /// `orders-0` and so on.
    static func partitions(_ partitions: [TopicPartition]) -> JSON { strings(partitions.map(\.description)) }

    static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
