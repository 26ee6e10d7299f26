// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Writes a record for people or for programs.
protocol RecordFormatter: Sendable {
    /// Whether `RecordSource.batch` must be known: finding it costs a walk over the batch headers.
    var needsBatch: Bool { get }
    func write(_ record: RecordView, _ source: RecordSource, to out: inout Output.Buffer) throws
}

/// Where a record comes from.
struct RecordSource: Sendable {
    var topic: String
    var partition: Int32
    /// Header of the batch that the record is in; nil when no formatter asked for it.
    var batch: RecordBatchHeader?
}

/// Prints nothing: for measuring, and for skipping records.
struct NoOpFormatter: RecordFormatter {
    var needsBatch: Bool { false }
    func write(_ record: RecordView, _ source: RecordSource, to out: inout Output.Buffer) {}
}

enum RecordFormatters {
    /// The formatter that Kafka's tool knows by a class name; the package does not matter.
    static func named(_ name: String, _ properties: Properties) throws -> any RecordFormatter {
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
            throw CommandError("There is no formatter '\(name)'\(hint)")
        }
    }

    static let names = [
        "DefaultMessageFormatter", "LoggingMessageFormatter", "NoOpMessageFormatter", "OffsetsMessageFormatter",
        "GroupMetadataMessageFormatter", "TransactionLogMessageFormatter",
    ]
}
