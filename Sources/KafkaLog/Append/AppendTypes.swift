// SPDX-License-Identifier: Apache-2.0

/// Who appends; it decides what is checked and what is assigned.
public enum AppendOrigin: Sendable, Hashable {
    /// A produce request: exactly one batch, all checks; offsets and leader epoch are assigned.
    case client
    /// A coordinator of this broker: any number of batches, control batches too; offsets and leader epoch are assigned.
    case coordinator
    /// The metadata log: batches have their offsets, and their epoch is the leader's.
    case raftLeader
    /// A copy of another log: batches have offsets and epochs, and are stored as they are.
    case replication

    var assignsOffsets: Bool { self == .client || self == .coordinator }
}

/// Where the appended records are.
public struct AppendResult: Sendable, Equatable {
    /// The offset that the first record got.
    public var baseOffset: Int64
    /// The offset that the last record got.
    public var lastOffset: Int64
    /// Milliseconds since 1970; -1 under CreateTime.
    public var logAppendTime: Int64
    /// Where the partition began at that moment.
    public var logStartOffset: Int64
    /// The batch had arrived before: nothing was written, and the offsets are those it got then.
    public var isDuplicate = false
    /// Bytes that decompressing the records for their check made.
    public var inflatedByteCount = 0
    /// A new segment began: `PartitionLog.flushRolledSegments` is due, on a thread that may block.
    public var rolled = false
    /// flush.messages is reached: `PartitionLog.flush` is due before the append is acknowledged.
    public var mustFlush = false
}
