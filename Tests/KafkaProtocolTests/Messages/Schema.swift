// SPDX-License-Identifier: Apache-2.0

/// A message as Kafka's documentation defines it, read from `Golden/protocol`; knows nothing of the code under test.
struct Schema: Sendable {
    var name: String
    /// The API key of a request or response, or the type of a record.
    var key: Int16?
    var versions: ClosedRange<Int16>
    var flexibleSince: Int16?
    var fields: [Field] = []
    /// Fields of the structures inside.
    var structures: [String: [Field]] = [:]

    struct Field: Sendable {
        var name: String
        var type: FieldType
        var versions: ClosedRange<Int16>
        /// Versions in which it may be null.
        var nullable: ClosedRange<Int16>?
        var tag: UInt32?
        /// As it stands in the file; nil for zero, false, empty.
        var standard: String?
    }

    indirect enum FieldType: Sendable {
        case int8, int16, uint16, int32, uint32, int64, float64, bool, string, uuid, bytes, records
        case array(FieldType)
        case structure(String)
    }

    func isFlexible(_ version: Int16) -> Bool { flexibleSince.map { version >= $0 } ?? false }

    /// The fields of a structure that some version of the message has.
    func everFields(_ fields: [Field]) -> [Field] { fields.filter { $0.versions.overlaps(versions) } }

    /// The value that a field has when a version lacks it, and that a tagged field is not written for.
    func defaultValue(_ field: Field) -> SchemaValue {
        switch field.standard {
        case "null", "None": return .null
        case "true", "True": return .integer(1)
        case nil, "false", "False", "\"\"": return zero(field.type)
        case "0x7fffffff": return .integer(0x7fff_ffff)
        case .some(let number): return .integer(Int64(number)!)
        }
    }

    private func zero(_ type: FieldType) -> SchemaValue {
        switch type {
        case .int8, .int16, .uint16, .int32, .uint32, .int64, .bool: .integer(0)
        case .float64: .float64(0)
        case .string: .string("")
        case .uuid: .uuid(0, 0)
        case .bytes: .bytes([])
        case .records: .null
        case .array: .array([])
        case .structure(let name):
            .structure(
                Dictionary(
                    uniqueKeysWithValues: everFields(structures[name]!).map { ($0.name.lowercased(), defaultValue($0)) }
                ), unknownTags: [:])
        }
    }
}

/// A value of a field, of any type.
enum SchemaValue: Equatable {
    case null
    /// Every integer, and booleans as 0 and 1.
    case integer(Int64)
    case float64(UInt64)
    case string(String)
    case uuid(UInt64, UInt64)
    case bytes([UInt8])
    case array([SchemaValue])
    /// Values by the field's name in lower case.
    case structure([String: SchemaValue], unknownTags: [UInt32: [UInt8]])

    static func == (left: SchemaValue, right: SchemaValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.integer(let left), .integer(let right)): left == right
        case (.float64(let left), .float64(let right)): left == right
        // Byte for byte: String's own == holds different bytes for equal when they are the same characters.
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.uuid(let left, let leftLow), .uuid(let right, let rightLow)): left == right && leftLow == rightLow
        case (.bytes(let left), .bytes(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.structure(let left, let leftTags), .structure(let right, let rightTags)):
            left == right && leftTags == rightTags
        default: false
        }
    }
}
