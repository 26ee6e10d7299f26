// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// What a name in an expression stands for: a part of the record, or a field in the JSON of its value or key.
enum Field: Equatable, Sendable {
    case topic, partition, offset, timestamp, key, value
    case header([UInt8])
    case keyPath([Step])
    case valuePath([Step])

    enum Step: Hashable, Sendable {
        case name([UInt8])
        case index(Int)
    }

    /// The parts that have names of their own.
    static let parts = ["topic", "partition", "offset", "timestamp", "key", "value", "headers"]

    /// - Parameter first: the first word; what isn't a part of the record is a field of the value.
    init(_ first: String, _ steps: [Step]) throws(QueryError) {
        func plain(_ field: Field) throws(QueryError) -> Field {
            if steps.isEmpty { return field }
            throw QueryError("\(first) has no fields; value.\(first) is a field of the value's JSON")
        }
        switch first {
        case "topic": self = try plain(.topic)
        case "partition": self = try plain(.partition)
        case "offset": self = try plain(.offset)
        case "timestamp": self = try plain(.timestamp)
        case "key": self = steps.isEmpty ? .key : .keyPath(steps)
        case "value": self = steps.isEmpty ? .value : .valuePath(steps)
        case "headers":
            guard steps.count == 1, case .name(let name) = steps[0] else {
                throw QueryError("headers takes one name: headers.NAME or headers[\"NAME\"]")
            }
            self = .header(name)
        default: self = .valuePath([.name(Array(first.utf8))] + steps)
        }
    }
}

/// What is wrong with an expression.
package struct QueryError: Error, CustomStringConvertible {
    package var message: String
    /// The character at which it is, counted from 1; nil at the end, or for what is wrong with the whole.
    package var position: Int?

    init(_ message: String, at position: Int? = nil) {
        self.message = message
        self.position = position
    }

    package var description: String { position.map { "\(message) (at character \($0))" } ?? message }
}

/// Which expression is wrong, and why.
package struct InvalidExpression: Error, CustomStringConvertible {
    /// `where` or `select`.
    package var option: String
    package var text: String
    package var error: QueryError

    package var description: String { "Invalid value '\(text)' of option \(option): \(error)" }
}
