// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// What a consumer knows of its group.
struct GroupState {
    enum Subscription {
        case none
        case topics([String])
        case pattern(@Sendable (String) -> Bool)
    }

    enum Polling {
        /// Who waits in `poll` polls.
        case underway
        case over(since: ContinuousClock.Instant)
    }

    /// What automatic commits have done.
    struct Commits {
        /// So that nothing is committed twice.
        var offsets: [TopicPartition: Int64] = [:]
        var next: ContinuousClock.Instant
        /// The one that is on its way.
        var underway: Task<Result<Void, ClientError>, Never>?
    }

    /// What is known of the topics that the members want.
    struct Topics {
        /// Those that the coordinator was told.
        var told: Set<String> = []
        /// Of all members, with their sizes when this one, as the leader, shared them out; nil if another did.
        var shared: [String: Int32]?
        var lookedAt = ContinuousClock.now
        var isLooking = false
    }

    let id: String
    let isCooperative: Bool
    var membership: any GroupMembership
    var subscription = Subscription.none
    var listener: RebalanceListener?
    /// What the last rebalance brought, which the sticky assignor tries to bring again.
    var previous: [TopicPartition] = []
    var polling = Polling.over(since: .now)
    /// Heartbeats in a row whose answers changed nothing.
    var quietHeartbeats = 0
    var heartbeat: Scheduled<Void>?
    var commits: Commits
    var topics = Topics()

    init(_ id: String, _ configuration: ConsumerConfiguration, retryBackoff: Duration) {
        self.id = id
        // Members agree on one way of rebalancing: the cautious one only if every assignor that they offer has it.
        isCooperative = configuration.assignors.allSatisfy(\.isCooperative)
        commits = Commits(next: .now + configuration.autoCommitInterval)
        let isStatic = configuration.groupInstanceID != nil
        membership =
            switch configuration.groupProtocol {
            case .classic:
                ClassicMembership(
                    isCooperative: isCooperative, isStatic: isStatic,
                    heartbeatInterval: configuration.heartbeatInterval, sessionTimeout: configuration.sessionTimeout)
            case .consumer:
                ConsumerMembership(
                    isStatic: isStatic, heartbeatInterval: configuration.heartbeatInterval,
                    sessionTimeout: configuration.sessionTimeout, retryPause: max(retryBackoff, .milliseconds(100)))
            }
    }
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
