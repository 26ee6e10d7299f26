// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// What a consumer knows of its membership in a group.
struct GroupState {
    enum Subscription {
        case none
        case topics([String])
        case pattern(@Sendable (String) -> Bool)
    }

    enum Membership: Equatable {
        /// Has to join before anything else.
        case outside
        /// The join is on its way, in a task.
        case joining
        /// Has joined; what it got waits for the next poll.
        case joined(JoinedGroup)
        case stable
    }

    let id: String
    let isCooperative: Bool
    var subscription = Subscription.none
    var listener: RebalanceListener?
    /// Empty until the coordinator gives one.
    var memberID = ""
    var generation: Int32 = -1
    var membership = Membership.outside
    /// Another rebalance is needed as soon as poll is called.
    var mustRejoin = false
    /// The partitions have gone to others already, so that nothing can be committed for them.
    var hasLostPartitions = false
    /// What the last rebalance brought, which the sticky assignor tries to bring again.
    var previous: [TopicPartition] = []
    var isLeader = false
    /// The topics of all members with their sizes when partitions were shared out, for the leader to see changes.
    var assignedCounts: [String: Int32] = [:]
    var lastPoll = ContinuousClock.now
    /// Who waits in `poll` polls.
    var isPolling = false
    var lastHeartbeat = ContinuousClock.now
    var heartbeat: Scheduled<Void>?
    /// What automatic commits have committed, so that nothing is committed twice.
    var committed: [TopicPartition: Int64] = [:]
    var nextAutoCommit: ContinuousClock.Instant
    /// The automatic commit that is on its way.
    var committing: Task<Result<Void, ClientError>, Never>?
    var lastMetadata = ContinuousClock.now
    var isWatching = false
    /// The topics that the coordinator was told.
    var toldTopics: Set<String> = []
    /// With `group.protocol=consumer` the coordinator says how often.
    var heartbeatInterval: Duration

    // MARK: With group.protocol=consumer, where `generation` is the member's epoch

    /// What the coordinator assigns, until poll has taken it.
    var target: [TopicPartition]?
    /// Whether the coordinator is to be told what this member has.
    var mustReportOwned = false
    var isBeating = false
    /// Grows while the coordinator takes back what it has just given.
    var fencedBackoff = Backoff(.milliseconds(100), .seconds(5))

    init(_ id: String, _ configuration: ConsumerConfiguration) {
        self.id = id
        // Members agree on one way of rebalancing: the cautious one only if every assignor that they offer has it.
        isCooperative = configuration.assignors.allSatisfy(\.isCooperative)
        nextAutoCommit = .now + configuration.autoCommitInterval
        heartbeatInterval = configuration.heartbeatInterval
    }
}

/// The outcome of a rebalance for one member.
struct JoinedGroup: Sendable, Hashable {
    var generation: Int32
    var partitions: [TopicPartition]
}

/// The identity of a member, as transactions need it to commit offsets (KIP-447).
public struct ConsumerGroupMetadata: Sendable, Hashable {
    /// The group's name.
    public var groupID: String
    /// Or the member's epoch; -1 outside of the group, where nothing is checked.
    public var generationID: Int32
    /// Empty outside of the group.
    public var memberID: String
    /// The name of a static member (KIP-345); nil for others.
    public var groupInstanceID: String?

    /// The defaults are those of a group that only keeps offsets.
    public init(groupID: String, generationID: Int32 = -1, memberID: String = "", groupInstanceID: String? = nil) {
        self.groupID = groupID
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
    }
}
