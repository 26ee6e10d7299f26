// SPDX-License-Identifier: Apache-2.0

/// Writes values as the protocol guide says, byte by byte.
struct SchemaWriter {
    var schema: Schema
    var version: Int16
    private(set) var bytes: [UInt8] = []

    /// The bytes of a message.
    static func bytes(_ value: SchemaValue, _ schema: Schema, _ version: Int16) -> [UInt8] {
        var writer = SchemaWriter(schema: schema, version: version)
        writer.structure(value, schema.fields)
        return writer.bytes
    }

    private var isFlexible: Bool { schema.isFlexible(version) }

    private mutating func structure(_ value: SchemaValue, _ fields: [Schema.Field]) {
        guard case .structure(let values, var tags) = value else { fatalError("no structure: \(value)") }
        for field in fields where field.versions.contains(version) {
            let value = values[field.name.lowercased()]!
            guard let tag = field.tag else {
                write(value, field.type, isNullable: field.nullable != nil)
                continue
            }
            var inner = SchemaWriter(schema: schema, version: version)
            if case .structure = field.type, field.nullable != nil {
                // 0 for null, 1 before a structure; always written, because what its absence means is in dispute.
                inner.integer(value == .null ? 0 : 1, 1)
                if value != .null { inner.write(value, field.type, isNullable: false) }
            } else {
                guard value != schema.defaultValue(field) else { continue }
                inner.write(value, field.type, isNullable: field.nullable != nil)
            }
            tags[tag] = inner.bytes
        }
        guard isFlexible else { return }
        varint(tags.count)
        for (tag, content) in tags.sorted(by: { $0.key < $1.key }) {
            varint(Int(tag))
            varint(content.count)
            bytes += content
        }
    }

    private mutating func write(_ value: SchemaValue, _ type: Schema.FieldType, isNullable: Bool) {
        switch (type, value) {
        case (.int8, .integer(let value)), (.bool, .integer(let value)): integer(value, 1)
        case (.int16, .integer(let value)), (.uint16, .integer(let value)): integer(value, 2)
        case (.int32, .integer(let value)), (.uint32, .integer(let value)): integer(value, 4)
        case (.int64, .integer(let value)): integer(value, 8)
        case (.float64, .float64(let bits)): integer(Int64(bitPattern: bits), 8)
        case (.uuid, .uuid(let high, let low)):
            integer(Int64(bitPattern: high), 8)
            integer(Int64(bitPattern: low), 8)
        case (.string, .null): length(nil, 2)
        case (.string, .string(let value)):
            length(value.utf8.count, 2)
            bytes += Array(value.utf8)
        case (.bytes, .null), (.records, .null), (.array, .null): length(nil, 4)
        case (.bytes, .bytes(let value)), (.records, .bytes(let value)):
            length(value.count, 4)
            bytes += value
        case (.array(let element), .array(let values)):
            length(values.count, 4)
            for value in values { write(value, element, isNullable: false) }
        case (.structure, .null): integer(-1, 1)
        case (.structure(let name), let value):
            if isNullable { integer(1, 1) }
            structure(value, schema.structures[name]!)
        default: fatalError("\(value) is no \(type)")
        }
    }

    private mutating func integer(_ value: Int64, _ width: Int) {
        for shift in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }

    private mutating func length(_ value: Int?, _ width: Int) {
        if isFlexible { varint((value ?? -1) + 1) } else { integer(Int64(value ?? -1), width) }
    }

    private mutating func varint(_ value: Int) {
        var rest = value
        while rest > 127 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
