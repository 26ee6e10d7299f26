// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// Kafka's DefaultMessageFormatter: the value, and before it what `print.…` properties ask for, in this order:
/// timestamp, partition, offset, delivery count, leader epoch, headers, key.
package struct DefaultFormatter: RecordFormatter {
    package static let propertyNames = [
        "print.timestamp", "print.partition", "print.offset", "print.delivery", "print.epoch", "print.headers",
        "print.key", "print.value", "key.separator", "line.separator", "headers.separator", "null.literal",
        "key.deserializer", "value.deserializer", "headers.deserializer",
    ]

    private let printsTimestamp: Bool
    private let printsPartition: Bool
    private let printsOffset: Bool
    private let printsDelivery: Bool
    private let printsEpoch: Bool
    private let printsHeaders: Bool
    private let printsKey: Bool
    private let printsValue: Bool
    private let keySeparator: [UInt8]
    @usableFromInline let lineSeparator: [UInt8]
    private let headersSeparator: [UInt8]
    private let nullLiteral: [UInt8]
    private let keyDeserializer: Deserializer
    private let valueDeserializer: Deserializer
    private let headersDeserializer: Deserializer
    /// Nothing but values as they are: the usual case, and the fast one.
    @usableFromInline let isPlain: Bool

    package init(_ properties: Properties = Properties()) throws(FormatError) {
        func flag(_ name: String, _ standard: Bool = false) -> Bool {
            properties[name].map { $0.trimmed.lowercased() == "true" } ?? standard
        }
        func bytes(_ name: String, _ standard: String) -> [UInt8] { Array((properties[name] ?? standard).utf8) }
        printsTimestamp = flag("print.timestamp")
        printsPartition = flag("print.partition")
        printsOffset = flag("print.offset")
        printsDelivery = flag("print.delivery")
        printsEpoch = flag("print.epoch")
        printsHeaders = flag("print.headers")
        printsKey = flag("print.key")
        printsValue = flag("print.value", true)
        keySeparator = bytes("key.separator", "\t")
        lineSeparator = bytes("line.separator", "\n")
        headersSeparator = bytes("headers.separator", ",")
        nullLiteral = bytes("null.literal", "null")
        keyDeserializer = try Deserializer(property: "key.deserializer", properties)
        valueDeserializer = try Deserializer(property: "value.deserializer", properties)
        headersDeserializer = try Deserializer(property: "headers.deserializer", properties)
        isPlain =
            printsValue && valueDeserializer == .bytes
            && ![
                printsTimestamp, printsPartition, printsOffset, printsDelivery, printsEpoch, printsHeaders, printsKey,
            ].contains(true)
    }

    package var needsBatch: Bool { printsTimestamp || printsEpoch }

    @inlinable @inline(__always)
    package func write(
        _ record: RecordView, _ source: RecordSource, to out: inout TextBuffer
    ) throws(FormatError) {
        guard isPlain, let value = record.value else { return try writeParts(record, source, to: &out) }
        out.append(value)
        separate(&out, lineSeparator)
    }

    @usableFromInline
    func writeParts(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) throws(FormatError) {
        if printsTimestamp {
            if record.timestamp >= 0 {
                out.append(source.batch?.timestampType == .logAppendTime ? "LogAppendTime:" : "CreateTime:")
                out.append(record.timestamp)
            } else {
                out.append("NO_TIMESTAMP")
            }
            let more =
                printsPartition || printsOffset || printsDelivery || printsEpoch || printsHeaders || printsKey
                || printsValue
            separate(&out, more ? keySeparator : lineSeparator)
        }
        if printsPartition {
            out.append("Partition:")
            out.append(Int64(source.partition))
            let more = printsOffset || printsDelivery || printsEpoch || printsHeaders || printsKey || printsValue
            separate(&out, more ? keySeparator : lineSeparator)
        }
        if printsOffset {
            out.append("Offset:")
            out.append(record.offset)
            let more = printsDelivery || printsEpoch || printsHeaders || printsKey || printsValue
            separate(&out, more ? keySeparator : lineSeparator)
        }
        if printsDelivery {
            // Only share groups count deliveries.
            out.append("Delivery:NOT_PRESENT")
            separate(&out, printsEpoch || printsHeaders || printsKey || printsValue ? keySeparator : lineSeparator)
        }
        if printsEpoch {
            out.append("Epoch:")
            if let epoch = source.batch?.partitionLeaderEpoch, epoch >= 0 {
                out.append(Int64(epoch))
            } else {
                out.append("NOT_PRESENT")
            }
            separate(&out, printsHeaders || printsKey || printsValue ? keySeparator : lineSeparator)
        }
        if printsHeaders {
            try writeHeaders(record, to: &out)
            separate(&out, printsKey || printsValue ? keySeparator : lineSeparator)
        }
        if printsKey {
            try write(record.key, keyDeserializer, to: &out)
            separate(&out, printsValue ? keySeparator : lineSeparator)
        }
        if printsValue {
            try write(record.value, valueDeserializer, to: &out)
            separate(&out, lineSeparator)
        }
    }

    private func writeHeaders(_ record: RecordView, to out: inout TextBuffer) throws(FormatError) {
        guard !record.headers.isEmpty else { return out.append("NO_HEADERS") }
        var isFirst = true
        for header in record.headers {
            if !isFirst { separate(&out, headersSeparator) }
            isFirst = false
            out.append(header.key)
            out.append(UInt8(ascii: ":"))
            try write(header.value, headersDeserializer, to: &out)
        }
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer?, _ deserializer: Deserializer, to out: inout TextBuffer
    ) throws(FormatError) {
        guard let bytes else { return separate(&out, nullLiteral) }
        try deserializer.write(bytes, to: &out)
    }

    @inlinable @inline(__always)
    func separate(_ out: inout TextBuffer, _ bytes: [UInt8]) {
        if bytes.count == 1 { return out.append(bytes[0]) }
        bytes.withUnsafeBytes { out.append($0) }
    }
}
