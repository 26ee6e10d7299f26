// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Membership by ConsumerGroupHeartbeat (KIP-848): the coordinator shares out partitions, and each member takes and gives
/// up its own while the others go on.
struct ConsumerMembership: GroupMembership {
    enum State: Equatable {
        case outside
        /// Has epoch 0 until the coordinator answers.
        case joining(Join)
        case stable(Stable)
        case left
    }

    struct Join: Equatable {
        /// The heartbeat that is on its way.
        var heartbeat: Int?
        /// The topics have changed since that was sent.
        var hasUntoldTopics = false
    }

    struct Stable: Equatable {
        /// What the coordinator assigns, until poll has taken it.
        var target: [TopicPartition]?
        /// What poll has taken last, and whether that was nothing new.
        var taken: Set<TopicPartition>?
        var hasTakenTheSame = false
        /// Whether the coordinator is to be told what this member wants.
        var hasUntoldTopics = false
        /// Whether it is to be told what this member has.
        var hasUntoldPartitions = false
        /// When the coordinator last answered well.
        var confirmedAt: ContinuousClock.Instant
        /// The heartbeat that is on its way.
        var heartbeat: Heartbeat?
    }

    /// Whether the coordinator keeps this member's place when it is away (KIP-345).
    let isStatic: Bool
    let sessionTimeout: Duration
    /// How soon after a failure the coordinator is asked again.
    let retryPause: Duration
    private let makeID: @Sendable () -> String
    /// The coordinator says how often.
    private(set) var heartbeatInterval: Duration
    private(set) var state = State.outside
    private(set) var identity = MemberIdentity()
    private(set) var hasLost = false
    /// How often in a row the coordinator has taken back what it had just given.
    private var fencings = 0
    private var heartbeats = 0

    /// - Parameter makeID: names a new member, as each does for itself.
    init(
        isStatic: Bool, heartbeatInterval: Duration, sessionTimeout: Duration, retryPause: Duration,
        makeID: @escaping @Sendable () -> String = { KafkaUUID.random().description }
    ) {
        self.isStatic = isStatic
        self.heartbeatInterval = heartbeatInterval
        self.sessionTimeout = sessionTimeout
        self.retryPause = retryPause
        self.makeID = makeID
    }

    var isMember: Bool { if case .stable = state { true } else { false } }

    mutating func handle(_ event: GroupEvent, at now: ContinuousClock.Instant) -> GroupOrders {
        if state == .left { return GroupOrders() }
        switch event {
        case .polled: return poll()
        case .topicsChanged: return topicsChanged()
        case .gaveUp: hasLost = false
        case .took:
            guard case .stable(var stable) = state else { break }
            stable.hasUntoldPartitions = true
            state = .stable(stable)
            // A coordinator that says the same in every answer would get the next heartbeat at once, without end.
            return GroupOrders(actions: stable.hasTakenTheSame ? [] : [.scheduleHeartbeat(after: .zero)])
        case .heartbeatDue(let hasStoppedPolling): return beat(hasStoppedPolling)
        case .heartbeatAccepted(let answer, let number): return heartbeatAccepted(answer, number, now)
        case .heartbeatRefused(let error, let number):
            switch error.errorCode {
            case .fencedMemberEpoch, .unknownMemberID: return fenced(number)
            default: return heartbeatFailed(error, number, now)
            }
        case .heartbeatFailed(let error, let number): return heartbeatFailed(error, number, now)
        case .commitRefused(let code, let generation): return commitRefused(code, generation)
        case .closed: return leave()
        // There is neither JoinGroup nor SyncGroup here, nor anything to be given up before joining.
        case .prepared, .joinAnswered, .synced, .joinFailed: break
        }
        return GroupOrders()
    }

    // MARK: In poll

    private mutating func poll() -> GroupOrders {
        switch state {
        case .left: return GroupOrders()
        case _ where hasLost: return GroupOrders(duty: .giveUp)
        case .outside:
            state = .joining(Join())
            identity.generation = 0
            if identity.memberID.isEmpty { identity.memberID = makeID() }
            return GroupOrders(duty: .wait, actions: [.scheduleHeartbeat(after: .zero)])
        case .joining: return GroupOrders(duty: .wait)
        case .stable(var stable):
            guard let target = stable.target else { return GroupOrders(duty: .read) }
            stable.target = nil
            stable.hasTakenTheSame = stable.taken == Set(target)
            stable.taken = Set(target)
            state = .stable(stable)
            return GroupOrders(duty: .take(target))
        }
    }

    private mutating func topicsChanged() -> GroupOrders {
        switch state {
        case .joining(var join):
            join.hasUntoldTopics = join.heartbeat != nil
            state = .joining(join)
            return GroupOrders()
        case .stable(var stable):
            stable.hasUntoldTopics = true
            state = .stable(stable)
            return GroupOrders(actions: [.scheduleHeartbeat(after: .zero)])
        case .outside, .left: return GroupOrders()
        }
    }

    // MARK: Heartbeats

    private mutating func beat(_ hasStoppedPolling: Bool) -> GroupOrders {
        switch state {
        case .joining(var join) where join.heartbeat == nil:
            heartbeats += 1
            join = Join(heartbeat: heartbeats)
            state = .joining(join)
            return GroupOrders(duty: .heartbeat(joiningHeartbeat))
        case .stable(let stable) where stable.heartbeat == nil && hasStoppedPolling:
            // Whoever does not poll must not keep its partitions (KIP-62).
            let leaving = identity
            var orders = lose(keepsID: true)
            orders.duty = goodbye(leaving)
            return orders
        case .stable(var stable) where stable.heartbeat == nil:
            heartbeats += 1
            var heartbeat = joiningHeartbeat
            // A coordinator that has given no epoch yet is told all.
            if identity.generation != 0 {
                heartbeat.isJoining = false
                heartbeat.tellsTopics = stable.hasUntoldTopics
                heartbeat.tellsPartitions = stable.hasUntoldPartitions
            }
            stable.heartbeat = heartbeat
            stable.hasUntoldTopics = false
            stable.hasUntoldPartitions = false
            state = .stable(stable)
            return GroupOrders(duty: .heartbeat(heartbeat))
        case .outside, .joining, .stable, .left:
            return GroupOrders()
        }
    }

    private var joiningHeartbeat: Heartbeat {
        Heartbeat(
            number: heartbeats, identity: identity, isJoining: true, tellsTopics: true, tellsPartitions: true)
    }

    private mutating func heartbeatAccepted(
        _ answer: HeartbeatAnswer, _ number: Int, _ now: ContinuousClock.Instant
    ) -> GroupOrders {
        var next: Stable
        var actions: [GroupAction] = [.obstacle(nil)]
        switch state {
        case .joining(let join) where join.heartbeat == number:
            next = Stable(target: answer.assignment, hasUntoldTopics: join.hasUntoldTopics, confirmedAt: now)
            actions.append(.signal)
        case .stable(let stable) where stable.heartbeat?.number == number:
            next = stable
            next.heartbeat = nil
            next.confirmedAt = now
            next.target = answer.assignment ?? stable.target
            if answer.epoch > 0 { fencings = 0 }
            if answer.assignment != nil { actions.append(.signal) }
        case .outside, .joining, .stable, .left:
            return GroupOrders()
        }
        if !answer.memberID.isEmpty { identity.memberID = answer.memberID }
        identity.generation = answer.epoch
        if let interval = answer.interval { heartbeatInterval = interval }
        state = .stable(next)
        // What has changed meanwhile is to be told at once.
        let isUrgent = next.hasUntoldTopics || next.hasUntoldPartitions
        return GroupOrders(actions: actions + [.scheduleHeartbeat(after: isUrgent ? .zero : heartbeatInterval)])
    }

    /// The coordinator knows this member no more, or another of its name: join anew.
    private mutating func fenced(_ number: Int) -> GroupOrders {
        switch state {
        case .joining(let join) where join.heartbeat == number: break
        case .stable(let stable) where stable.heartbeat?.number == number: break
        case .outside, .joining, .stable, .left: return GroupOrders()
        }
        identity.generation = 0
        hasLost = true
        state = .joining(Join())
        // At once, unless that is all that the coordinator says.
        let pause: GroupAction = fencings == 0 ? .scheduleHeartbeat(after: .zero) : .scheduleRejoin(fencings: fencings)
        fencings = min(fencings + 1, 20)
        return GroupOrders(actions: [.signal, pause])
    }

    private mutating func heartbeatFailed(
        _ error: ClientError, _ number: Int, _ now: ContinuousClock.Instant
    ) -> GroupOrders {
        var actions: [GroupAction] = [.forgetCoordinator]
        switch state {
        case .joining(let join) where join.heartbeat == number:
            state = .joining(Join())
            actions.append(.obstacle(error))
        case .stable(var stable) where stable.heartbeat?.number == number:
            if error.isRetriable, stable.confirmedAt + sessionTimeout < now {
                // After that time the coordinator has given the partitions to others.
                return GroupOrders(actions: actions + lose(keepsID: true).actions)
            }
            // The coordinator may not have heard what this one told.
            stable.hasUntoldTopics = stable.hasUntoldTopics || stable.heartbeat?.tellsTopics == true
            stable.hasUntoldPartitions = stable.hasUntoldPartitions || stable.heartbeat?.tellsPartitions == true
            stable.heartbeat = nil
            state = .stable(stable)
        case .outside, .joining, .stable, .left:
            return GroupOrders(actions: actions)
        }
        if !error.isRetriable { actions.append(.fail(error)) }
        return GroupOrders(actions: actions + [.scheduleHeartbeat(after: retryPause)])
    }

    // MARK: Losing and leaving

    private mutating func commitRefused(_ code: ErrorCode, _ generation: Int32) -> GroupOrders {
        // What was sent with another epoch says nothing about this one; heartbeats do.
        guard generation >= 0, generation == identity.generation else { return GroupOrders() }
        switch code {
        case .unknownMemberID: return lose(keepsID: false)
        case .illegalGeneration, .fencedMemberEpoch: return lose(keepsID: true)
        default: return GroupOrders()
        }
    }

    /// The coordinator has given this member's partitions away: join anew.
    private mutating func lose(keepsID: Bool) -> GroupOrders {
        identity = MemberIdentity(memberID: keepsID ? identity.memberID : "")
        hasLost = true
        state = .outside
        return GroupOrders(actions: [.stopHeartbeats, .signal])
    }

    private mutating func leave() -> GroupOrders {
        let duty = state == .outside ? .none : goodbye(identity)
        state = .left
        hasLost = false
        identity.memberID = ""
        return GroupOrders(duty: duty, actions: [.stopHeartbeats])
    }

    /// The epoch -1 says that the member leaves for good, -2 that a static one will be back.
    private func goodbye(_ identity: MemberIdentity) -> GroupDuty {
        .leave(MemberIdentity(memberID: identity.memberID, generation: isStatic ? -2 : -1))
    }
}
