// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaQuery
import KafkaText
import NIOCore

/// Writes the wanted ones of the records of one partition.
struct RecordWriter: ~Copyable {
    private let output: RecordOutput
    private var source: RecordSource
    private var batches: BatchFinder
    private var runner: QueryRunner
    private let isSelective: Bool

    init(_ output: RecordOutput, _ source: RecordSource, _ buffer: ByteBuffer) {
        self.output = output
        self.source = source
        batches = BatchFinder(needed: output.columns == nil && output.formatter.needsBatch, buffer)
        runner = QueryRunner(output.query)
        isSelective = !output.query.isEmpty
        if isSelective { runner.begin(topic: source.topic) }
    }

    /// Whether the record was written.
    mutating func write(_ record: RecordView, to out: inout TextBuffer) throws -> Bool {
        if isSelective, !runner.matches(record, partition: source.partition) { return false }
        if let columns = output.columns {
            runner.writeColumns(columns, to: &out)
        } else {
            source.batch = batches.batch(of: record.offset)
            try output.formatter.write(record, source, to: &out)
        }
        return true
    }
}
