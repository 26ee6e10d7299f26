// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

/// A consumer, a coordinator and the line between them, all of which do what they like, around a membership.
struct MembershipWalk<Membership: GroupMembership> {
    private var membership: Membership
    private let isBeating: (Membership) -> Bool
    private var random: SplitMix
    private let context: String
    private var now = Happening.start
    /// What poll is busy with; it polls again after that.
    private var duty = GroupDuty.none
    private var isJoining = false
    private var isScheduled = false
    private var heartbeats: [Heartbeat] = []
    private var lastHeartbeat = 0
    private var epoch: Int32 = 0
    private var hasClosed = false
    /// The last poll had nothing to do for the group.
    private var isAtRest = false

    /// - Parameters:
    ///   - make: gets whether the member is cooperative.
    ///   - isBeating: whether the coordinator is to hear from it.
    static func run(
        _ name: String, _ make: (Bool) -> Membership, isBeating: @escaping (Membership) -> Bool
    ) {
        let seed = SplitMix.seed(of: "the \(name) member's walk")
        for walk in 0..<300 {
            var walk = MembershipWalk(
                membership: make(walk % 2 == 0), isBeating: isBeating, random: SplitMix(seed: seed &+ UInt64(walk)),
                context: "seed \(seed), walk \(walk)")
            for _ in 0..<200 { walk.step() }
            walk.findBack()
        }
    }

    private init(
        membership: Membership, isBeating: @escaping (Membership) -> Bool, random: SplitMix, context: String
    ) {
        self.membership = membership
        self.isBeating = isBeating
        self.random = random
        self.context = context
    }

    // MARK: One thing after another

    private mutating func step() {
        switch random.next(16) {
        case 0...3: poll()
        case 4: tell(.topicsChanged)
        case 5...7: answerJoin(isKind: random.next(2) == 0)
        case 8, 9: beat(hasStoppedPolling: random.next(10) == 0)
        case 10...12: answerHeartbeat(isKind: random.next(2) == 0)
        case 13: tell(.commitRefused(anyCode(), generation: Int32(random.next(8)) - 1))
        case 14: now += .seconds(random.next(20))
        default: stray()
        }
    }

    /// Polls, or goes on with what poll is busy with.
    private mutating func poll() {
        switch duty {
        case .giveUp:
            duty = .none
            tell(.gaveUp)
        case .prepare:
            duty = .none
            // Finding out what to give up may fail, and poll with it.
            if random.next(5) > 0 { tell(.prepared) }
        case .take:
            duty = .none
            tell(.took(hasRevoked: random.next(2) == 0))
        default:
            tell(.polled)
        }
    }

    private mutating func answerJoin(isKind: Bool) {
        guard isJoining else { return }
        if random.next(2) == 0 || isKind {
            epoch += 1
            tell(.joinAnswered(memberID: "m", generation: isKind || random.next(3) > 0 ? epoch : nil))
        }
        isJoining = false
        tell(isKind ? .synced(Happening.assignment) : .joinFailed(anyError()))
    }

    private mutating func beat(hasStoppedPolling: Bool) {
        guard isScheduled else { return }
        isScheduled = false
        tell(.heartbeatDue(hasStoppedPolling: hasStoppedPolling))
    }

    private mutating func answerHeartbeat(isKind: Bool) {
        guard !heartbeats.isEmpty else { return }
        let heartbeat = heartbeats.removeFirst()
        if isKind {
            epoch += 1
            let assignment = random.next(2) == 0 ? Happening.assignment : nil
            tell(
                .heartbeatAccepted(
                    HeartbeatAnswer(memberID: "m", epoch: epoch, interval: .seconds(1), assignment: assignment),
                    number: heartbeat.number))
        } else if random.next(2) == 0 {
            tell(.heartbeatRefused(anyError(), number: heartbeat.number))
        } else {
            tell(.heartbeatFailed(anyError(), number: heartbeat.number))
        }
    }

    /// What can't be, or seldom.
    private mutating func stray() {
        switch random.next(8) {
        case 0 where !isJoining: tell(.synced([]))
        case 1 where !isJoining: tell(.joinFailed(anyError()))
        case 2: tell(.heartbeatAccepted(HeartbeatAnswer(epoch: 1), number: -1))
        case 3: tell(.heartbeatRefused(anyError(), number: -1))
        case 4: tell(.heartbeatFailed(anyError(), number: -1))
        case 5 where duty == .none: tell(.took(hasRevoked: true))
        case 6 where random.next(20) == 0:
            tell(.closed)
            hasClosed = true
        default: break
        }
    }

    private mutating func anyCode() -> ErrorCode {
        let codes: [ErrorCode] = [
            .unknownMemberID, .illegalGeneration, .fencedMemberEpoch, .rebalanceInProgress, .notCoordinator,
            .coordinatorLoadInProgress, .memberIDRequired, .groupAuthorizationFailed, .fencedInstanceID,
        ]
        return codes[random.next(codes.count)]
    }

    private mutating func anyError() -> ClientError {
        random.next(3) == 0 ? ClientError(.timedOut, "no answer") : ClientError(anyCode(), "group g")
    }

    // MARK: What must hold

    private mutating func tell(_ event: GroupEvent) {
        let wasJoining = isJoining
        isAtRest = false
        let orders = membership.handle(event, at: now)
        if hasClosed { #expect(orders == GroupOrders(), "\(event) after the end, \(context)") }
        for action in orders.actions {
            switch action {
            case .scheduleHeartbeat, .scheduleRejoin: isScheduled = true
            case .stopHeartbeats: isScheduled = false
            case .forgetCoordinator, .signal, .fail, .obstacle: break
            }
        }
        switch orders.duty {
        case .none, .wait: break
        case .read, .take:
            #expect(!membership.hasLost && membership.isMember, "\(event), \(context)")
            if orders.duty == .read { isAtRest = true } else { duty = orders.duty }
        case .giveUp, .prepare: duty = orders.duty
        case .join, .joinAgain:
            #expect(!wasJoining, "two joins at a time after \(event), \(context)")
            isJoining = true
        case .heartbeat(let heartbeat):
            #expect(heartbeat.number > lastHeartbeat, "\(context)")
            #expect(!heartbeat.identity.memberID.isEmpty && heartbeat.identity.generation >= 0, "\(context)")
            lastHeartbeat = heartbeat.number
            heartbeats.append(heartbeat)
        case .leave(let identity): #expect(!identity.memberID.isEmpty, "\(context)")
        }
        if membership.isMember {
            #expect(
                !membership.identity.memberID.isEmpty && membership.identity.generation >= 0, "\(event), \(context)")
        }
        // No heartbeat gets lost: there is one on its way, or one will be due.
        if isBeating(membership) {
            let isUnderway = heartbeats.contains { $0.number == lastHeartbeat }
            #expect(isScheduled || isUnderway, "no heartbeat after \(event), \(context)")
        }
    }

    /// With everybody's good will, a member that has not left is one again soon.
    private mutating func findBack() {
        guard !hasClosed else { return }
        for _ in 0..<60 {
            poll()
            if isAtRest { return }
            answerJoin(isKind: true)
            beat(hasStoppedPolling: false)
            answerHeartbeat(isKind: true)
        }
        Issue.record("has not come to rest, \(context)")
    }
}
