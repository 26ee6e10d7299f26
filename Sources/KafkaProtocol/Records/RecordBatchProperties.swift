// SPDX-License-Identifier: Apache-2.0

/// What a batch's header says besides what its records tell.
public struct RecordBatchProperties: Sendable, Hashable {
    /// -1 without idempotence.
    public var producerID: Int64 = -1
    /// Rises when another producer takes over the id; -1 without idempotence.
    public var producerEpoch: Int16 = -1
    /// The sequence number of the first record; -1 without idempotence.
    public var baseSequence: Int32 = -1
    /// Whether the records are part of a transaction.
    public var isTransactional = false
    /// Whether these are control records, which consumers don't show.
    public var isControl = false
    /// -1 from producers; the broker fills it in.
    public var partitionLeaderEpoch: Int32 = -1
    /// Milliseconds since 1970 for all records in place of their own timestamps; nil keeps those (CreateTime).
    public var logAppendTime: Int64?
    /// The last offset less the base offset, where records that are gone had the last ones; nil: the last record's.
    public var lastOffsetDelta: Int32?

    public init() {}

    /// Those of a producer without idempotence, with what `configure` changes.
    public init(_ configure: (inout RecordBatchProperties) -> Void) {
        configure(&self)
    }

    /// Those of another batch, to build it anew.
    public init(of header: RecordBatchHeader) {
        producerID = header.producerID
        producerEpoch = header.producerEpoch
        baseSequence = header.baseSequence
        isTransactional = header.isTransactional
        isControl = header.isControl
        partitionLeaderEpoch = header.partitionLeaderEpoch
        logAppendTime = header.timestampType == .logAppendTime ? header.maxTimestamp : nil
        lastOffsetDelta = header.lastOffsetDelta
    }
}
