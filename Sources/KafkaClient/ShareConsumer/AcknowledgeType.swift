// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// What a member of a share group says of a record (KIP-932).
public enum AcknowledgeType: Int8, Sendable {
    /// There is no record at the offset.
    case gap = 0
    /// It is done with.
    case accept = 1
    /// Someone else may have it.
    case release = 2
    /// Nobody shall have it again.
    case reject = 3
}

/// What became of acknowledgements of one partition.
public struct AcknowledgeResult: Sendable {
    /// Where the records are.
    public var partition: TopicPartition
    /// Ascending; gaps are not among them.
    public var offsets: [Int64]
    /// Why the broker has not taken them, so that others may get the records again; nil if it has.
    public var error: ClientError?
}
