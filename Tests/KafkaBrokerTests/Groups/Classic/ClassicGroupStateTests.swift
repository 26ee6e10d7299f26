// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Every state of a classic group with every event")
struct ClassicGroupStateTests {
    private typealias State = ClassicGroup.State

    /// A group in a state, and the ids of two members that are or were in it, the leader first.
    private struct Scene {
        var driver = ShardDriver()
        var leader = ""
        var follower = ""

        init(_ state: State) {
            let members = driver.stableGroup(2)
            (leader, follower) = (members[0], members[1])
            switch state {
            case .stable: break
            case .empty: driver.leave((leader, nil), (follower, nil))
            case .preparingRebalance: _ = driver.joinFresh()
            case .completingRebalance:
                driver.join(leader)
                driver.join(follower)
            case .dead: driver.perform { shard, context, effects in shard.unload(context, &effects) }
            }
            #expect(driver.classic().state == state)
        }

        var generation: Int32 { driver.classic().generationID }

        func answer(_ id: RequestID) -> String {
            (driver.joins[id]?.errorCode ?? driver.syncs[id]?.errorCode)?.description ?? "waits"
        }

        mutating func fire(_ timer: GroupTimer) -> String {
            driver.perform { shard, context, effects in shard.timerFired(timer, context, &effects) }
            return driver.classic().state.rawValue
        }
    }

    /// What comes of an event in the states Empty, PreparingRebalance, CompletingRebalance, Stable and Dead.
    private func check(
        _ name: Comment, _ expected: [String], _ event: (inout Scene) -> String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let states: [State] = [.empty, .preparingRebalance, .completingRebalance, .stable, .dead]
        for (state, expected) in zip(states, expected) {
            var scene = Scene(state)
            let result = event(&scene)
            #expect(result == expected, "\(name) in \(state.rawValue)", sourceLocation: sourceLocation)
        }
    }

    /// What a request is answered that may have to wait.
    private func checkReply(
        _ name: Comment, _ expected: [String], _ event: (inout Scene) -> RequestID,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        check(
            name, expected,
            { scene in
                let id = event(&scene)
                return scene.answer(id)
            }, sourceLocation: sourceLocation)
    }

    @Test("JoinGroup")
    func join() {
        let gone = "COORDINATOR_NOT_AVAILABLE"
        let unknown = "UNKNOWN_MEMBER_ID"
        let required = "MEMBER_ID_REQUIRED"
        checkReply("a new member", [required, required, required, required, gone]) { $0.driver.join() }
        checkReply("a new member of version 3", ["waits", "waits", "waits", "waits", gone]) {
            $0.driver.join(version: 3)
        }
        checkReply("a new static member", ["waits", "waits", "waits", "waits", gone]) {
            $0.driver.join(instance: "one")
        }
        checkReply("an unknown id", [unknown, unknown, unknown, unknown, gone]) { $0.driver.join("x") }
        checkReply("a follower again", [unknown, "waits", "NONE", "NONE", gone]) { $0.driver.join($0.follower) }
        checkReply("the leader again", [unknown, "waits", "NONE", "waits", gone]) { $0.driver.join($0.leader) }
        checkReply("a changed follower", [unknown, "waits", "waits", "waits", gone]) {
            $0.driver.join($0.follower, protocols: [("range", "other")])
        }
        let inconsistent = "INCONSISTENT_GROUP_PROTOCOL"
        checkReply("another assignor", [required, inconsistent, inconsistent, inconsistent, gone]) {
            $0.driver.join(protocols: [("sticky", "")])
        }
        checkReply("another type", [required, inconsistent, inconsistent, inconsistent, gone]) {
            $0.driver.join(type: "connect")
        }
        checkReply("a member under an instance that isn't its own", [unknown, unknown, unknown, unknown, gone]) {
            $0.driver.join($0.follower, instance: "one")
        }
    }

    @Test("SyncGroup")
    func sync() {
        let gone = "COORDINATOR_NOT_AVAILABLE"
        let unknown = "UNKNOWN_MEMBER_ID"
        let illegal = "ILLEGAL_GENERATION"
        let rebalance = "REBALANCE_IN_PROGRESS"
        checkReply("the leader", [unknown, rebalance, "NONE", "NONE", gone]) {
            $0.driver.sync($0.leader, generation: $0.generation)
        }
        checkReply("a follower", [unknown, rebalance, "waits", "NONE", gone]) {
            $0.driver.sync($0.follower, generation: $0.generation)
        }
        checkReply("another generation", [unknown, illegal, illegal, illegal, gone]) {
            $0.driver.sync($0.follower, generation: $0.generation - 1)
        }
        checkReply("an unknown id", [unknown, unknown, unknown, unknown, gone]) {
            $0.driver.sync("x", generation: $0.generation)
        }
    }

    @Test("Heartbeat and LeaveGroup")
    func sessions() {
        let gone = "COORDINATOR_NOT_AVAILABLE"
        let unknown = "UNKNOWN_MEMBER_ID"
        let illegal = "ILLEGAL_GENERATION"
        check("a heartbeat", [unknown, "REBALANCE_IN_PROGRESS", "NONE", "NONE", gone]) {
            $0.driver.heartbeat($0.follower, generation: $0.generation).description
        }
        check("a heartbeat of another generation", [unknown, illegal, illegal, illegal, gone]) {
            $0.driver.heartbeat($0.follower, generation: $0.generation + 1).description
        }
        check("a heartbeat of an unknown id", [unknown, unknown, unknown, unknown, gone]) {
            $0.driver.heartbeat("x", generation: $0.generation).description
        }
        check("a follower that leaves", [unknown, "NONE", "NONE", "NONE", gone]) {
            let response = $0.driver.leave(($0.follower, nil))
            return (response.members.first?.errorCode ?? response.errorCode).description
        }
    }

    @Test("Offsets and deletion")
    func offsets() {
        let gone = "COORDINATOR_NOT_AVAILABLE"
        let unknown = "UNKNOWN_MEMBER_ID"
        let rebalance = "REBALANCE_IN_PROGRESS"
        check("a commit of a member", [unknown, "NONE", rebalance, "NONE", gone]) {
            $0.driver.commit([("orders", 0, 1)], generation: $0.generation, member: $0.follower)[0].description
        }
        check("a commit of nobody", ["NONE", unknown, unknown, unknown, gone]) {
            $0.driver.commit([("orders", 0, 1)])[0].description
        }
        check("a transactional commit of a member", [unknown, "NONE", "NONE", "NONE", gone]) {
            $0.driver.commitInTransaction(
                "orders", 0, 1, producer: 7, generation: $0.generation, member: $0.follower
            ).description
        }
        check("a transactional commit of nobody", ["NONE", "NONE", "NONE", "NONE", gone]) {
            $0.driver.commitInTransaction("orders", 0, 1, producer: 7).description
        }
        let full = "NON_EMPTY_GROUP"
        check("a deletion", ["NONE", full, full, full, "GROUP_ID_NOT_FOUND"]) { scene in
            scene.driver.perform { shard, _, effects in shard.deleteGroup(ShardDriver.group, &effects) }.description
        }
    }

    @Test("Timers")
    func timers() {
        let group = ShardDriver.group
        let preparing = "PreparingRebalance"
        let completing = "CompletingRebalance"
        check("the end of a session", ["Empty", preparing, preparing, preparing, "Dead"]) {
            $0.fire(.session(groupID: group, memberID: $0.follower))
        }
        check("the end of a session of nobody", ["Empty", preparing, completing, "Stable", "Dead"]) {
            $0.fire(.session(groupID: group, memberID: "x"))
        }
        check("the end of the time to join", ["Empty", completing, completing, "Stable", "Dead"]) {
            $0.fire(.join(groupID: group))
        }
        check("the end of the time to sync", ["Empty", preparing, "Empty", "Stable", "Dead"]) {
            $0.fire(.sync(groupID: group))
        }
    }
}
