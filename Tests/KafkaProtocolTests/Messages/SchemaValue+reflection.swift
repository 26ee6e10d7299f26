// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import KafkaProtocol

extension SchemaValue {
    /// What a stored property holds.
    init(reflecting value: Any) {
        switch value {
        case let value as Bool: self = .integer(value ? 1 : 0)
        case let value as any BinaryInteger: self = .integer(Int64(value))
        case let value as ErrorCode: self = .integer(Int64(value.rawValue))
        case let value as Double: self = .float64(value.bitPattern)
        case let value as String: self = .string(value)
        case let value as KafkaUUID: self = .uuid(value.high, value.low)
        case let value as ByteBuffer: self = .bytes(value.bytes)
        case RecordsField.bytes(let value): self = .bytes(value.bytes)
        case RecordsField.null: self = .null
        default: self.init(children: Mirror(reflecting: value))
        }
    }

    private init(children mirror: Mirror) {
        switch mirror.displayStyle {
        case .optional:
            self = mirror.children.first.map { SchemaValue(reflecting: $0.value) } ?? .null
        case .collection:
            self = .array(mirror.children.map { SchemaValue(reflecting: $0.value) })
        default:
            var values: [String: SchemaValue] = [:]
            var tags: [UInt32: [UInt8]] = [:]
            for (label, value) in mirror.children {
                if let unknown = value as? UnknownTaggedFields {
                    for field in unknown.fields ?? [] { tags[field.tag] = field.bytes.bytes }
                } else {
                    values[label!.lowercased()] = SchemaValue(reflecting: value)
                }
            }
            self = .structure(values, unknownTags: tags)
        }
    }
}
