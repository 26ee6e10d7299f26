// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// How the consumer fetches and works in a group; the defaults are Kafka's.
public struct ConsumerConfiguration: Sendable {
    /// The group to be a member of, or to keep offsets for; nil for none.
    public var groupID: String?
    /// Makes the member static (KIP-345).
    public var groupInstanceID: String?
    /// Who shares out the partitions.
    public var groupProtocol = GroupProtocol.classic
    /// The assignor on the broker, with `group.protocol=consumer`; nil leaves it to the broker.
    public var remoteAssignor: String?
    /// Those that the member knows, for the classic protocol; the group takes one that all know.
    public var assignors: [AssignorName] = [.range, .cooperativeSticky]
    /// Whether records of open and aborted transactions are read.
    public var isolationLevel = IsolationLevel.readUncommitted
    /// Where to start without a committed offset, or when it is out of range.
    public var autoOffsetReset = OffsetReset.latest
    /// Whether what is done with is committed without being asked for.
    public var enableAutoCommit = true
    /// How often that happens.
    public var autoCommitInterval: Duration = .seconds(5)
    /// The broker answers a fetch once it has so many bytes, or `fetchMaxWait` is over.
    public var fetchMinBytes: Int32 = 1
    /// How long a broker may gather records until there are `fetchMinBytes`.
    public var fetchMaxWait: Duration = .milliseconds(500)
    /// Bytes of one fetch; the first batch comes whole even if larger (KIP-74).
    public var fetchMaxBytes: Int32 = 52_428_800
    /// Bytes of one partition in a fetch; the first batch comes whole even if larger (KIP-74).
    public var maxPartitionFetchBytes: Int32 = 1_048_576
    /// Bytes fetched ahead of `poll`.
    public var prefetchBytes = 16_777_216
    /// How long the coordinator may hear nothing of a member before it takes it for dead; classic protocol alone.
    public var sessionTimeout: Duration = .seconds(45)
    /// How often a member tells that it is alive; less than `sessionTimeout`; classic protocol alone.
    public var heartbeatInterval: Duration = .seconds(3)
    /// How long a member may take from poll to poll before its partitions go to others.
    public var maxPollInterval: Duration = .seconds(300)
    /// Whether reading a topic that does not exist lets a broker create it, if the broker does that.
    public var allowAutoCreateTopics = true
    /// Whether the checksum of each batch is looked at.
    public var checkCRCs = true
    /// Whether a pattern leaves out Kafka's own topics.
    public var excludeInternalTopics = true

    /// Kafka's defaults.
    public init() {}

    /// Checks what depends on several properties.
    func validate() throws(ClientError) {
        guard let groupID else { return }
        guard !groupID.isEmpty else { throw ClientError(.configuration, "group.id must not be empty") }
        guard heartbeatInterval < sessionTimeout else {
            throw ClientError(
                .configuration, "Heartbeat must be set lower than the session timeout (heartbeat.interval.ms)")
        }
    }
}

/// Who shares out a group's partitions: one of its members, or the coordinator (KIP-848).
public enum GroupProtocol: String, Sendable, CaseIterable { case classic, consumer }

/// Where to start without a committed offset, or when it is out of range.
public enum OffsetReset: Sendable, Hashable {
    /// Where the partition begins, or ends.
    case earliest, latest
    /// An error instead.
    case none
    /// So long before now (KIP-1106).
    case byDuration(Duration)
}
