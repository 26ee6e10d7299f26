// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// A record as the page gets it: an object of JSON in which long values are cut.
struct RecordLine: Sendable {
    /// Bytes that are shown of a key or value; `full` of them says how to get all.
    static let shownBytes = 64 << 10
    static let shownHeaderBytes = 4 << 10
    static let shownHeaders = 100

    var partition: Int32
    var offset: Int64
    /// Milliseconds since 1970; -1 for none.
    var timestamp: Int64
    /// An object of JSON, without a line's end.
    var json: [UInt8]

    init(_ record: RecordView, _ partition: Int32, _ header: RecordBatchHeader) {
        self.partition = partition
        offset = record.offset
        timestamp = record.timestamp
        var out = TextBuffer(capacity: 512)
        out.append("{\"partition\":")
        out.append(Int64(partition))
        out.append(",\"offset\":")
        out.append(record.offset)
        out.append(",\"timestamp\":")
        out.append(record.timestamp)
        if header.timestampType == .logAppendTime { out.append(",\"logAppendTime\":true") }
        if header.isTransactional { out.append(",\"transactional\":true") }
        out.append(",\"size\":")
        out.append(Int64(record.sizeInBytes))
        out.append(",\"key\":")
        Self.write(record.key, Self.shownBytes, to: &out)
        out.append(",\"value\":")
        Self.write(record.value, Self.shownBytes, to: &out)
        out.append(",\"headers\":[")
        for (index, header) in record.headers.prefix(Self.shownHeaders).enumerated() {
            out.append(index == 0 ? "{\"key\":" : ",{\"key\":")
            Self.write(header.key, Self.shownHeaderBytes, to: &out)
            out.append(",\"value\":")
            Self.write(header.value, Self.shownHeaderBytes, to: &out)
            out.append("}")
        }
        out.append("]")
        if record.headers.count > Self.shownHeaders {
            out.append(",\"headerCount\":")
            out.append(Int64(record.headers.count))
        }
        out.append("}")
        json = out.bytes
    }

    /// `null`, `{"size":5,"text":"12345"}`, or `{"size":1,"base64":"/w=="}`; what is longer than `limit` is its beginning.
    private static func write(_ bytes: UnsafeRawBufferPointer?, _ limit: Int, to out: inout TextBuffer) {
        guard let bytes else { return out.append("null") }
        out.append("{\"size\":")
        out.append(Int64(bytes.count))
        var shown = bytes.part(0..<min(limit, bytes.count))
        if bytes.count > limit {
            // Not within a character.
            var cut = limit
            while cut > limit - 4, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
            if UTF8Bytes.areValid(bytes.part(0..<cut)) { shown = bytes.part(0..<cut) }
        }
        if UTF8Bytes.areValid(shown) {
            out.append(",\"text\":")
            out.append(json: shown)
        } else {
            out.append(",\"base64\":")
            out.append(base64: shown)
        }
        out.append("}")
    }
}
