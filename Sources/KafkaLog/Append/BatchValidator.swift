// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Checks batches before they get offsets, without the log's lock (Kafka: `UnifiedLog.analyzeAndValidateRecords` and
/// `LogValidator`).
struct BatchValidator {
    let topicPartition: TopicPartition
    let config: LogConfig
    let origin: AppendOrigin
    let leaderEpoch: Int32
    let now: Int64
    /// Bytes of decompressed records beyond which nothing is done; what is right there may be wrong for the caller.
    var inflationLimit = Int.max

    /// What the records of a batch may take when decompressed: as much as a request may have that is not compressed
    /// (`socket.request.max.bytes` by default), since that is what a producer would have had to send otherwise.
    var maxInflatedBytes: Int { max(100 << 20, config.maxMessageBytes) }

    /// The batches in `bytes`, an incomplete last one left out, ready to be written.
    func validate(_ bytes: UnsafeRawBufferPointer, _ inspector: BatchInspector) throws(LogError) -> [PendingBatch] {
        var batches: [PendingBatch] = []
        var sequence = RecordBatchSequence(bytes)
        var lastOffset: Int64 = -1
        while let (header, batchBytes) = try checked({ () throws(RecordError) in try sequence.next() }) {
            batches.append(PendingBatch(header: header, bytes: batchBytes))
        }
        if origin == .client, batches.count != 1 {
            throw LogError(
                .invalidRecord,
                "Produce requests must have exactly one batch for \(topicPartition), not \(batches.count)")
        }
        for index in batches.indices {
            let header = batches[index].header
            try checkHeader(header)
            try checkChecksum(batches[index])
            if origin.assignsOffsets {
                try inspect(&batches[index], inspector)
            } else {
                guard header.baseOffset > lastOffset, header.lastOffset >= header.baseOffset else {
                    throw LogError(.invalidRecord, "Out of order offsets found in append to \(topicPartition)")
                }
                lastOffset = header.lastOffset
            }
            if header.isControl, header.hasProducerID { try readMarker(&batches[index], inspector) }
        }
        return batches
    }

    private func checkHeader(_ header: RecordBatchHeader) throws(LogError) {
        if origin == .raftLeader, header.partitionLeaderEpoch != leaderEpoch {
            throw LogError(.invalidRecord, "Append from Raft leader did not set the batch epoch correctly")
        }
        if origin == .client, header.baseOffset != 0 {
            throw LogError(
                .invalidRecord,
                "The baseOffset of the record batch in the append to \(topicPartition) should be 0, "
                    + "but it is \(header.baseOffset)")
        }
        if origin != .replication { try checkSize(header.byteCount) }
    }

    func checkSize(_ byteCount: Int) throws(LogError) {
        if byteCount > config.maxMessageBytes {
            throw LogError(
                .messageTooLarge,
                "The record batch size in the append to \(topicPartition) is \(byteCount) bytes "
                    + "which exceeds the maximum configured value of \(config.maxMessageBytes).")
        }
    }

    private func checkChecksum(_ batch: PendingBatch) throws(LogError) {
        _ = try checked { () throws(RecordError) in try RecordBatchReader.validate(batch.bytes) }
    }

    /// Turns what is wrong with the bytes into what the client is told.
    func checked<Result>(_ body: () throws(RecordError) -> Result) throws(LogError) -> Result {
        do throws(RecordError) {
            return try body()
        } catch {
            throw refused(error)
        }
    }
}
