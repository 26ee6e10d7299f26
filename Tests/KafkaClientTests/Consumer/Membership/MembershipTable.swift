// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

/// All that can happen to a member of a group, at some time after it became what it is.
enum Happening: String, CaseIterable {
    case polled, topicsChanged, gaveUp, prepared, tookAll, tookAndRevoked
    case joinAnswered, joinNamed, synced
    case joinMemberIDRequired, joinRebalance, joinUnknown, joinIllegal, joinMoved, joinUnreachable, joinLoading
    case joinRefused
    case due, dueButNotPolled
    case accepted, acceptedWithAssignment, acceptedLate
    case beatRebalance, beatIllegal, beatUnknown, beatFenced, beatMoved, beatLoading, beatRefused, beatRefusedLate
    case unanswered, unansweredForLong, unsendable, unansweredLate
    case commitRebalance, commitUnknown, commitIllegal, commitFenced, commitTooLarge
    case commitUnknownOfFormer, commitUnknownOfNobody
    case closed

    static let start = ContinuousClock.now
    static let assignment = [TopicPartition("orders", 1)]

    var time: ContinuousClock.Instant { Self.start + (self == .unansweredForLong ? .seconds(100) : .seconds(10)) }

    static func refusal(_ code: ErrorCode) -> ClientError { ClientError(code, "group g") }

    /// What goes wrong.
    var error: ClientError {
        switch self {
        case .joinMemberIDRequired: Self.refusal(.memberIDRequired)
        case .joinRebalance, .beatRebalance: Self.refusal(.rebalanceInProgress)
        case .joinUnknown, .beatUnknown: Self.refusal(.unknownMemberID)
        case .joinIllegal, .beatIllegal: Self.refusal(.illegalGeneration)
        case .joinMoved, .beatMoved: Self.refusal(.notCoordinator)
        case .joinLoading, .beatLoading: Self.refusal(.coordinatorLoadInProgress)
        case .beatFenced: Self.refusal(.fencedMemberEpoch)
        case .joinUnreachable: ClientError(.connection, "refused")
        case .unanswered, .unansweredForLong, .unansweredLate: ClientError(.timedOut, "no answer")
        case .unsendable: ClientError(.unsupported(.heartbeat), "too old")
        default: Self.refusal(.groupAuthorizationFailed)
        }
    }

    /// - Parameter heartbeat: the number of the one that is on its way.
    func event(heartbeat: Int) -> GroupEvent {
        switch self {
        case .polled: .polled
        case .topicsChanged: .topicsChanged
        case .gaveUp: .gaveUp
        case .prepared: .prepared
        case .tookAll: .took(hasRevoked: false)
        case .tookAndRevoked: .took(hasRevoked: true)
        case .joinAnswered: .joinAnswered(memberID: "n", generation: 6)
        case .joinNamed: .joinAnswered(memberID: "n", generation: nil)
        case .synced: .synced(Self.assignment)
        case .joinMemberIDRequired, .joinRebalance, .joinUnknown, .joinIllegal, .joinMoved, .joinUnreachable,
            .joinLoading, .joinRefused:
            .joinFailed(error)
        case .due: .heartbeatDue(hasStoppedPolling: false)
        case .dueButNotPolled: .heartbeatDue(hasStoppedPolling: true)
        case .accepted: .heartbeatAccepted(HeartbeatAnswer(epoch: 5), number: heartbeat)
        case .acceptedWithAssignment:
            .heartbeatAccepted(
                HeartbeatAnswer(memberID: "n", epoch: 6, interval: .seconds(2), assignment: Self.assignment),
                number: heartbeat)
        case .acceptedLate: .heartbeatAccepted(HeartbeatAnswer(epoch: 4, assignment: []), number: heartbeat - 1)
        case .beatRebalance, .beatIllegal, .beatUnknown, .beatFenced, .beatMoved, .beatLoading, .beatRefused:
            .heartbeatRefused(error, number: heartbeat)
        case .beatRefusedLate: .heartbeatRefused(Self.refusal(.unknownMemberID), number: heartbeat - 1)
        case .unanswered, .unansweredForLong, .unsendable: .heartbeatFailed(error, number: heartbeat)
        case .unansweredLate: .heartbeatFailed(error, number: heartbeat - 1)
        case .commitRebalance: .commitRefused(.rebalanceInProgress, generation: 5)
        case .commitUnknown: .commitRefused(.unknownMemberID, generation: 5)
        case .commitIllegal: .commitRefused(.illegalGeneration, generation: 5)
        case .commitFenced: .commitRefused(.fencedMemberEpoch, generation: 5)
        case .commitTooLarge: .commitRefused(.offsetMetadataTooLarge, generation: 5)
        case .commitUnknownOfFormer: .commitRefused(.unknownMemberID, generation: 4)
        case .commitUnknownOfNobody: .commitRefused(.unknownMemberID, generation: -1)
        case .closed: .closed
        }
    }
}

/// What is to come of events in states.
struct MembershipTable<Phase: Hashable & CaseIterable> {
    private struct Pair: Hashable {
        var happening: Happening
        var phase: Phase
    }

    private struct Outcome {
        /// Nil if it stays as it is.
        var state: String?
        var orders: GroupOrders
    }

    private var outcomes: [Pair: Outcome] = [:]

    /// - Parameter state: where it comes to; nil if it stays where it is.
    mutating func on(
        _ happenings: Happening..., in phases: [Phase], to state: String? = nil, _ duty: GroupDuty = .none,
        _ actions: [GroupAction] = []
    ) {
        for happening in happenings {
            for phase in phases {
                outcomes[Pair(happening: happening, phase: phase)] = Outcome(
                    state: state, orders: GroupOrders(duty: duty, actions: actions))
            }
        }
    }

    /// Tries every event in every state; what the table does not have must change nothing and ask for nothing.
    func check<Membership: GroupMembership>(
        _ make: (Phase) -> Membership, heartbeat: (Membership) -> Int?, describe: (Membership) -> String
    ) {
        for happening in Happening.allCases {
            for phase in Phase.allCases {
                var membership = make(phase)
                let before = describe(membership)
                let event = happening.event(heartbeat: heartbeat(membership) ?? 99)
                let orders = membership.handle(event, at: happening.time)
                let expected = outcomes[Pair(happening: happening, phase: phase)]
                #expect(describe(membership) == expected?.state ?? before, "\(happening) while \(phase)")
                #expect(orders == expected?.orders ?? GroupOrders(), "\(happening) while \(phase)")
            }
        }
    }
}

extension GroupMembership {
    /// Several events, one after the other, at the start.
    mutating func handle(_ events: [GroupEvent]) {
        for event in events { _ = handle(event, at: Happening.start) }
    }

    var who: String {
        "\(identity.memberID.isEmpty ? "nobody" : identity.memberID)/\(identity.generation)\(hasLost ? " lost" : "")"
    }
}
