// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// How selected fields are written: as an object of JSON a line, or as they are with separators between.
package enum ColumnStyle: Sendable {
    case json
    /// What would break a line, and backslashes, are escaped with a backslash.
    case text(separator: [UInt8], null: [UInt8])

    func write(
        _ columns: [RecordQuery.Column], _ cells: UnsafeMutablePointer<Cell>, to out: inout TextBuffer
    ) {
        switch self {
        case .json:
            for (index, column) in columns.enumerated() {
                out.append(index == 0 ? "{" : ",")
                Self.writeJSON(column.name, cells[column.cell], to: &out)
            }
            out.append("}\n")
        case .text(let separator, let null):
            for (index, column) in columns.enumerated() {
                if index > 0 { separator.withUnsafeBytes { out.append($0) } }
                Self.writeText(cells[column.cell], null, to: &out)
            }
            out.append("\n")
        }
    }

    private static func writeJSON(_ name: String, _ cell: Cell, to out: inout TextBuffer) {
        switch cell {
        case .bytes(let bytes) where !UTF8Bytes.areValid(bytes), .string(let bytes) where !UTF8Bytes.areValid(bytes):
            out.append(json: name + "_base64")
            out.append(":")
            out.append(base64: bytes)
            return
        default: break
        }
        out.append(json: name)
        out.append(":")
        switch cell {
        case .missing, .null: out.append("null")
        case .bool(let value): out.append(value ? "true" : "false")
        case .integer(let value): out.append(value)
        // NaN and Infinity are no JSON.
        case .number(let text):
            if let last = text.last, last &- 48 < 10 { out.append(text) } else { out.append("null") }
        case .string(let text), .bytes(let text): out.append(json: text)
        // A newline can only stand between its tokens.
        case .json(let text): for byte in text { out.append(byte == 10 || byte == 13 ? 32 : byte) }
        }
    }

    private static func writeText(_ cell: Cell, _ null: [UInt8], to out: inout TextBuffer) {
        switch cell {
        case .missing, .null: null.withUnsafeBytes { out.append($0) }
        case .bool(let value): out.append(value ? "true" : "false")
        case .integer(let value): out.append(value)
        case .number(let text), .string(let text), .bytes(let text), .json(let text):
            for byte in text {
                switch byte {
                case 9: out.append("\\t")
                case 10: out.append("\\n")
                case 13: out.append("\\r")
                case 92: out.append("\\\\")
                default: out.append(byte)
                }
            }
        }
    }
}
