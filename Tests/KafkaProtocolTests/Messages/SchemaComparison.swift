// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Compares what was decoded with what the schema says, field by field.
struct SchemaComparison {
    var schema: Schema
    private(set) var differences: [String] = []
    /// Fields, as `Structure.Field`, that once held something else than their default.
    private(set) var visited: Set<String> = []

    init(_ schema: Schema) { self.schema = schema }

    /// - Parameter expected: the fields of one version; the others must have their defaults.
    mutating func compare(_ decoded: SchemaValue, with expected: SchemaValue, _ version: Int16) {
        structure(decoded, expected, schema.fields, name: "", path: "\(schema.name) \(version)")
    }

    /// Fields that some version has, as in `visited`.
    var allFields: Set<String> {
        var all = Set(schema.everFields(schema.fields).map { "." + $0.name })
        for (name, fields) in schema.structures {
            all.formUnion(schema.everFields(fields).map { name + "." + $0.name })
        }
        return all
    }

    private mutating func structure(
        _ decoded: SchemaValue, _ expected: SchemaValue, _ fields: [Schema.Field], name: String, path: String
    ) {
        guard case .structure(let properties, let tags) = decoded, case .structure(let values, let wanted) = expected
        else { return same(decoded, expected, path) }
        if tags != wanted { differences.append("\(path): unknown tagged fields \(tags), not \(wanted)") }
        let fields = schema.everFields(fields)
        for property in Set(properties.keys).subtracting(fields.map { $0.name.lowercased() }) {
            differences.append("\(path): \(property) is not in the schema")
        }
        for field in fields {
            let path = path + "." + field.name
            guard let property = properties[field.name.lowercased()] else {
                differences.append("\(path) is missing")
                continue
            }
            let standard = schema.defaultValue(field)
            guard let value = values[field.name.lowercased()] else {
                same(property, standard, path + ", which this version lacks")
                continue
            }
            if value != standard { visited.insert(name + "." + field.name) }
            compare(property, value, field.type, path)
        }
    }

    private mutating func compare(
        _ decoded: SchemaValue, _ expected: SchemaValue, _ type: Schema.FieldType, _ path: String
    ) {
        switch (type, decoded, expected) {
        case (.structure(let name), .structure, .structure):
            structure(decoded, expected, schema.structures[name]!, name: name, path: path)
        case (.array(let element), .array(let left), .array(let right)) where left.count == right.count:
            for (index, pair) in zip(left, right).enumerated() {
                compare(pair.0, pair.1, element, "\(path)[\(index)]")
            }
        default:
            same(decoded, expected, path)
        }
    }

    private mutating func same(_ decoded: SchemaValue, _ expected: SchemaValue, _ path: String) {
        if decoded != expected { differences.append("\(path): \(decoded), not \(expected)") }
    }
}
