// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A record as an object of JSON a line, with all that it has, so that console-producer makes the same record of it.
package struct EnvelopeFormatter: RecordFormatter {
    package init() {}

    package var needsBatch: Bool { false }

    package func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) {
        out.append("{\"topic\":")
        out.append(json: source.topic)
        out.append(",\"partition\":")
        out.append(Int64(source.partition))
        out.append(",\"offset\":")
        out.append(record.offset)
        out.append(",\"timestamp\":")
        out.append(record.timestamp)
        out.append(",\"key")
        Self.write(record.key, to: &out)
        out.append(",\"headers\":[")
        if !record.headers.isEmpty { Self.write(record.headers, to: &out) }
        out.append("],\"value")
        Self.write(record.value, to: &out)
        out.append("}\n")
    }

    private static func write(_ headers: RecordHeaders, to out: inout TextBuffer) {
        var isFirst = true
        for header in headers {
            out.append(isFirst ? "{\"key" : ",{\"key")
            isFirst = false
            write(header.key, to: &out)
            out.append(",\"value")
            write(header.value, to: &out)
            out.append("}")
        }
    }

    /// The end of a member's name, and its value: `":"text"`, `_base64":"dGV4dA=="` for what is no UTF-8, or `":null`.
    private static func write(_ bytes: UnsafeRawBufferPointer?, to out: inout TextBuffer) {
        guard let bytes else { return out.append("\":null") }
        if UTF8Bytes.areValid(bytes) {
            out.append("\":")
            out.append(json: bytes)
        } else {
            out.append("_base64\":")
            out.append(base64: bytes)
        }
    }
}
