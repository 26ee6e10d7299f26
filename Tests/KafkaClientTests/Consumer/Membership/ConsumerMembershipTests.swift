// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite("A member by ConsumerGroupHeartbeat (KIP-848)") struct ConsumerMembershipTests {
    fileprivate static let held = [TopicPartition("orders", 0)]
    private static let interval = Duration.seconds(3)
    private static let retryPause = Duration.milliseconds(100)

    fileprivate static func member(isStatic: Bool = false) -> ConsumerMembership {
        ConsumerMembership(
            isStatic: isStatic, heartbeatInterval: interval, sessionTimeout: .seconds(45), retryPause: retryPause,
            makeID: { "m" })
    }

    private enum Phase: CaseIterable {
        case outside, outsideLost
        /// Before the first heartbeat, during it, and after it was taken back.
        case joining, joiningBeating, fenced
        case stable
        /// The coordinator has assigned what poll has not taken yet.
        case assigned
        /// Has taken what the coordinator does not know yet.
        case untold
        case beating
        /// Tells topics and partitions.
        case telling
        case left

        private var history: [GroupEvent] {
            let due = GroupEvent.heartbeatDue(hasStoppedPolling: false)
            let joiningBeating: [GroupEvent] = [.polled, due]
            let stable = joiningBeating + [.heartbeatAccepted(HeartbeatAnswer(epoch: 5), number: 1)]
            return switch self {
            case .outside: []
            case .outsideLost: stable + [.commitRefused(.illegalGeneration, generation: 5)]
            case .joining: [.polled]
            case .joiningBeating: joiningBeating
            case .fenced: stable + [due, .heartbeatRefused(Happening.refusal(.fencedMemberEpoch), number: 2)]
            case .stable: stable
            case .assigned:
                joiningBeating + [.heartbeatAccepted(HeartbeatAnswer(epoch: 5, assignment: held), number: 1)]
            case .untold: stable + [.took(hasRevoked: false)]
            case .beating: stable + [due]
            case .telling: stable + [.took(hasRevoked: false), .topicsChanged, due]
            case .left: stable + [.closed]
            }
        }

        func makeMember() -> ConsumerMembership {
            var member = ConsumerMembershipTests.member()
            member.handle(history)
            return member
        }

        static let resting: [Phase] = [.stable, .assigned, .untold]
        static let members = resting + [.beating, .telling]
        static let alive = allCases.filter { $0 != .left }
    }

    private static func describe(_ member: ConsumerMembership) -> String {
        let state =
            switch member.state {
            case .outside: "outside"
            case .joining(let join):
                "joining\(join.heartbeat.map { ", beat \($0)" } ?? "")\(join.hasUntoldTopics ? ", untold topics" : "")"
            case .stable(let stable):
                "stable\(stable.target.map { ", assigned \($0)" } ?? "")"
                    + (stable.hasUntoldTopics ? ", untold topics" : "")
                    + (stable.hasUntoldPartitions ? ", untold partitions" : "")
                    + (stable.heartbeat.map { ", beat \($0.number)" } ?? "")
            case .left: "left"
            }
        return "\(state) \(member.who)"
    }

    private static func heartbeat(_ member: ConsumerMembership) -> Int? {
        switch member.state {
        case .joining(let join): join.heartbeat
        case .stable(let stable): stable.heartbeat?.number
        case .outside, .left: nil
        }
    }

    // MARK: Every event in every state

    private static func table() -> MembershipTable<Phase> {
        var table = MembershipTable<Phase>()
        polling(&table)
        beating(&table)
        answers(&table)
        losing(&table)
        return table
    }

    private static let atOnce = GroupAction.scheduleHeartbeat(after: .zero)

    private static func polling(_ table: inout MembershipTable<Phase>) {
        table.on(.polled, in: [.outside], to: "joining m/0", .wait, [atOnce])
        table.on(.polled, in: [.outsideLost, .fenced], .giveUp)
        table.on(.polled, in: [.joining, .joiningBeating], .wait)
        table.on(.polled, in: [.stable, .untold, .beating, .telling], .read)
        table.on(.polled, in: [.assigned], to: "stable m/5", .take(held))

        table.on(.gaveUp, in: [.outsideLost], to: "outside m/-1")
        table.on(.gaveUp, in: [.fenced], to: "joining m/0")

        table.on(.topicsChanged, in: [.joiningBeating], to: "joining, beat 1, untold topics m/0")
        table.on(.topicsChanged, in: [.stable], to: "stable, untold topics m/5", .none, [atOnce])
        table.on(.topicsChanged, in: [.assigned], to: "stable, assigned \(held), untold topics m/5", .none, [atOnce])
        table.on(.topicsChanged, in: [.untold], to: "stable, untold topics, untold partitions m/5", .none, [atOnce])
        table.on(.topicsChanged, in: [.beating, .telling], to: "stable, untold topics, beat 2 m/5", .none, [atOnce])

        table.on(.tookAll, .tookAndRevoked, in: [.stable], to: "stable, untold partitions m/5", .none, [atOnce])
        table.on(
            .tookAll, .tookAndRevoked, in: [.assigned], to: "stable, assigned \(held), untold partitions m/5", .none,
            [atOnce])
        table.on(.tookAll, .tookAndRevoked, in: [.untold], .none, [atOnce])
        table.on(
            .tookAll, .tookAndRevoked, in: [.beating, .telling], to: "stable, untold partitions, beat 2 m/5", .none,
            [atOnce])
    }

    private static func beating(_ table: inout MembershipTable<Phase>) {
        let newcomer = MemberIdentity(memberID: "m", generation: 0)
        func joining(_ number: Int) -> GroupDuty {
            .heartbeat(
                Heartbeat(
                    number: number, identity: newcomer, isJoining: true, tellsTopics: true, tellsPartitions: true))
        }
        table.on(.due, .dueButNotPolled, in: [.joining], to: "joining, beat 1 m/0", joining(1))
        table.on(.due, .dueButNotPolled, in: [.fenced], to: "joining, beat 3 m/0 lost", joining(3))

        let member = MemberIdentity(memberID: "m", generation: 5)
        var heartbeat = Heartbeat(number: 2, identity: member)
        table.on(.due, in: [.stable], to: "stable, beat 2 m/5", .heartbeat(heartbeat))
        table.on(
            .due, in: [.assigned], to: "stable, assigned \(held), beat 2 m/5",
            .heartbeat(Heartbeat(number: 2, identity: member)))
        heartbeat.tellsPartitions = true
        table.on(.due, in: [.untold], to: "stable, beat 2 m/5", .heartbeat(heartbeat))
        table.on(
            .dueButNotPolled, in: Phase.resting, to: "outside m/-1 lost", .leave(MemberIdentity(memberID: "m")),
            [.stopHeartbeats, .signal])
    }

    private static func answers(_ table: inout MembershipTable<Phase>) {
        let later = GroupAction.scheduleHeartbeat(after: interval)
        table.on(.accepted, in: [.joiningBeating], to: "stable m/5", .none, [.obstacle(nil), .signal, later])
        table.on(.accepted, in: [.beating, .telling], to: "stable m/5", .none, [.obstacle(nil), later])
        table.on(
            .acceptedWithAssignment, in: [.joiningBeating, .beating, .telling],
            to: "stable, assigned \(Happening.assignment) n/6", .none,
            [.obstacle(nil), .signal, .scheduleHeartbeat(after: .seconds(2))])

        for happening in [
            Happening.unanswered, .unansweredForLong, .unsendable, .beatRebalance, .beatIllegal, .beatMoved,
            .beatLoading, .beatRefused,
        ] {
            let error = happening.error
            let after: [GroupAction] =
                (error.isRetriable ? [] : [.fail(error)]) + [.scheduleHeartbeat(after: retryPause)]
            table.on(
                happening, in: [.joiningBeating], to: "joining m/0", .none,
                [.forgetCoordinator, .obstacle(error)] + after)
            table.on(happening, in: [.beating], to: "stable m/5", .none, [.forgetCoordinator] + after)
            // What was told in vain is told again.
            table.on(
                happening, in: [.telling], to: "stable, untold topics, untold partitions m/5", .none,
                [.forgetCoordinator] + after)
            // There is no such heartbeat.
            table.on(
                happening, in: [.outside, .outsideLost, .joining, .fenced] + Phase.resting, .none, [.forgetCoordinator])
        }
        table.on(.unansweredLate, in: Phase.alive, .none, [.forgetCoordinator])
    }

    private static func losing(_ table: inout MembershipTable<Phase>) {
        table.on(
            .beatFenced, .beatUnknown, in: [.joiningBeating, .beating, .telling], to: "joining m/0 lost", .none,
            [.signal, atOnce])
        let lost: [GroupAction] = [.stopHeartbeats, .signal]
        table.on(
            .unansweredForLong, in: [.beating, .telling], to: "outside m/-1 lost", .none, [.forgetCoordinator] + lost)
        table.on(.commitUnknown, in: Phase.members, to: "outside nobody/-1 lost", .none, lost)
        table.on(.commitIllegal, .commitFenced, in: Phase.members, to: "outside m/-1 lost", .none, lost)

        table.on(.closed, in: [.outside, .outsideLost], to: "left nobody/-1", .none, [.stopHeartbeats])
        let goodbye = GroupDuty.leave(MemberIdentity(memberID: "m"))
        table.on(
            .closed, in: [.joining, .joiningBeating, .fenced], to: "left nobody/0", goodbye, [.stopHeartbeats])
        table.on(.closed, in: Phase.members, to: "left nobody/5", goodbye, [.stopHeartbeats])
    }

    @Test("does in every state what every event asks for, or nothing")
    func everyPair() {
        Self.table().check({ $0.makeMember() }, heartbeat: Self.heartbeat, describe: Self.describe)
    }

    // MARK: In particular

    @Test("takes what is assigned last, and acknowledges it at once, also when a heartbeat is on its way")
    func reconciling() {
        var member = Phase.beating.makeMember()
        for (epoch, partition) in [(Int32(6), Int32(1)), (7, 2)] {
            let assignment = [TopicPartition("orders", partition)]
            member.handle([
                .heartbeatDue(hasStoppedPolling: false),
                .heartbeatAccepted(HeartbeatAnswer(epoch: epoch, assignment: assignment), number: Int(epoch) - 4),
            ])
        }
        #expect(member.handle(.polled, at: Happening.start).duty == .take([TopicPartition("orders", 2)]))
        member.handle([.heartbeatDue(hasStoppedPolling: false), .took(hasRevoked: true)])
        let answered = member.handle(
            .heartbeatAccepted(HeartbeatAnswer(epoch: 7), number: 4), at: Happening.start)
        #expect(answered.actions.last == .scheduleHeartbeat(after: .zero))
        guard
            case .heartbeat(let heartbeat) = member.handle(Happening.due.event(heartbeat: 0), at: Happening.start).duty
        else {
            Issue.record("no heartbeat")
            return
        }
        #expect(heartbeat.tellsPartitions && !heartbeat.tellsTopics && heartbeat.identity.generation == 7)
    }

    @Test("tells at once what it has taken, but with the next heartbeat what it has taken again")
    func repeating() {
        var member = Phase.assigned.makeMember()
        var number = 1
        /// What comes of taking an assignment that stands in an answer.
        func take(_ assignment: [TopicPartition]) -> [GroupAction] {
            number += 1
            let due = member.handle(.heartbeatDue(hasStoppedPolling: false), at: Happening.start).duty
            guard case .heartbeat(let heartbeat) = due else { return [] }
            #expect(heartbeat.tellsPartitions)
            member.handle([.heartbeatAccepted(HeartbeatAnswer(epoch: 5, assignment: assignment), number: number)])
            #expect(member.handle(.polled, at: Happening.start).duty == .take(assignment))
            return member.handle(.took(hasRevoked: false), at: Happening.start).actions
        }
        #expect(member.handle(.polled, at: Happening.start).duty == .take(Self.held))
        #expect(member.handle(.took(hasRevoked: false), at: Happening.start).actions == [Self.atOnce])
        for _ in 0..<3 { #expect(take(Self.held) == []) }
        #expect(take([TopicPartition("orders", 9)]) == [Self.atOnce])
        #expect(take(Self.held) == [Self.atOnce])
    }

    @Test("drops what was assigned when it is fenced, and joins with growing pauses if that goes on")
    func fencing() {
        var member = Phase.assigned.makeMember()
        var pauses: [GroupAction?] = []
        func fence(_ number: Int) {
            member.handle([.heartbeatDue(hasStoppedPolling: false)])
            let refusal = Happening.refusal(number % 2 == 0 ? .fencedMemberEpoch : .unknownMemberID)
            pauses.append(member.handle(.heartbeatRefused(refusal, number: number), at: Happening.start).actions.last)
        }
        for number in 2...4 { fence(number) }
        #expect(pauses == [Self.atOnce, .scheduleRejoin(fencings: 1), .scheduleRejoin(fencings: 2)])
        let duties = [GroupEvent.polled, .gaveUp, .polled].map { member.handle($0, at: Happening.start).duty }
        #expect(duties == [.giveUp, .none, .wait])
        // Twice in a row all is well.
        for number in 5...6 {
            member.handle([
                .heartbeatDue(hasStoppedPolling: false),
                .heartbeatAccepted(HeartbeatAnswer(epoch: 9), number: number),
            ])
        }
        #expect(member.handle(.polled, at: Happening.start).duty == .read)
        fence(7)
        #expect(pauses.last == Self.atOnce)
    }

    @Test("does not take the answer to a heartbeat of a membership that has ended for one of the next")
    func formerLife() {
        var member = Phase.beating.makeMember()
        member.handle([.commitRefused(.fencedMemberEpoch, generation: 5), .polled, .gaveUp, .polled])
        let late = member.handle(.heartbeatAccepted(HeartbeatAnswer(epoch: 5), number: 2), at: Happening.start)
        #expect(late == GroupOrders() && !member.isMember)
        let due = member.handle(.heartbeatDue(hasStoppedPolling: false), at: Happening.start).duty
        guard case .heartbeat(let heartbeat) = due else {
            Issue.record("no heartbeat")
            return
        }
        #expect(heartbeat.isJoining)
    }

    @Test("says with -2 that it will be back if it is static")
    func staticMember() {
        for event in [GroupEvent.closed, .heartbeatDue(hasStoppedPolling: true)] {
            var member = Self.member(isStatic: true)
            member.handle([
                .polled, .heartbeatDue(hasStoppedPolling: false),
                .heartbeatAccepted(HeartbeatAnswer(epoch: 5), number: 1),
            ])
            let goodbye = MemberIdentity(memberID: "m", generation: -2)
            #expect(member.handle(event, at: Happening.start).duty == .leave(goodbye))
        }
    }

    @Test("Whatever happens, it keeps one heartbeat going, reads nothing that it lost, and finds back")
    func randomWalk() {
        MembershipWalk.run(
            "consumer", { _ in Self.member() },
            isBeating: { member in
                switch member.state {
                case .joining, .stable: true
                case .outside, .left: false
                }
            })
    }
}
