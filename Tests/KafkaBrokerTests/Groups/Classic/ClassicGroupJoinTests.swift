// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Joining a classic group")
struct ClassicGroupJoinTests {
    var driver = ShardDriver()

    @Test("A member without an id is given one, and joins with it")
    mutating func memberIDRequired() {
        let first = driver.join()
        #expect(driver.joins[first]?.errorCode == .memberIDRequired)
        #expect(driver.joins[first]?.memberID == "client-uuid1")
        #expect(driver.classic().state == .empty)
        #expect(driver.log.count == 1, "the group is recorded as soon as it exists")

        let second = driver.join("client-uuid1")
        #expect(driver.classic().state == .preparingRebalance)
        driver.settle()
        let response = driver.joins[second]
        #expect(response?.errorCode == ErrorCode.none)
        #expect(response?.generationID == 1)
        #expect(response?.leader == "client-uuid1")
        #expect(response?.protocolName == "range")
        #expect(response?.protocolType == "consumer")
        #expect(response?.members.map(\.memberID) == ["client-uuid1"])
        #expect(response?.members.first?.metadata == ByteBuffer(string: "subscription"))
        #expect(driver.classic().state == .completingRebalance)
    }

    @Test("Before version 4 a member joins without an id")
    mutating func oldClients() {
        let id = driver.join(version: 3)
        driver.settle()
        #expect(driver.joins[id]?.errorCode == ErrorCode.none)
        #expect(driver.joins[id]?.memberID == "client-uuid1")
    }

    @Test("A pending member that never comes back is forgotten after its session timeout")
    mutating func pendingExpires() {
        driver.join(session: 10_000)
        #expect(driver.classic().pendingJoins.count == 1)
        driver.advance(10_000)
        #expect(driver.classic().pendingJoins.isEmpty)
        let late = driver.join("client-uuid1")
        #expect(driver.joins[late]?.errorCode == .unknownMemberID)
    }

    @Test("A member id of a group that doesn't exist is unknown")
    mutating func unknownGroup() {
        let id = driver.join("someone")
        #expect(driver.joins[id]?.errorCode == .unknownMemberID)
        #expect(driver.shard.classicGroups.isEmpty)
    }

    @Test("A group needs an id, and its members a session timeout within bounds")
    func validation() {
        let configuration = GroupCoordinatorConfiguration()
        func check(_ group: String, _ timeout: Int32) -> ErrorCode {
            GroupShard.check(
                JoinGroupRequest {
                    $0.groupID = group
                    $0.sessionTimeoutMs = timeout
                }, configuration)
        }
        #expect(check("", 10_000) == .invalidGroupID)
        #expect(check("g", 5_999) == .invalidSessionTimeout)
        #expect(check("g", 1_800_001) == .invalidSessionTimeout)
        #expect(check("g", 6_000) == .none)
        #expect(check("g", 1_800_000) == .none)
    }

    @Test("Protocols must have a type and a name, and one in common with the group")
    mutating func inconsistentProtocols() {
        for (type, protocols) in [("", [("range", "")]), ("consumer", [])] {
            let id = driver.join(protocols: protocols, type: type)
            #expect(driver.joins[id]?.errorCode == .inconsistentGroupProtocol)
            #expect(driver.shard.classicGroups.isEmpty, "nothing is left of a group that nobody could join")
        }
        _ = driver.stableGroup(1)
        let other = driver.join(protocols: [("roundrobin", "")])
        #expect(driver.joins[other]?.errorCode == .inconsistentGroupProtocol)
        let connect = driver.join(protocols: [("range", "")], type: "connect")
        #expect(driver.joins[connect]?.errorCode == .inconsistentGroupProtocol)
    }

    @Test("The assignor that all have and most prefer is elected")
    mutating func election() {
        driver.configuration.initialRebalanceDelayMs = 3_000
        let (_, first) = driver.joinFresh(protocols: [("a", "1a"), ("b", "1b"), ("c", "1c")])
        _ = driver.joinFresh(protocols: [("b", "2b"), ("c", "2c")])
        _ = driver.joinFresh(protocols: [("c", "3c"), ("b", "3b")])
        driver.advance(10_000)
        #expect(driver.joins[first]?.protocolName == "b")
        #expect(driver.joins[first]?.members.map(\.metadata) == ["1b", "2b", "3b"].map { ByteBuffer(string: $0) })
    }

    @Test("A new group waits for the initial delay, longer while members come, at most the rebalance timeout")
    mutating func initialDelay() {
        driver.configuration.initialRebalanceDelayMs = 3_000
        let (_, first) = driver.joinFresh(rebalance: 8_000)
        driver.advance(2_000)
        let (_, second) = driver.joinFresh(rebalance: 8_000)
        driver.advance(1_000)
        #expect(driver.joins[first] == nil, "a member came, another round follows")
        driver.advance(2_000)
        let (_, third) = driver.joinFresh(rebalance: 8_000)
        driver.advance(1_000)
        #expect(driver.joins[first] == nil)
        driver.advance(2_000)
        #expect(driver.joins[first] != nil && driver.joins[second] != nil && driver.joins[third] != nil)
        #expect(driver.now <= 1_000_000 + 9_000)
        #expect(Set([first, second, third].map { driver.joins[$0]!.generationID }) == [1])
    }

    @Test("A new member starts a rebalance; the others learn of it by heartbeat and join again")
    mutating func secondMember() {
        let members = driver.stableGroup(1)
        let (newcomer, id) = driver.joinFresh()
        #expect(driver.classic().state == .preparingRebalance)
        #expect(driver.heartbeat(members[0], generation: 1) == .rebalanceInProgress)
        #expect(driver.joins[id] == nil)
        let again = driver.join(members[0])
        #expect(driver.joins[id]?.generationID == 2)
        #expect(driver.joins[again]?.generationID == 2)
        #expect(driver.joins[id]?.members.isEmpty == true, "only the leader is told the members")
        #expect(driver.joins[again]?.members.count == 2)
        #expect(Set(driver.joins[again]!.members.map(\.memberID)) == [members[0], newcomer])
    }

    @Test("A member that doesn't join in time is out of the next generation")
    mutating func rebalanceTimeout() {
        let members = driver.stableGroup(2)
        let (_, id) = driver.joinFresh(session: 30_000, rebalance: 20_000)
        driver.join(members[1])
        for _ in 0..<7 {
            #expect(driver.heartbeat(members[0], generation: 2) == .rebalanceInProgress)
            driver.advance(8_600)
        }
        #expect(driver.joins[id]?.generationID == 3)
        #expect(driver.classic().members.count == 2)
        #expect(driver.heartbeat(members[0], generation: 2) == .unknownMemberID)
        #expect(driver.classic().leaderID == members[1] || driver.classic().leaderID == driver.joins[id]?.memberID)
    }

    @Test("A follower that joins again unchanged is told the generation; the leader starts a rebalance")
    mutating func rejoinStable() {
        let members = driver.stableGroup(2)
        let follower = driver.join(members[1])
        #expect(driver.joins[follower]?.generationID == 2)
        #expect(driver.joins[follower]?.members.isEmpty == true)
        #expect(driver.classic().state == .stable)
        let leader = driver.join(members[0])
        #expect(driver.joins[leader] == nil)
        #expect(driver.classic().state == .preparingRebalance)
    }

    @Test("A changed subscription starts a rebalance")
    mutating func changedMetadata() {
        let members = driver.stableGroup(2)
        driver.join(members[1], protocols: [("range", "another")])
        #expect(driver.classic().state == .preparingRebalance)
    }

    @Test("While the assignment is awaited, joining again unchanged repeats the answer, changed starts anew")
    mutating func rejoinCompleting() {
        let (memberID, _) = driver.joinFresh()
        driver.settle()
        let again = driver.join(memberID)
        #expect(driver.joins[again]?.generationID == 1)
        #expect(driver.joins[again]?.members.count == 1)
        let changed = driver.join(memberID, protocols: [("range", "another")])
        #expect(driver.joins[changed]?.generationID == 2)
    }

    @Test("A member that asks twice while joining gets the answer on its second request")
    mutating func joinTwice() {
        driver.configuration.initialRebalanceDelayMs = 3_000
        let (memberID, first) = driver.joinFresh()
        let second = driver.join(memberID)
        #expect(driver.joins[first]?.errorCode == .rebalanceInProgress)
        driver.advance(10_000)
        #expect(driver.joins[second]?.generationID == 1)
    }

    @Test("group.max.size turns new members away, and members that come last when it was lowered")
    mutating func maximumSize() {
        driver.configuration.maxGroupSize = 2
        let members = driver.stableGroup(2)
        let third = driver.join()
        #expect(driver.joins[third]?.errorCode == .groupMaxSizeReached)
        #expect(driver.joins[third]?.memberID == "")

        driver.configuration.maxGroupSize = 1
        driver.join(members[0], protocols: [("range", "another")])
        let second = driver.join(members[1])
        #expect(driver.joins[second]?.errorCode == .groupMaxSizeReached)
        driver.advance(60_000)
        #expect(driver.classic().members.keys.sorted() == [members[0]])
    }

    @Test("A member that can't be recorded as the first of its group doesn't leave one behind")
    mutating func creationFails() {
        driver.nextAppendError = .notCoordinator
        let id = driver.join()
        #expect(driver.joins[id]?.errorCode == .notCoordinator)
        #expect(driver.shard.classicGroups.isEmpty)
        #expect(driver.log.isEmpty)
    }

    @Test("In a dead group every request is sent to look for the coordinator")
    mutating func dead() {
        let members = driver.stableGroup(1)
        driver.perform { shard, context, effects in shard.unload(context, &effects) }
        #expect(driver.classic().state == .dead)
        let join = driver.join()
        #expect(driver.joins[join]?.errorCode == .coordinatorNotAvailable)
        let rejoin = driver.join(members[0])
        #expect(driver.joins[rejoin]?.errorCode == .coordinatorNotAvailable)
        let sync = driver.sync(members[0], generation: 1)
        #expect(driver.syncs[sync]?.errorCode == .coordinatorNotAvailable)
        #expect(driver.heartbeat(members[0], generation: 1) == .coordinatorNotAvailable)
        #expect(driver.leave((members[0], nil)).errorCode == .coordinatorNotAvailable)
    }

    @Test("Requests that are parked when the group is given up are answered")
    mutating func unloadAnswersParked() {
        let members = driver.stableGroup(2)
        let (_, join) = driver.joinFresh()
        driver.perform { shard, context, effects in shard.unload(context, &effects) }
        #expect(driver.joins[join]?.errorCode == .notCoordinator)
        #expect(members.count == 2)
    }
}
