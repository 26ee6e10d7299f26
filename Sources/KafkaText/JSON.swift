// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A JSON value. Objects keep the order of their members, so that output is stable.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSON

        package init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// An object of pairs in their order.
    package static func members(_ pairs: KeyValuePairs<String, JSON>) -> JSON {
        .object(pairs.map { Member(name: $0.key, value: $0.value) })
    }

    package static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    package static func list(_ numbers: [Int32]) -> JSON { .array(numbers.map { .integer(Int64($0)) }) }

    package subscript(name: String) -> JSON? {
        if case .object(let members) = self { return members.last { $0.name == name }?.value }
        return nil
    }

    package var elements: [JSON]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    package var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    package var number: Int64? {
        switch self {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// Without white space, as Kafka's tools print it; it may be shown at a terminal.
    package func serialized() -> String {
        var out = TextBuffer()
        write(to: &out)
        return out.text
    }

    /// The same.
    package func write(to out: inout TextBuffer) {
        switch self {
        case .null: out.append("null")
        case .bool(let value): out.append(value ? "true" : "false")
        case .integer(let value): out.append(value)
        case .double(let value): out.append(text: value.isFinite ? JavaText.double(value) : "null")
        case .string(let text): out.append(visibleJSON: text)
        case .array(let elements):
            out.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(",") }
                element.write(to: &out)
            }
            out.append("]")
        case .object(let members):
            out.append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(",") }
                out.append(visibleJSON: member.name)
                out.append(":")
                member.value.write(to: &out)
            }
            out.append("}")
        }
    }
}
