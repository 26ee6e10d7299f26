// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
package import KafkaText
import NIOCore

/// A record at offset 5 of partition 2 of topic `t`, of timestamp 1700000000000, in a batch of one.
package struct SampleRecord {
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [(String, [UInt8]?)]

    package init(key: [UInt8]? = nil, value: [UInt8]? = nil, headers: [(String, [UInt8]?)] = []) {
        self.key = key
        self.value = value
        self.headers = headers
    }

    package func printed(by formatter: any RecordFormatter) throws -> [UInt8] {
        var out = TextBuffer()
        try withView { view, header in
            try formatter.write(view, RecordSource(topic: "t", partition: 2, batch: header), to: &out)
        }
        return out.bytes
    }

    package func withView(_ body: (RecordView, RecordBatchHeader) throws -> Void) throws {
        var encoded = EncodedRecordHeaders()
        for (key, value) in headers { encoded.append(key: key, value: value) }
        var builder = RecordBatchBuilder(capacity: 1 << 16, baseOffset: 5)
        _ = encoded.withHeaders { headers in
            (key ?? []).withUnsafeBytes { key in
                (value ?? []).withUnsafeBytes { value in
                    builder.append(
                        timestamp: 1_700_000_000_000, key: self.key == nil ? nil : key,
                        value: self.value == nil ? nil : value, headers: headers)
                }
            }
        }
        var properties = RecordBatchProperties()
        properties.partitionLeaderEpoch = 3
        try builder.finish(properties).withUnsafeReadableBytes { bytes in
            let header = try RecordBatchReader.validate(bytes)
            var reader = RecordBatchReader()
            try reader.forEachRecord(in: bytes, header: header) { try body($0, header) }
        }
    }
}
