// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import KafkaText
import NIOCore

/// How keys and values are shown.
enum RecordDecoder: Sendable {
    case text(key: Deserializer, value: Deserializer)
    case coordinator(CoordinatorJSON.Topic)
    case metadata

    /// Nil when only batches, or only the facts of records are shown.
    init?(_ arguments: Arguments) throws {
        func deserializer(_ option: String) throws -> Deserializer {
            guard let name = arguments.string(option)?.split(separator: ".").last else { return .string }
            switch name {
            case "StringDecoder": return .string
            case "DefaultDecoder": return .bytes
            case "LongDecoder": return .long
            case "IntegerDecoder": return .integer
            default:
                throw CommandError(
                    "There is no decoder '\(name)': there are StringDecoder, LongDecoder, IntegerDecoder")
            }
        }
        if arguments.flag("offsets-decoder") {
            self = .coordinator(.offsets)
        } else if arguments.flag("transaction-log-decoder") {
            self = .coordinator(.transactions)
        } else if arguments.flag("share-group-state-decoder") {
            self = .coordinator(.shareState)
        } else if arguments.flag("cluster-metadata-decoder") {
            self = .metadata
        } else if ["print-data-log", "key-decoder-class", "value-decoder-class"].contains(where: arguments.has) {
            self = .text(key: try deserializer("key-decoder-class"), value: try deserializer("value-decoder-class"))
        } else {
            return nil
        }
    }

    func texts(_ record: RecordView) -> (key: String?, value: String?) {
        switch self {
        case .text(let key, let value):
            (record.key.map { Self.text($0, key) }, record.value.map { Self.text($0, value) })
        case .coordinator(let topic): Self.coordinator(record, topic)
        case .metadata: (nil, record.value.map { Self.metadata($0, record.offset) })
        }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ deserializer: Deserializer) -> String {
        var out = TextBuffer()
        do {
            try deserializer.write(bytes, to: &out)
        } catch {
            return "<\(error)>"
        }
        return out.text
    }

    private static func coordinator(
        _ record: RecordView, _ topic: CoordinatorJSON.Topic
    ) -> (key: String?, value: String?) {
        guard let key = record.key else { return ("Record at offset \(record.offset) has no key, skipping.", nil) }
        do {
            guard let shown = try CoordinatorJSON.key(key, of: topic) else {
                return ("Unknown record type \(CoordinatorJSON.number(key)) at offset \(record.offset), skipping.", nil)
            }
            let keyText = JSON.members(["type": .string("\(shown.number)"), "data": shown.data]).serialized()
            guard let bytes = record.value else { return (keyText, "<DELETE>") }
            guard let value = try CoordinatorJSON.value(bytes, behind: key, of: topic) else {
                return (keyText, "<version \(CoordinatorJSON.number(bytes)) is unknown>")
            }
            let data = shown.number == 2 && topic == .offsets ? ConsumerMembersJSON.opened(value.data) : value.data
            return (keyText, JSON.members(["version": .string("\(value.number)"), "data": data]).serialized())
        } catch {
            return ("Error at offset \(record.offset), skipping. \(error)", nil)
        }
    }

    private static func metadata(_ value: UnsafeRawBufferPointer, _ offset: Int64) -> String {
        do {
            let frame = try MetadataRecordFrame.decode(ByteBuffer(bytes: value))
            return JSON.members([
                "type": .string(typeName(frame.record)), "version": .integer(Int64(frame.version)),
                "data": MessageJSON.object(frame.record, version: frame.version),
            ]).serialized()
        } catch {
            return "Error at \(offset), skipping. \(error)"
        }
    }

    /// `REGISTER_BROKER_RECORD`
    private static func typeName(_ record: any MetadataRecord) -> String {
        var name = ""
        for character in "\(type(of: record))" {
            if character.isUppercase, !name.isEmpty { name += "_" }
            name += character.uppercased()
        }
        return name
    }
}
