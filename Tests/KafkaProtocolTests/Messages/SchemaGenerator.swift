// SPDX-License-Identifier: Apache-2.0

/// Makes up values for a message in one version.
struct SchemaGenerator {
    enum Style: CaseIterable {
        /// Every field has a value that is not its default, every tagged field is there, and unknown ones too.
        case full
        /// Zeros; strings, bytes and arrays are empty.
        case empty
        /// Null wherever it is allowed, otherwise as `empty`.
        case null
        /// Any mixture, with extreme numbers and long strings.
        case random
        /// As `full`, but short: one element an array, a character or two a string.
        case small
    }

    var schema: Schema
    var version: Int16
    var style: Style
    var random: TestRandom
    /// How many elements top-level arrays have, instead of a few.
    var topLevelCount: Int? = nil

    mutating func message() -> SchemaValue { structure(schema.fields, isTopLevel: true) }

    private mutating func structure(_ fields: [Schema.Field], isTopLevel: Bool = false) -> SchemaValue {
        var values: [String: SchemaValue] = [:]
        for field in fields where field.versions.contains(version) {
            var value = self.value(field, isTopLevel)
            // A structure without any field but unknown tags can't help being its default.
            for _ in 0..<20 where isFilled && value == schema.defaultValue(field) {
                value = self.value(field, isTopLevel)
            }
            values[field.name.lowercased()] = value
        }
        guard schema.isFlexible(version), isFilled ? random.oneIn(2) : style == .random && random.oneIn(4) else {
            return .structure(values, unknownTags: [:])
        }
        let known = Set(fields.filter { $0.versions.contains(version) }.compactMap(\.tag))
        var unknown: [UInt32: [UInt8]] = [:]
        for tag in [random.oneIn(2) ? 5 : 130, UInt32.random(in: 0 ... .max, using: &random)] where !known.contains(tag)
        {
            unknown[tag] = random.bytes(.random(in: 0...3, using: &random))
        }
        return .structure(values, unknownTags: unknown)
    }

    private var isFilled: Bool { style == .full || style == .small }

    private mutating func value(_ field: Schema.Field, _ isTopLevel: Bool) -> SchemaValue {
        if field.nullable?.contains(version) == true {
            // Where null is not the default, it is a value that tells a visited field from one that was not.
            let isNull = style == .null || style == .random && random.oneIn(3) || isFilled && random.oneIn(4)
            if isNull, !isFilled || schema.defaultValue(field) != .null { return .null }
        }
        return value(field.type, isTopLevel)
    }

    private mutating func value(_ type: Schema.FieldType, _ isTopLevel: Bool) -> SchemaValue {
        switch type {
        case .int8: .integer(number(Int8.self))
        case .int16: .integer(number(Int16.self))
        case .uint16: .integer(number(UInt16.self))
        case .int32: .integer(number(Int32.self))
        case .uint32: .integer(number(UInt32.self))
        case .int64: .integer(number(Int64.self))
        case .bool: .integer(isZero ? 0 : isFilled ? Int64.random(in: 0...1, using: &random) : 1)
        case .float64: .float64(isZero ? 0 : Double.random(in: -1e9...1e9, using: &random).bitPattern)
        case .string: .string(random.text(length(40, 100)))
        case .uuid: isZero ? .uuid(0, 0) : .uuid(random.next(), random.next())
        case .bytes, .records: .bytes(random.bytes(length(40, 300)))
        case .array(let element):
            .array((0..<count(isTopLevel)).map { _ in value(element, false) })
        case .structure(let name): structure(schema.structures[name]!)
        }
    }

    private var isZero: Bool { style == .empty || style == .null }

    private mutating func number<T: FixedWidthInteger>(_ type: T.Type) -> Int64 {
        if isZero { return 0 }
        if style == .random, let extreme = [T.min, T.max, 0].randomElement(using: &random), random.oneIn(4) {
            return Int64(extreme)
        }
        return Int64(T.random(in: .min ... .max, using: &random))
    }

    private mutating func count(_ isTopLevel: Bool) -> Int {
        if isTopLevel, let topLevelCount { return topLevelCount }
        return length(2, 3)
    }

    private mutating func length(_ typical: Int, _ extreme: Int) -> Int {
        switch style {
        case .empty, .null: 0
        case .small: random.oneIn(3) ? 2 : 1
        case .full: Int.random(in: 1...typical, using: &random)
        case .random: Int.random(in: 0...(random.oneIn(8) ? extreme : typical), using: &random)
        }
    }
}
