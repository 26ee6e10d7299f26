// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// Where reading a partition begins.
public enum StartPosition: Sendable, Hashable {
    /// Where the partition begins.
    case earliest
    /// Where it ends when the consumer asks.
    case latest
    /// At this offset; out of range, `auto.offset.reset` decides.
    case offset(Int64)
    /// The first record that is not older; milliseconds since 1970. The end if there is none.
    case timestamp(Int64)
    /// So many offsets before the end, or the beginning.
    case fromEnd(Int64)
    /// What the group has committed, else where `auto.offset.reset` says.
    case committed
}

/// Called when partitions come and go in a group; `poll` waits for it.
public struct RebalanceListener: Sendable {
    /// Partitions have come; their records follow.
    public var assigned: @Sendable ([TopicPartition]) async -> Void
    /// Still owned during the call: the last moment to commit.
    public var revoked: @Sendable ([TopicPartition]) async -> Void
    /// Gone already, to another member perhaps.
    public var lost: @Sendable ([TopicPartition]) async -> Void

    public init(
        assigned: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in },
        revoked: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in },
        lost: (@Sendable ([TopicPartition]) async -> Void)? = nil
    ) {
        self.assigned = assigned
        self.revoked = revoked
        self.lost = lost ?? revoked
    }
}
