// SPDX-License-Identifier: Apache-2.0

/// Where a record has been stored.
public struct RecordMetadata: Sendable, Hashable {
    /// The topic that it was sent to.
    public let topic: String
    /// The partition that was given, or chosen by the key, or in turn.
    public let partition: Int32
    /// Its place in the partition, from 0; nil if the broker does not say: with `acks=0`, or where it had the record
    /// already, from an attempt whose answer got lost.
    public let offset: Int64?
    /// Milliseconds since 1970 at which the broker stored it, if the topic's `message.timestamp.type` is LogAppendTime.
    public let logAppendTime: Int64?
}
