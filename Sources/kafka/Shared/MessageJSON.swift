// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A message as Kafka's JSON converters write it: field names in lower camel case, ids as text, bytes as base64.
enum MessageJSON {
    /// - Parameter leavingOut: names of fields that the version doesn't have.
    static func object(_ message: some Message, leavingOut: Set<String> = []) -> JSON {
        members(of: Mirror(reflecting: message), leavingOut)
    }

    private static func members(of mirror: Mirror, _ leavingOut: Set<String>) -> JSON {
        .object(
            mirror.children.compactMap { child in
                guard let label = child.label, label != "unknownTaggedFields" else { return nil }
                let name = kafkaName(label)
                return leavingOut.contains(name) ? nil : JSON.Member(name: name, value: value(child.value, leavingOut))
            })
    }

    private static func value(_ value: Any, _ leavingOut: Set<String>) -> JSON {
        switch value {
        case let text as String: return .string(text)
        case let flag as Bool: return .bool(flag)
        case let number as any FixedWidthInteger: return .integer(Int64(clamping: number))
        case let number as Double: return .double(number)
        case let id as KafkaUUID: return .string(id.description)
        case let bytes as ByteBuffer: return .string(Base64.encode(bytes.readableBytesView))
        case let code as ErrorCode: return .integer(Int64(code.rawValue))
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { Self.value($0.value, leavingOut) } ?? .null
        case .collection: return .array(mirror.children.map { Self.value($0.value, leavingOut) })
        default: return members(of: mirror, leavingOut)
        }
    }

    /// `groupID` is `groupId` in Kafka's schemas.
    static func kafkaName(_ label: String) -> String {
        guard let range = label.firstRange(of: "ID") else { return label }
        return label[..<range.lowerBound] + "Id" + kafkaName(String(label[range.upperBound...]))
    }
}
