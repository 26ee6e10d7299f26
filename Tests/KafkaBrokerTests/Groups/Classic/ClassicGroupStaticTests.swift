// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Static members of a classic group")
struct ClassicGroupStaticTests {
    var driver = ShardDriver()

    /// A stable group of two static members; the first is the leader.
    private mutating func staticPair() -> [String] {
        driver.configuration.initialRebalanceDelayMs = 3_000
        let ids = [driver.join(instance: "one"), driver.join(instance: "two")]
        driver.advance(9_000)
        let members = ids.map { driver.joins[$0]!.memberID }
        driver.sync(members[1], generation: 1, instance: "two")
        driver.sync(
            members[0], generation: 1, instance: "one", assignments: [members[0]: "a", members[1]: "b"])
        return members
    }

    @Test("A static member joins without being asked for an id")
    mutating func joins() {
        let members = staticPair()
        #expect(members[0].hasPrefix("one-"))
        #expect(driver.classic().state == .stable)
        #expect(driver.classic().staticMember("two")?.memberID == members[1])
    }

    @Test(
        "Absent static members are waited for even if their record gives them no time to come back",
        arguments: [Int32.min, -1, 0])
    mutating func absentWithoutTime(rebalance: Int32) {
        let value = GroupMetadataValue {
            ($0.protocolType, $0.protocol, $0.leader, $0.generation) = ("consumer", "range", "guest", 1)
            $0.members = [("one", "one", Int32(1_800_000)), ("guest", nil, 0)].map { memberID, instance, session in
                .init {
                    ($0.memberID, $0.groupInstanceID) = (memberID, instance)
                    ($0.rebalanceTimeout, $0.sessionTimeout) = (rebalance, session)
                }
            }
        }
        driver.shard.apply(
            .classicGroup(GroupMetadataKey { $0.group = ShardDriver.group }, value), offset: 0, producerID: -1,
            now: driver.now)
        driver.perform { shard, context, effects in shard.loaded(context, &effects) }
        // The guest is given up at once; time that stands still must not keep the timers busy for ever.
        for _ in 0..<100 {
            guard let timer = driver.timers.popDue(driver.now) else { break }
            driver.perform { shard, context, effects in shard.timerFired(timer, context, &effects) }
        }
        #expect(driver.timers.popDue(driver.now) == nil)
        #expect(driver.classic().members.keys.sorted() == ["one"])
    }

    @Test("A follower that restarts gets a new id and its old assignment, without a rebalance")
    mutating func followerRestarts() {
        let members = staticPair()
        let id = driver.join(instance: "two")
        let response = driver.joins[id]
        #expect(response?.errorCode == ErrorCode.none)
        #expect(response?.generationID == 1)
        #expect(response?.leader == members[0])
        #expect(response?.skipAssignment == false)
        #expect(response?.members.isEmpty == true)
        let newID = response!.memberID
        #expect(newID != members[1])
        #expect(driver.classic().state == .stable)
        let sync = driver.sync(newID, generation: 1, instance: "two")
        #expect(driver.syncs[sync]?.assignment == ByteBuffer(string: "b"))
        #expect(driver.heartbeat(members[1], generation: 1, instance: "two") == .fencedInstanceID)
        #expect(driver.heartbeat(members[1], generation: 1) == .unknownMemberID)
        guard case .classicGroup(_, let value?) = driver.log.last?.record else {
            Issue.record("no record of the group")
            return
        }
        #expect(Set(value.members.map(\.memberID)) == [members[0], newID])
    }

    @Test("A leader that restarts stays leader and is told to skip the assignment; before version 9 it isn't told")
    mutating func leaderRestarts() {
        let members = staticPair()
        let id = driver.join(instance: "one")
        let newID = driver.joins[id]!.memberID
        #expect(driver.joins[id]?.leader == newID)
        #expect(driver.joins[id]?.skipAssignment == true)
        #expect(driver.joins[id]?.members.count == 2)

        let old = driver.join(instance: "one", version: 8)
        #expect(driver.joins[old]?.leader == newID, "it must not find itself leader")
        #expect(driver.joins[old]?.skipAssignment == false)
        #expect(driver.joins[old]?.members.isEmpty == true)
        #expect(driver.classic().leaderID == driver.joins[old]?.memberID)
        #expect(members.count == 2)
    }

    @Test("If the new id can't be recorded, the member keeps its old one")
    mutating func replacementFails() {
        let members = staticPair()
        driver.nextAppendError = .coordinatorNotAvailable
        let id = driver.join(instance: "two")
        #expect(driver.joins[id]?.errorCode == .coordinatorNotAvailable)
        #expect(driver.heartbeat(members[1], generation: 1, instance: "two") == .none)
        #expect(driver.classic().members.keys.sorted() == members.sorted())
    }

    @Test("A restart with other assignors rebalances if the elected one changes")
    mutating func otherProtocol() {
        driver.join(instance: "one", protocols: [("range", ""), ("sticky", "")])
        driver.settle()
        let memberID = driver.classic().staticMember("one")!.memberID
        driver.sync(memberID, generation: 1, instance: "one", assignments: [memberID: "a"])
        let id = driver.join(instance: "one", protocols: [("sticky", "")])
        #expect(driver.joins[id]?.generationID == 2)
        #expect(driver.joins[id]?.protocolName == "sticky")
    }

    @Test("A restart while the leader assigns starts the rebalance over")
    mutating func restartDuringSync() {
        let members = staticPair()
        driver.join(members[0], instance: "one")
        driver.join(members[1], instance: "two")
        #expect(driver.classic().state == .completingRebalance)
        let waiting = driver.sync(members[1], generation: 2, instance: "two")
        driver.join(instance: "two")
        #expect(driver.syncs[waiting]?.errorCode == .fencedInstanceID)
        #expect(driver.classic().state == .preparingRebalance)
    }

    @Test("A restart while members join fences the parked request of the old id")
    mutating func restartDuringJoin() {
        let members = staticPair()
        let old = driver.join(members[1], instance: "two", protocols: [("range", "another")])
        #expect(driver.joins[old] == nil)
        let new = driver.join(instance: "two")
        #expect(driver.joins[old]?.errorCode == .fencedInstanceID)
        driver.join(members[0], instance: "one")
        #expect(driver.joins[new]?.generationID == 2)
    }

    @Test("An absent static member keeps its place in a rebalance until its session ends")
    mutating func absentStaticMember() {
        let members = staticPair()
        let (_, id) = driver.joinFresh(session: 300_000, rebalance: 30_000)
        driver.join(members[0], instance: "one", session: 300_000, rebalance: 30_000)
        // The other one's session is 10 s, but its timeout for joining counted from when it was last heard of.
        driver.advance(9_000)
        #expect(driver.heartbeat(members[1], generation: 1, instance: "two") == .rebalanceInProgress)
        driver.advance(10_000)
        #expect(driver.joins[id]?.generationID == 2, "its session is over, nobody else is missing")
        #expect(driver.classic().members.count == 2)
    }

    @Test("Static members with long sessions survive a rebalance that they miss")
    mutating func survivesRebalance() {
        driver.configuration.initialRebalanceDelayMs = 3_000
        let ids = [
            driver.join(instance: "one", session: 300_000, rebalance: 30_000),
            driver.join(instance: "two", session: 300_000, rebalance: 30_000),
        ]
        driver.advance(9_000)
        let members = ids.map { driver.joins[$0]!.memberID }
        driver.sync(members[1], generation: 1, instance: "two")
        driver.sync(members[0], generation: 1, instance: "one")
        let id = driver.join(members[0], instance: "one", session: 300_000, rebalance: 30_000)
        driver.advance(30_000)
        #expect(driver.joins[id]?.generationID == 2)
        #expect(driver.joins[id]?.members.count == 2, "the leader still assigns to the absent member")
    }

    @Test("When only absent static members are left, the group waits for them")
    mutating func onlyAbsentStatic() {
        driver.join(instance: "one", session: 300_000, rebalance: 30_000)
        driver.settle()
        let member = driver.classic().staticMember("one")!.memberID
        driver.sync(member, generation: 1, instance: "one")
        let (dynamic, _) = driver.joinFresh(session: 6_000, rebalance: 30_000)
        driver.leave((dynamic, nil))
        driver.advance(100_000)
        #expect(driver.classic().state == .preparingRebalance)
        driver.advance(250_000)
        #expect(driver.classic().state == .empty)
    }

    @Test("Instances are checked: unknown ones, and ids that don't belong to them")
    mutating func fencing() {
        let members = staticPair()
        #expect(driver.heartbeat(members[0], generation: 1, instance: "three") == .unknownMemberID)
        #expect(driver.heartbeat(members[0], generation: 1, instance: "two") == .fencedInstanceID)
        let join = driver.join(members[0], instance: "two")
        #expect(driver.joins[join]?.errorCode == .fencedInstanceID)
        #expect(driver.joins[join]?.protocolName == nil)
        let sync = driver.sync(members[0], generation: 1, instance: "two")
        #expect(driver.syncs[sync]?.errorCode == .fencedInstanceID)
        #expect(driver.leave((members[0], "two")).members.first?.errorCode == .fencedInstanceID)
    }

    @Test("An administrator removes a static member by its instance alone")
    mutating func administrativeRemoval() {
        let members = staticPair()
        let response = driver.leave(("", "two"), ("", "three"), ("", nil))
        #expect(response.members.map(\.errorCode) == [.none, .unknownMemberID, .unknownMemberID])
        #expect(driver.classic().members.keys.sorted() == [members[0]])
    }
}
