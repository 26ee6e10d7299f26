// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// Writes a record for people or for programs.
package protocol RecordFormatter: Sendable {
    /// Whether `RecordSource.batch` must be known: finding it costs a walk over the batch headers.
    var needsBatch: Bool { get }
    func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) throws
}

/// Where a record comes from.
package struct RecordSource: Sendable {
    package var topic: String
    package var partition: Int32
    /// Header of the batch that the record is in; nil when no formatter asked for it.
    package var batch: RecordBatchHeader?

    package init(topic: String, partition: Int32, batch: RecordBatchHeader? = nil) {
        self.topic = topic
        self.partition = partition
        self.batch = batch
    }
}

/// Prints nothing: for measuring, and for skipping records.
package struct NoOpFormatter: RecordFormatter {
    package var needsBatch: Bool { false }
    package func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) {}
}

package enum RecordFormatters {
    /// The formatter that Kafka's tool knows by a class name; the package does not matter.
    package static func named(_ name: String, _ properties: Properties) throws(FormatError) -> any RecordFormatter {
        let last = String(name.split(separator: ".").last ?? "")
        switch last {
        case "DefaultMessageFormatter", "default": return try DefaultFormatter(properties)
        case "LoggingMessageFormatter": return LoggingFormatter(default: try DefaultFormatter(properties))
        case "NoOpMessageFormatter": return NoOpFormatter()
        case "OffsetsMessageFormatter": return CoordinatorFormatter(kind: .offsets)
        case "GroupMetadataMessageFormatter": return CoordinatorFormatter(kind: .groups)
        case "TransactionLogMessageFormatter": return CoordinatorFormatter(kind: .transactions)
        default:
            let hint = closest(to: last, among: names).map { "; did you mean \($0)?" } ?? ""
            throw FormatError("There is no formatter '\(name)'\(hint)")
        }
    }

    package static let names = [
        "DefaultMessageFormatter", "LoggingMessageFormatter", "NoOpMessageFormatter", "OffsetsMessageFormatter",
        "GroupMetadataMessageFormatter", "TransactionLogMessageFormatter",
    ]
}
