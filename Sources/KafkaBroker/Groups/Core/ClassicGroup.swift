// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A group whose members agree on an assignment among themselves: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.
///
/// A pure state machine: requests and timers in, `GroupEffects` out. It is created by the first member, or by an
/// offset that is committed without a member (a simple group, which has no protocol type).
struct ClassicGroup: Sendable {
    enum State: String, Sendable, CaseIterable {
        /// No members, but perhaps offsets.
        case empty = "Empty"
        /// Waiting for the members to join the next generation.
        case preparingRebalance = "PreparingRebalance"
        /// Waiting for the leader's assignment.
        case completingRebalance = "CompletingRebalance"
        case stable = "Stable"
        /// No longer coordinated here.
        case dead = "Dead"
    }

    let groupID: String
    private(set) var state: State
    private(set) var previousState = State.dead
    /// When the state was entered, in milliseconds since 1970; nil if an old record didn't say.
    private(set) var stateTimestamp: Int64?
    /// Nil for a simple group.
    var protocolType: String?
    /// The assignor that the members of this generation elected.
    var protocolName: String?
    var generationID: Int32 = 0
    var leaderID: String?
    var members: [String: Member] = [:]
    /// Members that were given an id and told to join with it (KIP-394).
    var pendingJoins: Set<String> = []
    /// Members of this generation that have not asked for their assignments yet.
    var pendingSyncs: Set<String> = []
    /// The topics that the members read; nil if that is unknown, because they aren't consumers.
    var subscribedTopics: Set<String>?
    /// While a new group waits for more members: this round's delay, and what is left of the rebalance timeout.
    var initialDelay: (delayMs: Int32, remainingMs: Int32)?
    /// Whether a member came during this round of the initial delay.
    var hasNewMember = false

    /// An empty group, as yet without a protocol.
    init(groupID: String, now: Int64) {
        self.groupID = groupID
        self.state = .empty
        self.stateTimestamp = now
    }

    /// A group as it was recorded.
    init(groupID: String, state: State, stateTimestamp: Int64?) {
        self.groupID = groupID
        self.state = state
        self.stateTimestamp = stateTimestamp
    }

    mutating func transition(to next: State, now: Int64) {
        previousState = state
        state = next
        stateTimestamp = now
    }
}

extension ClassicGroup {
    var usesConsumerProtocol: Bool { protocolType == "consumer" }
    var hasAllMembersJoined: Bool { pendingJoins.isEmpty && members.values.allSatisfy(\.isAwaitingJoin) }

    /// The longest rebalance timeout of a member.
    var rebalanceTimeoutMs: Int32 { members.values.map(\.rebalanceTimeoutMs).max() ?? 0 }

    /// In the order of their ids, so that answers don't depend on hashing.
    var sortedMembers: [Member] { members.values.sorted { $0.memberID < $1.memberID } }

    func isLeader(_ memberID: String) -> Bool { leaderID == memberID }

    func staticMember(_ instanceID: String) -> Member? { members.values.first { $0.instanceID == instanceID } }

    /// Whether a member may speak for its id and its instance.
    /// - Returns: `.none`, `.unknownMemberID` or `.fencedInstanceID`
    func check(memberID: String, instanceID: String?) -> ErrorCode {
        if let instanceID {
            guard let current = staticMember(instanceID) else { return .unknownMemberID }
            guard current.memberID == memberID else { return .fencedInstanceID }
        }
        return members[memberID] == nil ? .unknownMemberID : .none
    }

    mutating func add(_ member: Member) {
        if members.isEmpty { protocolType = member.protocolType }
        leaderID = leaderID ?? member.memberID
        members[member.memberID] = member
        pendingJoins.remove(member.memberID)
    }

    mutating func remove(_ memberID: String) {
        members[memberID] = nil
        pendingJoins.remove(memberID)
        pendingSyncs.remove(memberID)
        if isLeader(memberID) { leaderID = members.keys.min() }
    }
}

extension ClassicGroup {
    struct Member: Sendable, Equatable {
        var memberID: String
        /// Of a static member (KIP-345).
        var instanceID: String?
        var clientID: String
        var clientHost: String
        var rebalanceTimeoutMs: Int32
        var sessionTimeoutMs: Int32
        var protocolType: String
        /// In the order of preference.
        var protocols: [SupportedProtocol]
        var assignment = ByteBuffer()
        /// The JoinGroup that waits for the next generation.
        var awaitingJoin: RequestID?
        /// The SyncGroup that waits for the leader's assignment.
        var awaitingSync: RequestID?
        /// Not yet answered: the member doesn't know its id and can't send heartbeats.
        var isNew = false

        var isAwaitingJoin: Bool { awaitingJoin != nil }

        /// A parked request stands for heartbeats, but not that of a new member, which may be long gone.
        var hasSatisfiedHeartbeat: Bool { !isNew && (awaitingJoin != nil || awaitingSync != nil) }

        func metadata(for protocolName: String?) -> ByteBuffer {
            protocols.first { $0.name == protocolName }?.metadata ?? ByteBuffer()
        }
    }

    struct SupportedProtocol: Sendable, Equatable {
        var name: String
        var metadata: ByteBuffer

        init(name: String, metadata: ByteBuffer) {
            self.name = name
            self.metadata = metadata
        }

        /// Copies the metadata, which would keep the whole request alive.
        init(_ requested: JoinGroupRequest.SupportedProtocol) {
            self.init(name: requested.name, metadata: requested.metadata.detached)
        }
    }
}

extension ByteBuffer {
    /// The readable bytes in memory of their own.
    var detached: ByteBuffer { ByteBuffer(bytes: readableBytesView) }
}
