// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Assignments and sessions of a classic group")
struct ClassicGroupSyncTests {
    var driver = ShardDriver()

    @Test("Followers wait for the leader's assignment, which is recorded before they get it")
    mutating func assignment() {
        driver.configuration.initialRebalanceDelayMs = 3_000
        let (leader, _) = driver.joinFresh()
        let (follower, _) = driver.joinFresh()
        driver.advance(9_000)
        let waiting = driver.sync(follower, generation: 1)
        #expect(driver.syncs[waiting] == nil)
        let leading = driver.sync(leader, generation: 1, assignments: [leader: "a", follower: "b"])
        #expect(driver.syncs[waiting]?.assignment == ByteBuffer(string: "b"))
        #expect(driver.syncs[leading]?.assignment == ByteBuffer(string: "a"))
        #expect(driver.syncs[leading]?.protocolName == "range")
        #expect(driver.syncs[leading]?.protocolType == "consumer")
        #expect(driver.classic().state == .stable)

        guard case .classicGroup(let key, let value?) = driver.log.last?.record else {
            Issue.record("no record of the group")
            return
        }
        #expect(key.group == ShardDriver.group)
        #expect(value.generation == 1 && value.leader == leader && value.protocol == "range")
        #expect(value.members.map(\.memberID) == [leader, follower].sorted())
        #expect(value.members.first { $0.memberID == follower }?.assignment == ByteBuffer(string: "b"))
        let late = driver.sync(follower, generation: 1)
        #expect(driver.syncs[late]?.assignment == ByteBuffer(string: "b"), "a stable group repeats the assignment")
    }

    @Test("A member that the leader forgot gets an empty assignment")
    mutating func forgottenMember() {
        let members = driver.stableGroup(2)
        driver.join(members[1], protocols: [("range", "another")])
        driver.join(members[0])
        let waiting = driver.sync(members[1], generation: 3)
        driver.sync(members[0], generation: 3, assignments: [members[0]: "all"])
        #expect(driver.syncs[waiting]?.errorCode == ErrorCode.none)
        #expect(driver.syncs[waiting]?.assignment.readableBytes == 0)
    }

    @Test("Sync is refused for unknown members, other generations and other protocols, and while members join")
    mutating func refusals() {
        func error(_ id: RequestID) -> ErrorCode? { driver.syncs[id]?.errorCode }
        #expect(error(driver.sync("anyone", generation: 1, group: "no such group")) == .unknownMemberID)
        let members = driver.stableGroup(1)
        #expect(error(driver.sync("someone", generation: 1)) == .unknownMemberID)
        #expect(error(driver.sync(members[0], generation: 0)) == .illegalGeneration)
        #expect(error(driver.sync(members[0], generation: 2)) == .illegalGeneration)
        #expect(error(driver.sync(members[0], generation: 1, protocolName: "sticky")) == .inconsistentGroupProtocol)
        #expect(error(driver.sync(members[0], generation: 1, protocolType: "connect")) == .inconsistentGroupProtocol)
        #expect(
            error(driver.sync(members[0], generation: 1, protocolName: nil, protocolType: nil)) == ErrorCode.none,
            "old clients don't say")
        _ = driver.joinFresh()
        #expect(error(driver.sync(members[0], generation: 1)) == .rebalanceInProgress)
        driver.leave((members[0], nil))
        driver.perform { shard, context, effects in shard.unload(context, &effects) }
        #expect(error(driver.sync(members[0], generation: 1)) == .coordinatorNotAvailable)
    }

    @Test("A rebalance that begins while members wait for assignments sends them back to join")
    mutating func rebalanceDuringSync() {
        let members = driver.stableGroup(2)
        driver.join(members[0])
        driver.join(members[1])
        let waiting = driver.sync(members[1], generation: 3)
        _ = driver.joinFresh()
        #expect(driver.syncs[waiting]?.errorCode == .rebalanceInProgress)
        #expect(driver.classic().state == .preparingRebalance)
    }

    @Test("An assignment that can't be recorded is taken back, and members join again")
    mutating func appendFails() {
        let members = driver.stableGroup(2)
        driver.join(members[0])
        driver.join(members[1])
        let waiting = driver.sync(members[1], generation: 3)
        driver.nextAppendError = .notCoordinator
        let leading = driver.sync(members[0], generation: 3, assignments: [members[0]: "a", members[1]: "b"])
        #expect(driver.syncs[waiting]?.errorCode == .notCoordinator)
        #expect(driver.syncs[leading]?.errorCode == .notCoordinator)
        #expect(driver.classic().state == .preparingRebalance)
    }

    @Test("Members that never sync are removed after the rebalance timeout")
    mutating func syncTimeout() {
        let members = driver.stableGroup(2)
        driver.join(members[0], rebalance: 8_000)
        driver.join(members[1], rebalance: 8_000)
        let waiting = driver.sync(members[1], generation: 3)
        driver.advance(8_000)
        #expect(driver.syncs[waiting]?.errorCode == .rebalanceInProgress)
        #expect(driver.classic().members.keys.sorted() == [members[1]])
        #expect(driver.classic().leaderID == members[1])
        let again = driver.join(members[1], rebalance: 8_000)
        #expect(driver.joins[again]?.leader == members[1])
    }

    @Test("Heartbeats keep a session; without them the member is removed and the others rebalance")
    mutating func sessions() {
        let members = driver.stableGroup(2)
        for _ in 0..<10 {
            driver.advance(9_000)
            #expect(driver.heartbeat(members[0], generation: 2) == .none)
            #expect(driver.heartbeat(members[1], generation: 2) == .none)
        }
        driver.advance(5_000)
        #expect(driver.heartbeat(members[1], generation: 2) == .none)
        driver.advance(5_000)
        #expect(driver.heartbeat(members[0], generation: 2) == .unknownMemberID, "the leader died")
        #expect(driver.heartbeat(members[1], generation: 2) == .rebalanceInProgress)
        let again = driver.join(members[1])
        #expect(driver.joins[again]?.generationID == 3)
        #expect(driver.joins[again]?.leader == members[1])
        #expect(driver.joins[again]?.members.count == 1)
    }

    @Test("Heartbeats are refused for unknown groups, members and generations")
    mutating func heartbeatRefusals() {
        #expect(driver.heartbeat("anyone", generation: 1) == .unknownMemberID)
        let members = driver.stableGroup(1)
        #expect(driver.heartbeat("someone", generation: 1) == .unknownMemberID)
        #expect(driver.heartbeat(members[0], generation: 2) == .illegalGeneration)
        #expect(driver.heartbeat(members[0], generation: 1, instance: "x") == .unknownMemberID)
        driver.leave((members[0], nil))
        #expect(driver.classic().state == .empty)
        #expect(driver.heartbeat(members[0], generation: 2) == .unknownMemberID)
    }

    @Test("Heartbeats are fine while the assignment is awaited")
    mutating func heartbeatCompleting() {
        let (memberID, _) = driver.joinFresh()
        driver.settle()
        #expect(driver.classic().state == .completingRebalance)
        #expect(driver.heartbeat(memberID, generation: 1) == .none)
    }

    @Test("A member whose JoinGroup is parked needs no heartbeats")
    mutating func parkedMembersLive() {
        let members = driver.stableGroup(2)
        let (_, id) = driver.joinFresh(rebalance: 60_000)
        let waiting = driver.join(members[1])
        for _ in 0..<5 {
            driver.advance(9_000)
            #expect(driver.heartbeat(members[0], generation: 2) == .rebalanceInProgress)
        }
        #expect(driver.joins[waiting] == nil && driver.joins[id] == nil)
        driver.join(members[0])
        #expect(driver.joins[waiting]?.generationID == 3)
        #expect(driver.joins[id]?.generationID == 3)
    }

    @Test("Leaving removes members at once, each with an answer of its own")
    mutating func leaving() {
        let members = driver.stableGroup(3)
        let response = driver.leave((members[1], nil), ("nobody", nil), (members[2], nil))
        #expect(response.errorCode == ErrorCode.none)
        #expect(response.members.map(\.errorCode) == [.none, .unknownMemberID, .none])
        #expect(driver.classic().state == .preparingRebalance)
        let again = driver.join(members[0])
        #expect(driver.joins[again]?.members.map(\.memberID) == [members[0]])
    }

    @Test("When the last member leaves, the empty group is recorded")
    mutating func lastLeaves() {
        let members = driver.stableGroup(1)
        driver.now += 77
        driver.leave((members[0], nil))
        #expect(driver.classic().state == .empty)
        #expect(driver.classic().generationID == 2)
        guard case .classicGroup(_, let value?) = driver.log.last?.record else {
            Issue.record("no record of the group")
            return
        }
        #expect(value.members.isEmpty && value.generation == 2 && value.leader == nil && value.protocol == nil)
        #expect(value.protocolType == "consumer" && value.currentStateTimestamp == driver.now)
    }

    @Test("Leaving while joining answers the parked request, and the rest go on")
    mutating func leaveWhileJoining() {
        let members = driver.stableGroup(2)
        let (newcomer, id) = driver.joinFresh()
        let waiting = driver.join(members[0])
        driver.leave((newcomer, nil))
        #expect(driver.joins[id]?.errorCode == .unknownMemberID)
        driver.leave((members[1], nil))
        #expect(driver.joins[waiting]?.generationID == 3)
        #expect(driver.joins[waiting]?.members.count == 1)
    }

    @Test("A pending member can leave, without a rebalance of the others")
    mutating func pendingLeaves() {
        _ = driver.stableGroup(1)
        let id = driver.join()
        let response = driver.leave((driver.joins[id]!.memberID, nil))
        #expect(response.members.map(\.errorCode) == [ErrorCode.none])
        #expect(driver.classic().pendingJoins.isEmpty)
        #expect(driver.classic().state == .stable)
    }

    @Test("Leaving an unknown group names every member as unknown")
    mutating func leaveUnknownGroup() {
        let response = driver.leave(("a", nil), ("", "static"))
        #expect(response.members.map(\.errorCode) == [.unknownMemberID, .unknownMemberID])
        #expect(response.members.map(\.groupInstanceID) == [nil, "static"])
    }

    @Test("A cooperative rebalance is two generations in a row, and members keep their heartbeats between them")
    mutating func cooperative() {
        let first = driver.joinFresh(protocols: [("cooperative-sticky", "owns nothing")]).memberID
        driver.settle()
        driver.sync(first, generation: 1, assignments: [first: "0,1"], protocolName: "cooperative-sticky")
        let (second, _) = driver.joinFresh(protocols: [("cooperative-sticky", "owns nothing")])
        driver.join(first, protocols: [("cooperative-sticky", "owns 0,1")])
        #expect(driver.classic().generationID == 2)
        let waiting = driver.sync(second, generation: 2, protocolName: "cooperative-sticky")
        driver.sync(first, generation: 2, assignments: [first: "0", second: ""], protocolName: "cooperative-sticky")
        #expect(driver.syncs[waiting]?.assignment == ByteBuffer(string: ""))
        // The first member gave a partition up, and starts the round in which the second gets it.
        driver.join(first, protocols: [("cooperative-sticky", "owns 0")])
        #expect(driver.heartbeat(second, generation: 2) == .rebalanceInProgress)
        driver.join(second, protocols: [("cooperative-sticky", "owns nothing")])
        let last = driver.sync(second, generation: 3, protocolName: "cooperative-sticky")
        driver.sync(first, generation: 3, assignments: [first: "0", second: "1"], protocolName: "cooperative-sticky")
        #expect(driver.syncs[last]?.assignment == ByteBuffer(string: "1"))
        #expect(driver.classic().state == .stable)
    }
}
