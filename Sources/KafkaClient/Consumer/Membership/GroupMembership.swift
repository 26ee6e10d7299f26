// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a consumer is to its group: a state machine without socket, clock or task, one for each of Kafka's two protocols.
///
/// `Consumer` tells it what happens and does what it says. What can't happen in a state, or is about a membership that has
/// ended meanwhile, changes nothing.
protocol GroupMembership: Sendable {
    var identity: MemberIdentity { get }
    /// The partitions that this member still holds have gone to others already, so that nothing can be committed for them.
    var hasLost: Bool { get }
    /// Whether the coordinator counts on this member, and it on its partitions.
    var isMember: Bool { get }

    mutating func handle(_ event: GroupEvent, at now: ContinuousClock.Instant) -> GroupOrders
}

/// Who a member is to its coordinator.
struct MemberIdentity: Equatable, Sendable {
    /// Empty until there is one.
    var memberID = ""
    /// With KIP-848 the member's epoch; -1 outside of the group.
    var generation: Int32 = -1
}

/// What can happen to a member.
enum GroupEvent: Sendable {
    /// The caller polls and asks what to do for the group.
    case polled
    /// The topics that this member wants have changed, or what there is of them.
    case topicsChanged
    /// The lost partitions have been dropped.
    case gaveUp
    /// What had to be given up before joining has been.
    case prepared
    /// What the group assigns has been taken, and what it does not has been given up.
    case took(hasRevoked: Bool)

    /// JoinGroup is answered; the generation is nil if the coordinator refuses, which may give a member id all the same
    /// (KIP-394).
    case joinAnswered(memberID: String, generation: Int32?)
    /// SyncGroup is answered.
    case synced([TopicPartition])
    /// JoinGroup or SyncGroup was refused or not answered, or something on the way there.
    case joinFailed(ClientError)

    /// It is time for a heartbeat; `max.poll.interval.ms` may be over.
    case heartbeatDue(hasStoppedPolling: Bool)
    case heartbeatAccepted(HeartbeatAnswer, number: Int)
    case heartbeatRefused(ClientError, number: Int)
    /// There is no answer.
    case heartbeatFailed(ClientError, number: Int)

    case commitRefused(ErrorCode, generation: Int32)
    /// The consumer is being closed.
    case closed
}

/// What to do about an event.
struct GroupOrders: Equatable {
    /// What the caller goes on with.
    var duty = GroupDuty.none
    /// What is done at once, in order.
    var actions: [GroupAction] = []
}

enum GroupDuty: Equatable {
    case none
    /// Nothing is to be done for the group: read, and commit now and then.
    case read
    /// The coordinator's answer is waited for; whoever has partitions meanwhile may read.
    case wait
    /// Drop all partitions as lost.
    case giveUp
    /// Give up, before joining, what a rebalance takes from this member in any case.
    case prepare
    /// Take what the group assigns.
    case take([TopicPartition])
    /// Send JoinGroup, then SyncGroup.
    case join
    case joinAgain(afterPause: Bool)
    case heartbeat(Heartbeat)
    /// Tell the coordinator that this member leaves; -2 as the generation says that a static one will be back (KIP-848).
    case leave(MemberIdentity)
}

enum GroupAction: Equatable {
    /// Instead of the heartbeat that is scheduled.
    case scheduleHeartbeat(after: Duration)
    /// As above, with a pause that grows with how often the coordinator has taken back what it had just given.
    case scheduleRejoin(fencings: Int)
    case stopHeartbeats
    case forgetCoordinator
    /// Wake whoever waits in poll.
    case signal
    /// Let poll throw this.
    case fail(ClientError)
    /// What keeps this member from joining; nil when it has joined.
    case obstacle(ClientError?)
}

/// A heartbeat that is to be sent.
struct Heartbeat: Equatable, Sendable {
    /// To know its answer by.
    var number: Int
    var identity: MemberIdentity
    /// With KIP-848 heartbeats carry everything: the first joins, later ones tell what has changed.
    var isJoining = false
    var tellsTopics = false
    var tellsPartitions = false
}

/// What a coordinator says in a heartbeat of KIP-848; in the classic protocol nothing but that all is well.
struct HeartbeatAnswer: Equatable, Sendable {
    /// Empty if it stays as it is.
    var memberID = ""
    var epoch: Int32 = -1
    /// When it wants the next one; nil if it does not say.
    var interval: Duration?
    /// Nil if it stays as it is.
    var assignment: [TopicPartition]?
}
