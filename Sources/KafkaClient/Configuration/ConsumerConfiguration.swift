// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// How the consumer fetches and works in a group; the defaults are Kafka's.
public struct ConsumerConfiguration: Sendable {
    public var groupID: String?
    /// Makes the member static (KIP-345).
    public var groupInstanceID: String?
    public var groupProtocol = GroupProtocol.classic
    /// The assignor on the broker, with `group.protocol=consumer`; nil leaves it to the broker.
    public var remoteAssignor: String?
    public var assignors: [AssignorName] = [.range, .cooperativeSticky]
    public var isolationLevel = IsolationLevel.readUncommitted
    public var autoOffsetReset = OffsetReset.latest
    public var enableAutoCommit = true
    public var autoCommitInterval: Duration = .seconds(5)
    /// The broker answers a fetch once it has so many bytes, or `fetchMaxWait` is over.
    public var fetchMinBytes: Int32 = 1
    public var fetchMaxWait: Duration = .milliseconds(500)
    /// Bytes of one fetch; the first batch comes whole even if larger (KIP-74).
    public var fetchMaxBytes: Int32 = 52_428_800
    public var maxPartitionFetchBytes: Int32 = 1_048_576
    /// Bytes fetched ahead of `poll`.
    public var prefetchBytes = 16_777_216
    public var sessionTimeout: Duration = .seconds(45)
    public var heartbeatInterval: Duration = .seconds(3)
    public var maxPollInterval: Duration = .seconds(300)
    public var allowAutoCreateTopics = true
    public var checkCRCs = true
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

public enum GroupProtocol: String, Sendable, CaseIterable { case classic, consumer }

/// Where to start without a committed offset, or when it is out of range.
public enum OffsetReset: Sendable, Hashable {
    case earliest, latest
    /// An error instead.
    case none
    /// So long before now (KIP-1106).
    case byDuration(Duration)
}
