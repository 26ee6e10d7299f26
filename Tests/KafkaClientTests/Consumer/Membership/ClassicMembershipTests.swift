// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite("A member by JoinGroup and SyncGroup") struct ClassicMembershipTests {
    fileprivate static let held = [TopicPartition("orders", 0)]
    private static let interval = Duration.seconds(3)

    fileprivate static func member(isCooperative: Bool = true, isStatic: Bool = false) -> ClassicMembership {
        ClassicMembership(
            isCooperative: isCooperative, isStatic: isStatic, heartbeatInterval: interval,
            sessionTimeout: .seconds(45))
    }

    private enum Phase: CaseIterable {
        case outside, outsideLost
        /// Of a newcomer, of a member, and of one that has learnt meanwhile that it is none.
        case preparing, preparingAgain, preparingLost
        case joining, joiningAgain
        case joined, stable, beating, rejoining, left

        /// What has happened before.
        private var history: [GroupEvent] {
            let preparing: [GroupEvent] = [.polled]
            let joining = preparing + [.prepared]
            let joined = joining + [.joinAnswered(memberID: "m", generation: 5), .synced(held)]
            let stable = joined + [.polled]
            let preparingAgain = stable + [.topicsChanged, .polled]
            let joiningAgain = preparingAgain + [.prepared]
            return switch self {
            case .outside: []
            case .outsideLost: stable + [.commitRefused(.illegalGeneration, generation: 5)]
            case .preparing: preparing
            case .preparingAgain: preparingAgain
            case .preparingLost: preparingAgain + [.commitRefused(.unknownMemberID, generation: 5)]
            case .joining: joining
            case .joiningAgain: joiningAgain
            case .joined: joined
            case .stable: stable
            case .beating: stable + [.heartbeatDue(hasStoppedPolling: false)]
            case .rejoining: stable + [.topicsChanged]
            case .left: stable + [.closed]
            }
        }

        func makeMember() -> ClassicMembership {
            var member = ClassicMembershipTests.member()
            member.handle(history)
            return member
        }

        static let outsideAll: [Phase] = [.outside, .outsideLost]
        static let joiningAll: [Phase] = [.joining, .joiningAgain]
        static let resting: [Phase] = [.stable, .rejoining]
        static let alive = allCases.filter { $0 != .left }
    }

    private static func describe(_ member: ClassicMembership) -> String {
        let state =
            switch member.state {
            case .outside: "outside"
            case .preparing(let wasMember): wasMember ? "preparing as member" : "preparing"
            case .joining(let join): join.mustRejoin ? "joining, to rejoin" : "joining"
            case .joined(_, let mustRejoin): mustRejoin ? "joined, to rejoin" : "joined"
            case .stable(let stable):
                "stable\(stable.mustRejoin ? ", to rejoin" : "")\(stable.heartbeat.map { ", beat \($0)" } ?? "")"
            case .left: "left"
            }
        return "\(state) \(member.who)"
    }

    private static func heartbeat(_ member: ClassicMembership) -> Int? {
        if case .stable(let stable) = member.state { stable.heartbeat } else { nil }
    }

    // MARK: Every event in every state

    private static func table() -> MembershipTable<Phase> {
        var table = MembershipTable<Phase>()
        polling(&table)
        joining(&table)
        beating(&table)
        losing(&table)
        return table
    }

    private static func polling(_ table: inout MembershipTable<Phase>) {
        table.on(.polled, in: [.outside], to: "preparing nobody/-1", .prepare, [.stopHeartbeats])
        table.on(.polled, in: [.outsideLost, .preparingLost], .giveUp)
        table.on(.polled, in: [.preparing, .preparingAgain], .prepare)
        table.on(.polled, in: [.joining, .joiningAgain], .wait)
        table.on(
            .polled, in: [.joined], to: "stable m/5", .take(held), [.scheduleHeartbeat(after: interval)])
        table.on(.polled, in: [.stable, .beating], .read)
        table.on(.polled, in: [.rejoining], to: "preparing as member m/5", .prepare, [.stopHeartbeats])

        table.on(.gaveUp, in: [.outsideLost], to: "outside m/-1")
        table.on(.gaveUp, in: [.preparingLost], to: "preparing nobody/-1")

        table.on(.topicsChanged, in: [.joining], to: "joining, to rejoin nobody/-1")
        table.on(.topicsChanged, in: [.joiningAgain], to: "joining, to rejoin m/5")
        table.on(.topicsChanged, in: [.joined], to: "joined, to rejoin m/5")
        table.on(.topicsChanged, .tookAndRevoked, .commitRebalance, in: [.stable], to: "stable, to rejoin m/5")
        table.on(.topicsChanged, .tookAndRevoked, .commitRebalance, in: [.beating], to: "stable, to rejoin, beat 1 m/5")
    }

    private static func joining(_ table: inout MembershipTable<Phase>) {
        table.on(.prepared, in: [.preparing], to: "joining nobody/-1", .join)
        table.on(.prepared, in: [.preparingAgain], to: "joining m/5", .join)
        // What is left is to be dropped as lost before joining.
        table.on(.prepared, in: [.preparingLost], to: "outside nobody/-1 lost")

        table.on(.joinAnswered, in: [.joining, .joiningAgain], to: "joining n/6")
        table.on(.joinNamed, in: [.joining], to: "joining n/-1")
        table.on(.joinNamed, in: [.joiningAgain], to: "joining n/5")
        table.on(.synced, in: [.joining], .joinAgain(afterPause: true))
        table.on(.synced, in: [.joiningAgain], to: "joined m/5", .none, [.obstacle(nil), .signal])

        table.on(.joinMemberIDRequired, .joinRebalance, in: Phase.joiningAll, .joinAgain(afterPause: false))
        let pause = GroupDuty.joinAgain(afterPause: true)
        for happening in [Happening.joinMoved, .joinUnreachable] {
            table.on(happening, in: Phase.joiningAll, pause, [.forgetCoordinator, .obstacle(happening.error)])
        }
        table.on(.joinLoading, in: Phase.joiningAll, pause, [.obstacle(Happening.joinLoading.error)])
        let unknown = [GroupAction.obstacle(Happening.joinUnknown.error)]
        table.on(.joinUnknown, in: [.joining, .joiningAgain], to: "joining nobody/-1", pause, unknown)
        let illegal = [GroupAction.obstacle(Happening.joinIllegal.error)]
        table.on(.joinIllegal, in: [.joining], pause, illegal)
        table.on(.joinIllegal, in: [.joiningAgain], to: "joining m/-1", pause, illegal)
        let refused: [GroupAction] = [.fail(Happening.joinRefused.error), .signal]
        table.on(.joinRefused, in: [.joining], to: "outside nobody/-1", .none, refused)
        table.on(.joinRefused, in: [.joiningAgain], to: "outside m/5", .none, refused)
    }

    private static func beating(_ table: inout MembershipTable<Phase>) {
        let next = GroupAction.scheduleHeartbeat(after: interval)
        let heartbeat = Heartbeat(number: 1, identity: MemberIdentity(memberID: "m", generation: 5))
        table.on(.due, in: [.stable], to: "stable, beat 1 m/5", .heartbeat(heartbeat))
        table.on(.due, in: [.rejoining], to: "stable, to rejoin, beat 1 m/5", .heartbeat(heartbeat))
        table.on(
            .dueButNotPolled, in: Phase.resting, to: "outside nobody/-1 lost",
            .leave(MemberIdentity(memberID: "m", generation: 5)), [.stopHeartbeats, .signal])

        table.on(.accepted, .acceptedWithAssignment, in: [.beating], to: "stable m/5", .none, [next])
        table.on(.beatRebalance, in: [.beating], to: "stable, to rejoin m/5", .none, [.signal, next])
        table.on(.beatMoved, in: [.beating], to: "stable m/5", .none, [.forgetCoordinator, next])
        table.on(.beatLoading, in: [.beating], to: "stable m/5", .none, [next])
        for happening in [Happening.beatFenced, .beatRefused] {
            table.on(happening, in: [.beating], to: "stable m/5", .none, [.fail(happening.error), next])
        }
        table.on(
            .unanswered, .unansweredForLong, .unsendable, .unansweredLate, in: Phase.alive, .none, [.forgetCoordinator])
        table.on(.unanswered, .unsendable, in: [.beating], to: "stable m/5", .none, [.forgetCoordinator, next])
    }

    private static func losing(_ table: inout MembershipTable<Phase>) {
        let lost: [GroupAction] = [.stopHeartbeats, .signal]
        table.on(.beatIllegal, in: [.beating], to: "outside m/-1 lost", .none, lost)
        table.on(.beatUnknown, in: [.beating], to: "outside nobody/-1 lost", .none, lost)
        table.on(.unansweredForLong, in: [.beating], to: "outside m/-1 lost", .none, [.forgetCoordinator] + lost)

        let members: [Phase] = [.joined, .stable, .beating, .rejoining]
        table.on(.commitUnknown, in: members, to: "outside nobody/-1 lost", .none, lost)
        table.on(.commitUnknown, in: [.preparingAgain], to: "preparing nobody/-1 lost", .none, lost)
        table.on(.commitIllegal, .commitFenced, in: members, to: "outside m/-1 lost", .none, lost)
        table.on(
            .commitIllegal, .commitFenced, in: [.preparingAgain], to: "preparing m/-1 lost", .none, lost)

        table.on(
            .closed, in: [.outside, .preparing, .preparingLost, .joining], to: "left nobody/-1", .none,
            [.stopHeartbeats])
        table.on(
            .closed, in: [.outsideLost], to: "left nobody/-1", .leave(MemberIdentity(memberID: "m")),
            [.stopHeartbeats])
        table.on(
            .closed, in: members + [.preparingAgain, .joiningAgain], to: "left nobody/5",
            .leave(MemberIdentity(memberID: "m", generation: 5)), [.stopHeartbeats])
    }

    @Test("does in every state what every event asks for, or nothing")
    func everyPair() {
        Self.table().check({ $0.makeMember() }, heartbeat: Self.heartbeat, describe: Self.describe)
    }

    @Test("is counted on from when it takes its partitions until it has given them up")
    func isMember() {
        let members = Phase.allCases.filter { $0.makeMember().isMember }
        #expect(members == [.preparingAgain, .stable, .beating, .rejoining])
    }

    // MARK: In particular

    @Test("joins again at once under the id that it is given, and after some turns with pauses (KIP-394)")
    func turns() {
        var member = Self.member()
        member.handle([.polled, .prepared])
        var duties: [GroupDuty] = []
        for _ in 0..<6 {
            _ = member.handle(.joinAnswered(memberID: "m", generation: nil), at: Happening.start)
            let error = Happening.refusal(duties.isEmpty ? .memberIDRequired : .rebalanceInProgress)
            duties.append(member.handle(.joinFailed(error), at: Happening.start).duty)
        }
        let (atOnce, later) = (GroupDuty.joinAgain(afterPause: false), GroupDuty.joinAgain(afterPause: true))
        #expect(duties == [atOnce, atOnce, atOnce, atOnce, later, later])
        #expect(member.identity == MemberIdentity(memberID: "m"))
    }

    @Test("rejoins for what it gave up to others if it is cooperative, and not if it gave up all before")
    func revoking() {
        for isCooperative in [false, true] {
            var member = Self.member(isCooperative: isCooperative)
            member.handle([
                .polled, .prepared, .joinAnswered(memberID: "m", generation: 1), .synced(Self.held), .polled,
                .took(hasRevoked: true),
            ])
            #expect(member.handle(.polled, at: Happening.start).duty == (isCooperative ? .prepare : .read))
        }
    }

    @Test("keeps what it says it has in a join, whatever becomes of commits that were sent before")
    func commitsWhileJoining() {
        for code in [ErrorCode.illegalGeneration, .unknownMemberID, .fencedMemberEpoch, .rebalanceInProgress] {
            var member = Phase.joiningAgain.makeMember()
            member.handle([.commitRefused(code, generation: 5)])
            #expect(!member.hasLost && member.handle(.polled, at: Happening.start).duty == .wait, "\(code)")
            member.handle([.joinAnswered(memberID: "m", generation: 6), .synced([])])
            // Which it gives up in good order, if it has to.
            #expect(member.handle(.polled, at: Happening.start).duty == .take([]), "\(code)")
        }
    }

    @Test("joins once more if the topics changed while it joined")
    func topicsWhileJoining() {
        var member = Phase.joining.makeMember()
        member.handle([.topicsChanged, .joinAnswered(memberID: "m", generation: 1), .synced(Self.held)])
        let duties = (0..<2).map { _ in member.handle(.polled, at: Happening.start).duty }
        #expect(duties == [.take(Self.held), .prepare])
    }

    @Test("does not say that it leaves if it is static (KIP-345)")
    func staticMember() {
        for event in [GroupEvent.closed, .heartbeatDue(hasStoppedPolling: true)] {
            var member = Self.member(isStatic: true)
            member.handle([
                .polled, .prepared, .joinAnswered(memberID: "m", generation: 1), .synced(Self.held), .polled,
            ])
            #expect(member.handle(event, at: Happening.start).duty == .none)
            #expect(!member.isMember)
        }
    }

    @Test("is lost when the coordinator has been silent for a session since it last said that all is well")
    func session() {
        var member = Phase.stable.makeMember()
        for (second, isConfirmed) in [(3, true), (6, true), (50, false), (51, false), (52, false)] {
            let now = Happening.start + .seconds(second)
            guard case .heartbeat(let heartbeat) = member.handle(.heartbeatDue(hasStoppedPolling: false), at: now).duty
            else {
                #expect(second == 52)
                return
            }
            let number = heartbeat.number
            _ = member.handle(
                isConfirmed
                    ? .heartbeatAccepted(HeartbeatAnswer(), number: number)
                    : .heartbeatFailed(ClientError(.timedOut, "no answer"), number: number), at: now)
            #expect(member.hasLost == (second > 51), "after \(second) s")
            if member.hasLost { return }
        }
        #expect(member.hasLost)
    }

    @Test("Whatever happens, it keeps one join and one heartbeat going, reads nothing that it lost, and finds back")
    func randomWalk() {
        MembershipWalk.run(
            "classic", { Self.member(isCooperative: $0) },
            isBeating: { member in
                if case .stable = member.state { true } else { false }
            })
    }
}
