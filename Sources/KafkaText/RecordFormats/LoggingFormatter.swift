// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// What DefaultMessageFormatter prints, and the record once more as Kafka's logger shows it.
package struct LoggingFormatter: RecordFormatter {
    let `default`: DefaultFormatter

    package var needsBatch: Bool { true }

    package func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) throws {
        try `default`.write(record, source, to: &out)
        if record.timestamp >= 0 {
            out.append(source.batch?.timestampType == .logAppendTime ? "LogAppendTime:" : "CreateTime:")
            out.append(record.timestamp)
            out.append(", ")
        }
        out.append("key:")
        if let key = record.key {
            out.append(key)
            out.append(", ")
        } else {
            out.append("null ")
        }
        out.append("value:")
        if let value = record.value { out.append(value) } else { out.append("null") }
        out.append("\n")
    }
}
