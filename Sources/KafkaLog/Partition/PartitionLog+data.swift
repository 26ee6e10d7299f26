// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension PartitionLog {
    /// Appends the batches in `bytes`; readers see them once the call returns. After an error nothing was appended.
    ///
    /// - Parameters:
    ///   - bytes: whole batches, one behind the other.
    ///   - origin: who wrote them, which decides what is checked.
    ///   - leaderEpoch: written into each batch.
    ///   - now: milliseconds since 1970, for `LogAppendTime` and the limits of timestamps.
    ///   - verification: that the transaction of the batches is under way (KIP-890); nil where nothing is to be verified.
    ///   - inflationLimit: bytes that decompressing the records may make; for an event loop, which is to do what takes
    ///     long elsewhere.
    /// - Throws: Kafka's code for batches that are refused; `.kafkaStorageError` when they can't be written;
    ///   `.operationNotAttempted` beyond `inflationLimit`.
    public func append(
        _ bytes: UnsafeRawBufferPointer, origin: AppendOrigin = .client, leaderEpoch: Int32, now: Int64,
        verification: VerificationGuard? = nil, inflationLimit: Int = .max
    ) throws(LogError) -> AppendResult {
        let validator = BatchValidator(
            topicPartition: topicPartition, config: config, origin: origin, leaderEpoch: leaderEpoch, now: now,
            inflationLimit: inflationLimit)
        let inspector = BatchInspector.borrow()
        defer { BatchInspector.giveBack(inspector) }
        var batches = try validator.validate(bytes, inspector)
        var result = try changing { (state) throws(LogError) in
            try state.append(
                &batches, origin: origin, leaderEpoch: leaderEpoch, now: now, verification: verification)
        }
        result.inflatedByteCount = batches.reduce(0) { $0 + $1.inflatedByteCount }
        return result
    }

    /// Appends the batches in the readable bytes of `buffer`, without copying them.
    public func append(
        _ buffer: ByteBuffer, origin: AppendOrigin = .client, leaderEpoch: Int32, now: Int64,
        verification: VerificationGuard? = nil, inflationLimit: Int = .max
    ) throws(LogError) -> AppendResult {
        // Typed errors don't come through the closure.
        let result: Result<AppendResult, LogError> = buffer.withUnsafeReadableBytes { bytes in
            do throws(LogError) {
                return .success(
                    try append(
                        bytes, origin: origin, leaderEpoch: leaderEpoch, now: now, verification: verification,
                        inflationLimit: inflationLimit))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The batches from the one that holds `offset` on, from one segment at most.
    ///
    /// The slice ends wherever `maxBytes` says, perhaps inside a batch. The first batch comes whole or, where it alone
    /// is larger than `maxBytes`, not at all, unless `minOneBatch`. At the bound of `isolation` or beyond, the slice
    /// is empty; below the log start and beyond the log end it is an `.offsetOutOfRange`.
    public func read(
        from offset: Int64, maxBytes: Int, minOneBatch: Bool = true, isolation: Isolation = .readUncommitted
    ) throws(LogError) -> LogReadResult {
        try reading { (state) throws(LogError) in
            try state.read(from: offset, maxBytes: maxBytes, minOneBatch: minOneBatch, isolation: isolation)
        }
    }

    /// What ListOffsets answers; nil when no record fits, or the one that does lies beyond the bound of `isolation`.
    public func offset(
        for spec: OffsetSpec, isolation: Isolation = .readUncommitted
    ) throws(LogError) -> TimestampAndOffset? {
        try reading { (state) throws(LogError) in try state.offset(for: spec, isolation: isolation) }
    }
}
