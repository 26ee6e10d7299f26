// SPDX-License-Identifier: Apache-2.0

/// What a walk over a batch's records found (Kafka: `LogValidator`).
public struct BatchInspection: Sendable, Hashable {
    /// A record that its topic does not take.
    public struct InvalidRecord: Sendable, Hashable {
        /// Why a topic does not take a record.
        public enum Reason: Sendable, Hashable {
            /// In a compacted topic.
            case missingKey
            /// Too far from the broker's time (`message.timestamp.before.max.ms` and its counterpart); milliseconds
            /// since 1970.
            case timestampOutOfRange(Int64)
        }

        /// Counted from 0 within the batch.
        public var index: Int32
        /// What is wrong with it.
        public var reason: Reason
    }

    /// The greatest timestamp of a record, -1 if none has one; that of the header under LogAppendTime.
    public internal(set) var maxTimestamp: Int64 = -1
    /// The offset of the first record with that timestamp; the last offset under LogAppendTime; -1 if none has one.
    public internal(set) var offsetOfMaxTimestamp: Int64 = -1
    /// What the header has to say instead, nil if it is right.
    public internal(set) var correctedMaxTimestamp: Int64?
    /// Whether the records' offsets count up by one from the base offset to the last. Kafka builds compressed
    /// batches anew where they do not; see `RecordBatchReader.renumbered`.
    public internal(set) var hasConsecutiveOffsets = true
    /// Bytes of all records, decompressed.
    public internal(set) var uncompressedByteCount = 0
    /// The first 1,000 at most.
    public internal(set) var invalidRecords: [InvalidRecord] = []
    /// How many there are, also beyond the first 1,000.
    public internal(set) var invalidRecordCount = 0

    mutating func note(_ reason: InvalidRecord.Reason, at index: Int32) {
        invalidRecordCount += 1
        if invalidRecords.count < 1000 { invalidRecords.append(InvalidRecord(index: index, reason: reason)) }
    }
}

extension BatchInspection.InvalidRecord: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .missingKey: "Compacted topic cannot accept message without key"
        case .timestampOutOfRange(let timestamp): "Timestamp \(timestamp) of message is out of range"
        }
    }
}
