// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension BatchValidator {
    /// Walks the records, and brings timestamps, offsets and codec to what the topic wants.
    func inspect(_ batch: inout PendingBatch, _ inspector: BatchInspector) throws(LogError) {
        let header = batch.header
        let bytes = batch.bytes
        if origin == .client { try checked { () throws(RecordError) in try header.validateFromClient() } }
        let setsTime = config.messageTimestampType == .logAppendTime
        let requiresKeys = config.cleanupPolicy.contains(.compact) && !header.isControl
        let allowed = allowedTimestamps
        inspector.reader.maxDecompressedBytes = min(inflationLimit, maxInflatedBytes)
        let inspection = try checked { () throws(RecordError) in
            try inspector.reader.inspect(
                batch: bytes, header: header, requireKeys: requiresKeys, timestamps: setsTime ? nil : allowed)
        }
        if header.compression != Compression.none { batch.inflatedByteCount = inspection.uncompressedByteCount }
        try checkTimestampType(header, setsTime: setsTime, allowed: allowed)
        if inspection.invalidRecordCount > 0 { throw refused(inspection, header, allowed: allowed) }
        try rebuildIfNeeded(&batch, inspection, inspector)
        if setsTime {
            batch.setMaxTimestamp(now, type: .logAppendTime)
        } else {
            batch.setMaxTimestamp(inspection.maxTimestamp, type: .createTime)
        }
    }

    private var allowedTimestamps: ClosedRange<Int64> {
        let (low, underflow) = now.subtractingReportingOverflow(config.messageTimestampBeforeMaxMs)
        let (high, overflow) = now.addingReportingOverflow(config.messageTimestampAfterMaxMs)
        return (underflow ? .min : low)...(overflow ? .max : high)
    }

    /// Producers leave LogAppendTime to the broker. As in Kafka, one that sets it gets away with it where its
    /// timestamps are good under CreateTime.
    private func checkTimestampType(
        _ header: RecordBatchHeader, setsTime: Bool, allowed: ClosedRange<Int64>
    ) throws(LogError) {
        guard header.timestampType == .logAppendTime, !header.isControl else { return }
        if setsTime || header.maxTimestamp == -1 || !allowed.contains(header.maxTimestamp) {
            throw LogError(
                .invalidTimestamp, "Producer should not set timestamp type to LogAppendTime in \(topicPartition)")
        }
    }

    private func rebuildIfNeeded(
        _ batch: inout PendingBatch, _ inspection: BatchInspection, _ inspector: BatchInspector
    ) throws(LogError) {
        guard let source = batch.header.compression, !batch.header.isControl else { return }
        let target = config.compression ?? CompressionSettings(source)
        let header = batch.header
        let bytes = batch.bytes
        if !inspection.hasConsecutiveOffsets {
            batch.rebuild(
                try checked { () throws(RecordError) in
                    try inspector.reader.renumbered(bytes, header: header, target, with: &inspector.compressor)
                })
        } else if target.type != source {
            batch.rebuild(
                try checked { () throws(RecordError) in
                    try inspector.reader.recompressed(bytes, header: header, target, with: &inspector.compressor)
                })
        } else {
            return
        }
        try checkSize(batch.header.byteCount)
    }

    /// Reads which end of its transaction a control batch marks.
    func readMarker(_ batch: inout PendingBatch, _ inspector: BatchInspector) throws(LogError) {
        let header = batch.header
        let bytes = batch.bytes
        batch.marker = try checked { () throws(RecordError) in
            try inspector.reader.endTransactionMarker(in: bytes, header: header)
        }
    }
}

extension RecordBatchReader {
    /// The marker in a control batch, and its timestamp; nil in a batch of another kind, or one that was emptied.
    mutating func endTransactionMarker(
        in batch: UnsafeRawBufferPointer, header: RecordBatchHeader
    ) throws(RecordError) -> (marker: EndTransactionMarker, timestamp: Int64)? {
        var records = try records(in: batch, header: header)
        guard let record = try records.next(),
            let marker = try EndTransactionMarker(key: record.key, value: record.value)
        else { return nil }
        return (marker, record.timestamp)
    }
}
