// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Membership by JoinGroup, SyncGroup, Heartbeat and LeaveGroup: all members join anew at every rebalance, and one of them
/// shares out the partitions.
struct ClassicMembership: GroupMembership {
    enum State: Equatable {
        case outside
        /// Gives up, in poll, what has to be given up before joining.
        case preparing(wasMember: Bool)
        /// JoinGroup and SyncGroup are on their way, in a task, so that a poll with a short timeout does not begin again.
        case joining(Join)
        /// What the rebalance brought waits for the next poll.
        case joined([TopicPartition], mustRejoin: Bool)
        case stable(Stable)
        case left
    }

    struct Join: Equatable {
        /// How often the coordinator has asked for another try at once.
        var turns = 0
        /// The topics have changed, which the coordinator may not have heard.
        var mustRejoin = false
    }

    struct Stable: Equatable {
        var mustRejoin = false
        /// When the coordinator last said that all is well.
        var confirmedAt: ContinuousClock.Instant
        /// The heartbeat that is on its way.
        var heartbeat: Int?
    }

    /// Whether it keeps its partitions through a rebalance and gives up only those that move (KIP-429).
    let isCooperative: Bool
    /// Whether the coordinator keeps this member's place when it is away (KIP-345).
    let isStatic: Bool
    let heartbeatInterval: Duration
    let sessionTimeout: Duration
    private(set) var state = State.outside
    private(set) var identity = MemberIdentity()
    private(set) var hasLost = false
    private var heartbeats = 0

    init(isCooperative: Bool, isStatic: Bool, heartbeatInterval: Duration, sessionTimeout: Duration) {
        self.isCooperative = isCooperative
        self.isStatic = isStatic
        self.heartbeatInterval = heartbeatInterval
        self.sessionTimeout = sessionTimeout
    }

    /// A rebalance or two in between are usual; a coordinator that never says anything else is not.
    private static let mostTurns = 5

    var isMember: Bool {
        switch state {
        case .stable: true
        case .preparing(let wasMember): wasMember
        case .outside, .joining, .joined, .left: false
        }
    }

    mutating func handle(_ event: GroupEvent, at now: ContinuousClock.Instant) -> GroupOrders {
        if state == .left { return GroupOrders() }
        switch event {
        case .polled: return poll(now)
        case .topicsChanged: rejoin()
        case .gaveUp: hasLost = false
        case .prepared: return startJoining()
        case .took(let hasRevoked):
            // Others wait for these, and get them in the next rebalance.
            if hasRevoked && isCooperative, case .stable = state { rejoin() }
        case .joinAnswered(let memberID, let generation):
            guard case .joining = state else { break }
            if !memberID.isEmpty { identity.memberID = memberID }
            if let generation { identity.generation = generation }
        case .synced(let partitions):
            guard case .joining(let join) = state else { break }
            // Lost again between JoinGroup and SyncGroup.
            guard identity.generation >= 0 else { return GroupOrders(duty: .joinAgain(afterPause: true)) }
            state = .joined(partitions, mustRejoin: join.mustRejoin)
            return GroupOrders(actions: [.obstacle(nil), .signal])
        case .joinFailed(let error): return joinFailed(error)
        case .heartbeatDue(let hasStoppedPolling): return beat(hasStoppedPolling)
        case .heartbeatAccepted(_, let number): return heartbeatAnswered(.none, nil, number, now)
        case .heartbeatRefused(let error, let number):
            return heartbeatAnswered(error.errorCode ?? .unknownServerError, error, number, now)
        case .heartbeatFailed(_, let number): return heartbeatFailed(number, now)
        case .commitRefused(let code, let generation): return commitRefused(code, generation)
        case .closed: return leave()
        }
        return GroupOrders()
    }

    // MARK: In poll

    private mutating func poll(_ now: ContinuousClock.Instant) -> GroupOrders {
        switch state {
        case _ where hasLost:
            return GroupOrders(duty: .giveUp)
        case .preparing:
            // The poll that prepared was broken off.
            return GroupOrders(duty: .prepare)
        case .outside:
            state = .preparing(wasMember: false)
            return GroupOrders(duty: .prepare, actions: [.stopHeartbeats])
        case .joining:
            return GroupOrders(duty: .wait)
        case .joined(let partitions, let mustRejoin):
            state = .stable(Stable(mustRejoin: mustRejoin, confirmedAt: now))
            return GroupOrders(duty: .take(partitions), actions: [.scheduleHeartbeat(after: heartbeatInterval)])
        case .stable(let stable) where stable.mustRejoin:
            state = .preparing(wasMember: true)
            return GroupOrders(duty: .prepare, actions: [.stopHeartbeats])
        case .stable:
            return GroupOrders(duty: .read)
        case .left:
            return GroupOrders()
        }
    }

    private mutating func rejoin() {
        switch state {
        case .joining(var join):
            join.mustRejoin = true
            state = .joining(join)
        case .joined(let partitions, _): state = .joined(partitions, mustRejoin: true)
        case .stable(var stable):
            stable.mustRejoin = true
            state = .stable(stable)
        case .outside, .preparing, .left: break
        }
    }

    // MARK: Joining

    private mutating func startJoining() -> GroupOrders {
        guard case .preparing = state else { return GroupOrders() }
        // What is left after a loss is to be dropped first.
        guard !hasLost else {
            state = .outside
            return GroupOrders()
        }
        state = .joining(Join())
        return GroupOrders(duty: .join)
    }

    private mutating func joinFailed(_ error: ClientError) -> GroupOrders {
        guard case .joining(var join) = state else { return GroupOrders() }
        var actions: [GroupAction] = []
        switch error.kind {
        case .broker(.memberIDRequired), .broker(.rebalanceInProgress):
            join.turns += 1
            state = .joining(join)
            if join.turns < Self.mostTurns { return GroupOrders(duty: .joinAgain(afterPause: false)) }
        case .broker(.unknownMemberID):
            identity = MemberIdentity()
        case .broker(.illegalGeneration):
            identity.generation = -1
        case .broker(.notCoordinator), .broker(.coordinatorNotAvailable), .connection, .timedOut,
            .broker(.brokerNotAvailable):
            actions.append(.forgetCoordinator)
        case .broker(.coordinatorLoadInProgress):
            break
        default:
            guard error.isRetriable else {
                state = .outside
                return GroupOrders(actions: [.fail(error), .signal])
            }
        }
        // Without end: who waits for poll has a timeout, and closing ends it.
        return GroupOrders(duty: .joinAgain(afterPause: true), actions: actions + [.obstacle(error)])
    }

    // MARK: Heartbeats

    private mutating func beat(_ hasStoppedPolling: Bool) -> GroupOrders {
        guard case .stable(var stable) = state, stable.heartbeat == nil else { return GroupOrders() }
        if hasStoppedPolling {
            // Whoever does not poll must not keep its partitions (KIP-62).
            let leaving = identity
            var orders = lose(keepsID: false)
            if !isStatic { orders.duty = .leave(leaving) }
            return orders
        }
        heartbeats += 1
        stable.heartbeat = heartbeats
        state = .stable(stable)
        return GroupOrders(duty: .heartbeat(Heartbeat(number: heartbeats, identity: identity)))
    }

    private mutating func heartbeatAnswered(
        _ code: ErrorCode, _ error: ClientError?, _ number: Int, _ now: ContinuousClock.Instant
    ) -> GroupOrders {
        // A rebalance may have begun and ended meanwhile.
        guard case .stable(var stable) = state, stable.heartbeat == number else { return GroupOrders() }
        stable.heartbeat = nil
        var actions: [GroupAction] = []
        switch code {
        case .none:
            stable.confirmedAt = now
        case .rebalanceInProgress:
            stable.confirmedAt = now
            stable.mustRejoin = true
            actions.append(.signal)
        case .illegalGeneration: return lose(keepsID: true)
        case .unknownMemberID: return lose(keepsID: false)
        case .notCoordinator, .coordinatorNotAvailable: actions.append(.forgetCoordinator)
        case .coordinatorLoadInProgress: break
        default: if let error { actions.append(.fail(error)) }
        }
        state = .stable(stable)
        return GroupOrders(actions: actions + [.scheduleHeartbeat(after: heartbeatInterval)])
    }

    private mutating func heartbeatFailed(_ number: Int, _ now: ContinuousClock.Instant) -> GroupOrders {
        guard case .stable(var stable) = state, stable.heartbeat == number else {
            return GroupOrders(actions: [.forgetCoordinator])
        }
        // After that time the coordinator has given the partitions to others.
        if stable.confirmedAt + sessionTimeout < now {
            let orders = lose(keepsID: true)
            return GroupOrders(actions: [.forgetCoordinator] + orders.actions)
        }
        stable.heartbeat = nil
        state = .stable(stable)
        return GroupOrders(actions: [.forgetCoordinator, .scheduleHeartbeat(after: heartbeatInterval)])
    }

    // MARK: Losing and leaving

    private mutating func commitRefused(_ code: ErrorCode, _ generation: Int32) -> GroupOrders {
        // What was sent before a rebalance says nothing about what it brought.
        guard generation >= 0, generation == identity.generation else { return GroupOrders() }
        // The coordinator may have begun the next generation with this member's join, whose answer tells what becomes of it.
        // To give up what the join says it has would leave that to nobody.
        if case .joining = state { return GroupOrders() }
        switch code {
        case .rebalanceInProgress:
            if case .stable = state { rejoin() }
            return GroupOrders()
        case .unknownMemberID: return lose(keepsID: false)
        case .illegalGeneration, .fencedMemberEpoch: return lose(keepsID: true)
        default: return GroupOrders()
        }
    }

    /// The coordinator has given this member's partitions away.
    private mutating func lose(keepsID: Bool) -> GroupOrders {
        identity = MemberIdentity(memberID: keepsID ? identity.memberID : "")
        hasLost = true
        switch state {
        case .joined, .stable: state = .outside
        // It joins as who it is now.
        case .preparing: state = .preparing(wasMember: false)
        case .joining, .outside, .left: break
        }
        return GroupOrders(actions: [.stopHeartbeats, .signal])
    }

    private mutating func leave() -> GroupOrders {
        let leaving = identity
        state = .left
        hasLost = false
        identity.memberID = ""
        // A static member stays, so that it gets its partitions again when it is back within the session timeout.
        let tells = !isStatic && !leaving.memberID.isEmpty
        return GroupOrders(duty: tells ? .leave(leaving) : .none, actions: [.stopHeartbeats])
    }
}
