// SPDX-License-Identifier: Apache-2.0

/// What became of one batch.
public struct DeliveryReport: Sendable {
    /// The topic's name.
    public var topic: String
    /// The partition's index.
    public var partition: Int32
    /// Which of the producer's records these are.
    public var records: RecordNumbers
    /// How many records the batch has.
    public var recordCount: Int
    /// Bytes of the batch before compression.
    public var byteCount: Int
    /// The offset of the first record; -1 if the broker did not say (acks=0, or it had the records already).
    public var baseOffset: Int64
    /// Milliseconds since 1970 if the topic has LogAppendTime, else -1.
    public var logAppendTime: Int64
    /// From the batch's first record to the answer.
    public var latency: Duration
    /// Nil for delivered records.
    public var error: ClientError?
}

/// What a producer has done so far.
public struct ProducerStatistics: Sendable, Hashable {
    /// Records that it has taken.
    public var recordsAppended: UInt64 = 0
    /// Records that brokers have acknowledged.
    public var recordsDelivered: UInt64 = 0
    /// Records that were given up.
    public var recordsFailed: UInt64 = 0
    /// Bytes of batches before compression.
    public var bytesDelivered: UInt64 = 0
    /// Bytes that wait or are on their way.
    public var bytesBuffered = 0
    /// Batches that brokers have acknowledged.
    public var batchesDelivered: UInt64 = 0
    /// Produce requests, each with batches for one broker.
    public var requestsSent: UInt64 = 0
    /// Batches that were sent again.
    public var retries: UInt64 = 0
}
