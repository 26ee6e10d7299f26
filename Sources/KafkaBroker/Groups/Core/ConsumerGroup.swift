// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A group whose partitions the coordinator assigns (KIP-848): members only send heartbeats.
///
/// Two numbers move it: the group epoch grows whenever members, subscriptions or topics change; for each a target
/// assignment is computed, and every member is brought to it in its own time, giving partitions up before others get
/// them. All of that is in records, and the state is what applying them yields.
struct ConsumerGroup: Sendable {
    enum State: String, Sendable, CaseIterable {
        case empty = "Empty"
        /// The target assignment is of an earlier epoch.
        case assigning = "Assigning"
        /// Not all members have what they are to have.
        case reconciling = "Reconciling"
        case stable = "Stable"
    }

    /// The topics that a regular expression stands for.
    struct ResolvedExpression: Sendable, Equatable {
        var topics: Set<String>
        /// Of the metadata that it was resolved with.
        var version: Int64
        /// Milliseconds since 1970.
        var timestamp: Int64
    }

    let groupID: String
    var epoch: Int32 = 0
    /// The subscribed topics that exist, as of this epoch, by name.
    var topics: [String: TopicFacts] = [:]
    /// The group epoch that the targets are for.
    var targetEpoch: Int32 = 0
    var targets: [String: Assignment] = [:]
    var members: [String: Member] = [:]
    var expressions: [String: ResolvedExpression] = [:]
    /// When to look whether the subscribed topics have changed, in milliseconds since 1970; not recorded.
    var refreshDeadline: Int64 = 0

    init(groupID: String) { self.groupID = groupID }
}

extension ConsumerGroup {
    /// How long the facts about subscribed topics hold, unless a change is announced.
    static let refreshIntervalMs: Int64 = 5 * 60_000

    var state: State {
        if members.isEmpty { return .empty }
        if epoch > targetEpoch { return .assigning }
        return members.values.allSatisfy { $0.isReconciled(to: targetEpoch) } ? .stable : .reconciling
    }

    /// In the order of their ids, so that records and answers don't depend on hashing.
    var sortedMembers: [Member] { members.values.sorted { $0.memberID < $1.memberID } }

    func staticMember(_ instanceID: String) -> Member? { members.values.first { $0.instanceID == instanceID } }

    /// The topics that a member reads, by name; they may not exist.
    func subscription(of member: Member) -> Set<String> {
        guard let resolved = expressions[member.topicRegex], !member.topicRegex.isEmpty else {
            return member.topicNames
        }
        return member.topicNames.union(resolved.topics)
    }

    var subscribedNames: Set<String> {
        members.values.reduce(into: []) { $0.formUnion(subscription(of: $1)) }
    }

    /// The regular expressions that members use.
    var usedExpressions: Set<String> { Set(members.values.map(\.topicRegex).filter { !$0.isEmpty }) }

    /// The partitions that members own or have yet to give up; nobody else can have them.
    var ownedPartitions: Assignment {
        members.values.reduce(into: [:]) { owned, member in
            owned.merge(member.assigned) { $0.union($1) }
            owned.merge(member.pendingRevocation) { $0.union($1) }
        }
    }

    /// The assignor that most members ask for; the first name wins a draw.
    func preferredAssignor(_ standard: String) -> String {
        var votes: [String: Int] = [:]
        for member in members.values { if let name = member.serverAssignor { votes[name, default: 0] += 1 } }
        return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? standard
    }
}

// MARK: Members

extension ConsumerGroup {
    enum MemberState: Int8, Sendable {
        /// The member has its target of its epoch.
        case stable = 0
        /// It has yet to give partitions up.
        case unrevokedPartitions = 1
        /// It waits for partitions that others have yet to give up.
        case unreleasedPartitions = 2
        /// Of a later version of Kafka.
        case unknown = 127
    }

    struct Member: Sendable, Equatable {
        let memberID: String
        var instanceID: String?
        var rackID: String?
        var clientID = ""
        var clientHost = ""
        var topicNames: Set<String> = []
        /// Empty if the member uses none.
        var topicRegex = ""
        var rebalanceTimeoutMs: Int32 = -1
        var serverAssignor: String?
        /// Of a member that uses the classic protocol in the midst of a migration.
        var classic: ConsumerGroupMemberMetadataValue.ClassicMemberMetadata?

        /// -2 while a static member is away.
        var epoch: Int32 = 0
        var previousEpoch: Int32 = -1
        var state = MemberState.stable
        var assigned: Assignment = [:]
        var pendingRevocation: Assignment = [:]

        init(_ memberID: String) { self.memberID = memberID }

        /// The same member under another id, which has yet to be told its epoch.
        init(_ member: Member, renamed memberID: String) {
            self.memberID = memberID
            (instanceID, rackID, clientID, clientHost) =
                (member.instanceID, member.rackID, member.clientID, member.clientHost)
            (topicNames, topicRegex, serverAssignor) = (member.topicNames, member.topicRegex, member.serverAssignor)
            (rebalanceTimeoutMs, classic, state) = (member.rebalanceTimeoutMs, member.classic, member.state)
            (assigned, pendingRevocation) = (member.assigned, member.pendingRevocation)
            (epoch, previousEpoch) = (0, 0)
        }

        var usesClassicProtocol: Bool { classic != nil }

        func isReconciled(to targetEpoch: Int32) -> Bool { state == .stable && epoch == targetEpoch }

        mutating func advance(to epoch: Int32) {
            previousEpoch = self.epoch
            self.epoch = epoch
        }
    }
}
