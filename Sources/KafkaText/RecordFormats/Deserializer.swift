// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// Bytes as text, by the name of Kafka's class, with or without its package.
package enum Deserializer: String, Sendable, CaseIterable {
    /// As they are.
    case bytes = "ByteArrayDeserializer"
    case string = "StringDeserializer"
    case short = "ShortDeserializer"
    case integer = "IntegerDeserializer"
    case long = "LongDeserializer"
    case float = "FloatDeserializer"
    case double = "DoubleDeserializer"
    case boolean = "BooleanDeserializer"
    case uuid = "UUIDDeserializer"
    /// Printable ASCII, and `\x00` for the rest.
    case escaped = "BytesDeserializer"

    package init(property: String, _ properties: Properties) throws(FormatError) {
        guard let name = properties[property] else {
            self = .bytes
            return
        }
        let last = String(name.split(separator: ".").last ?? "")
        guard let found = Self.allCases.first(where: { $0.rawValue == last || $0.rawValue == last + "Deserializer" })
        else {
            let hint = closest(to: last, among: Self.allCases.map(\.rawValue)).map { "; did you mean \($0)?" } ?? ""
            throw FormatError("Unknown \(property) '\(name)'\(hint)")
        }
        self = found
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to out: inout TextBuffer) throws(FormatError) {
        switch self {
        case .bytes: out.append(bytes)
        case .string: out.append(text: String(decoding: bytes, as: UTF8.self))
        case .short: out.append(Int64(try load(bytes, Int16.self)))
        case .integer: out.append(Int64(try load(bytes, Int32.self)))
        case .long: out.append(try load(bytes, Int64.self))
        case .float: out.append(text: JavaText.float(Float(bitPattern: try load(bytes, UInt32.self))))
        case .double: out.append(text: JavaText.double(Double(bitPattern: try load(bytes, UInt64.self))))
        case .boolean: out.append(try load(bytes, UInt8.self) == 0 ? "false" : "true")
        case .uuid: out.append(bytes)
        case .escaped: Self.escape(bytes, to: &out)
        }
    }

    private func load<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _: Value.Type
    ) throws(FormatError) -> Value {
        guard bytes.count == MemoryLayout<Value>.size else {
            throw FormatError(
                "\(bytes.count) bytes are not what \(rawValue) takes, which is \(MemoryLayout<Value>.size)")
        }
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    private static func escape(_ bytes: UnsafeRawBufferPointer, to out: inout TextBuffer) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            if byte >= 32, byte < 127, byte != 92 {
                out.append(byte)
            } else {
                out.append("\\x")
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
            }
        }
    }
}
