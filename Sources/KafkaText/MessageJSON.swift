// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
import NIOCore

/// A message as Kafka's JSON converters write it: field names in lower camel case, ids as text, bytes as base64,
/// without the fields that its version does not have.
package enum MessageJSON {
    package static func object<M: Message>(_ message: M, version: Int16) -> JSON {
        members(of: message, type: "\(M.self)", version)
    }

    private static func members(of structure: any WireStructure, type: String, _ version: Int16) -> JSON {
        let defaults = Mirror(reflecting: Swift.type(of: structure).init()).children.map(\.value)
        var members: [JSON.Member] = []
        for (index, child) in Mirror(reflecting: structure).children.enumerated() {
            guard let label = child.label, label != "unknownTaggedFields" else { continue }
            let json = value(child.value, type, version)
            if let rule = MessageFieldRules.rule(type, label) {
                if version < rule.since || version > rule.until { continue }
                if rule.isTagged, json == value(defaults[index], type, version) { continue }
            }
            members.append(JSON.Member(name: kafkaName(label), value: json))
        }
        return .object(members)
    }

    private static func value(_ value: Any, _ type: String, _ version: Int16) -> JSON {
        switch value {
        case let text as String: return .string(text)
        case let flag as Bool: return .bool(flag)
        case let number as any FixedWidthInteger: return .integer(Int64(clamping: number))
        case let number as Double: return .double(number)
        case let id as KafkaUUID: return .string(id.description)
        case let bytes as ByteBuffer: return .string(Base64.encode(bytes.readableBytesView))
        case let code as ErrorCode: return .integer(Int64(code.rawValue))
        case let structure as any WireStructure:
            return members(
                of: structure, type: type.split(separator: ".")[0] + ".\(Swift.type(of: structure))", version)
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { Self.value($0.value, type, version) } ?? .null
        case .collection: return .array(mirror.children.map { Self.value($0.value, type, version) })
        default: return .null
        }
    }

    /// `groupID` is `groupId` in Kafka's schemas.
    package static func kafkaName(_ label: String) -> String {
        guard let range = label.firstRange(of: "ID") else { return label }
        return label[..<range.lowerBound] + "Id" + kafkaName(String(label[range.upperBound...]))
    }
}
