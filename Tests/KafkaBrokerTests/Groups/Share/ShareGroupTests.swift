// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

extension ShardDriver {
    @discardableResult
    mutating func shareBeat(
        _ memberID: String, epoch: Int32, _ topics: [String]? = nil, group: String = "queue"
    ) -> (response: ShareGroupHeartbeatResponse, uninitialized: [SharePartitionKey]) {
        let client = GroupClient(clientID: "client", host: "/127.0.0.1", apiVersion: 1)
        return perform { shard, context, effects in
            shard.heartbeat(
                ShareGroupHeartbeatRequest {
                    ($0.groupID, $0.memberID, $0.memberEpoch) = (group, memberID, epoch)
                    $0.subscribedTopicNames = topics
                }, client, context, &effects)
        }
    }

    /// A member joins, and the share coordinator keeps what it is asked to.
    @discardableResult
    mutating func joinShare(_ memberID: String, _ topics: [String] = ["orders"]) -> ShareGroupHeartbeatResponse {
        let (response, missing) = shareBeat(memberID, epoch: 0, topics)
        guard !missing.isEmpty else { return response }
        let lookup = self.topics
        perform { shard, _, effects in shard.initialized("queue", missing, failed: [], lookup, &effects) }
        return shareBeat(memberID, epoch: response.memberEpoch).response
    }

    var share: ShareGroup { shard.shareGroups["queue"]! }
}

@Suite("Share groups")
struct ShareGroupTests {
    private func partitions(_ response: ShareGroupHeartbeatResponse) -> [Int32]? {
        response.assignment?.topicPartitions.flatMap(\.partitions)
    }

    @Test("A member gets partitions when the share coordinator keeps them")
    func joining() {
        var driver = ShardDriver()
        let (first, missing) = driver.shareBeat("a", epoch: 0, ["orders"])
        #expect(first.errorCode == .none && first.memberEpoch == 1 && partitions(first) == [])
        #expect(missing.map(\.partition) == [0, 1, 2])
        #expect(driver.share.initializing.values.first?.partitions == [0, 1, 2])
        let topics = driver.topics
        driver.perform { shard, _, effects in
            shard.initialized("queue", Array(missing[..<2]), failed: [missing[2]], topics, &effects)
        }
        let (second, rest) = driver.shareBeat("a", epoch: 1)
        #expect(second.memberEpoch == 2 && partitions(second) == [0, 1] && rest == [missing[2]])
        driver.perform { shard, _, effects in shard.initialized("queue", rest, failed: [], topics, &effects) }
        #expect(partitions(driver.shareBeat("a", epoch: 2).response) == [0, 1, 2])
        // Nothing new: nothing is written, and nothing said.
        let written = driver.log.count
        #expect(driver.shareBeat("a", epoch: 3).response.assignment == nil && driver.log.count == written)
    }

    @Test("Members share partitions, and what is left when one goes")
    func sharing() {
        var driver = ShardDriver()
        #expect(partitions(driver.joinShare("a")) == [0, 1, 2])
        let second = partitions(driver.joinShare("b"))!
        driver.shareBeat("a", epoch: driver.share.members["a"]!.epoch)
        let first = driver.share.members["a"]!.assigned.values.flatMap { $0 }
        #expect(Set(first + second) == [0, 1, 2] && first.count + second.count == 3)
        for name in ["c", "d", "e"] { driver.joinShare(name) }
        for member in driver.share.sortedMembers { driver.shareBeat(member.memberID, epoch: member.epoch) }
        // More members than partitions: each has one, and each partition somebody.
        #expect(driver.share.members.values.allSatisfy { $0.assigned.values.reduce(0) { $0 + $1.count } >= 1 })
        for name in ["b", "c", "d", "e"] {
            #expect(driver.shareBeat(name, epoch: -1).response.memberEpoch == -1)
        }
        driver.shareBeat("a", epoch: driver.share.members["a"]!.epoch)
        #expect(driver.share.members["a"]!.assigned.values.first == [0, 1, 2])
        driver.shareBeat("a", epoch: -1)
        #expect(driver.share.state == .empty)
    }

    @Test("A silent member is dropped")
    func sessions() {
        var driver = ShardDriver()
        driver.joinShare("a")
        driver.advance(44_999)
        #expect(driver.share.members.count == 1)
        driver.advance(1)
        #expect(driver.share.members.isEmpty && driver.share.state == .empty)
        driver.topics.configure("queue", ["share.session.timeout.ms": "50000", "share.heartbeat.interval.ms": "7000"])
        #expect(driver.joinShare("a").heartbeatIntervalMs == 7000)
        driver.advance(49_999)
        #expect(driver.share.members.count == 1)
    }

    @Test("Heartbeats that contradict themselves or the group are refused")
    func refusals() {
        var driver = ShardDriver()
        #expect(driver.shareBeat("", epoch: 0, ["orders"]).response.errorCode == .invalidRequest)
        #expect(driver.shareBeat("a", epoch: 0, nil).response.errorCode == .invalidRequest)
        #expect(driver.shareBeat("a", epoch: 0, []).response.errorCode == .invalidRequest)
        #expect(driver.shareBeat("a", epoch: -2, ["orders"]).response.errorCode == .invalidRequest)
        #expect(driver.shareBeat("a", epoch: 3).response.errorCode == .groupIDNotFound)
        driver.joinShare("a")
        #expect(driver.shareBeat("b", epoch: 3).response.errorCode == .unknownMemberID)
        #expect(driver.shareBeat("a", epoch: 9).response.errorCode == .fencedMemberEpoch)
        // The answer with the current epoch may have been lost.
        #expect(driver.shareBeat("a", epoch: driver.share.members["a"]!.previousEpoch).response.errorCode == .none)
        driver.configuration.shareMaxGroupSize = 1
        #expect(driver.shareBeat("b", epoch: 0, ["orders"]).response.errorCode == .groupMaxSizeReached)
    }

    @Test("A group is of one kind, and the others are told")
    func kinds() {
        var driver = ShardDriver()
        driver.joinShare("a")
        driver.joinConsumer("m", group: "consumers")
        #expect(driver.shareBeat("a", epoch: 0, ["orders"], group: "consumers").response.errorCode == .groupIDNotFound)
        #expect(driver.joinConsumer("m", group: "queue").errorCode == .groupIDNotFound)
        let id = driver.join(group: "queue")
        #expect(driver.joins[id]?.errorCode == .inconsistentGroupProtocol)
        let commit = driver.perform { shard, context, effects in
            shard.commit(
                OffsetCommitRequest {
                    $0.groupID = "queue"
                    $0.generationIDOrMemberEpoch = -1
                    $0.topics = [
                        .init {
                            $0.name = "orders"
                            $0.partitions = [.init { $0.committedOffset = 1 }]
                        }
                    ]
                }, GroupClient(clientID: "", host: "", apiVersion: 9), context, &effects)
        }
        #expect(commit.topics[0].partitions[0].errorCode == .groupIDNotFound)
        let listed = driver.shard.list(states: [], types: ["share"])
        #expect(listed.map(\.groupID) == ["queue"] && listed[0].protocolType == "share")
        #expect(listed[0].groupState == "Stable")
        #expect(driver.shard.describeShareGroup("queue", driver.topics).members.map(\.memberID) == ["a"])
        #expect(driver.shard.describeShareGroup("consumers", driver.topics).errorCode == .groupIDNotFound)
    }

    @Test("What is read back is what was there")
    func replay() {
        var driver = ShardDriver()
        driver.joinShare("a")
        driver.joinShare("b", ["orders", "payments"])
        driver.shareBeat("a", epoch: driver.share.members["a"]!.epoch)
        driver.shareBeat("b", epoch: -1)
        var (before, after) = (driver.share, driver.restarted().share)
        (before.refreshDeadline, after.refreshDeadline) = (0, 0)
        #expect(before == after)
        // Its members have to show that they are alive.
        var restarted = driver.restarted()
        restarted.advance(45_000)
        #expect(restarted.share.members.isEmpty)
        let deleted = restarted.perform { shard, _, effects in shard.deleteGroup("queue", &effects) }
        #expect(deleted == .none && restarted.shard.shareGroups.isEmpty)
        #expect(restarted.restarted().shard.shareGroups.isEmpty)
    }

    @Test("A topic that grows or goes changes what members have")
    func topicChanges() {
        var driver = ShardDriver()
        driver.joinShare("a")
        driver.topics.set("orders", partitions: 4)
        driver.shard.refresh(["orders"])
        let (_, missing) = driver.shareBeat("a", epoch: driver.share.members["a"]!.epoch)
        #expect(missing.map(\.partition) == [3])
        let topics = driver.topics
        driver.perform { shard, _, effects in shard.initialized("queue", missing, failed: [], topics, &effects) }
        #expect(partitions(driver.shareBeat("a", epoch: driver.share.members["a"]!.epoch).response) == [0, 1, 2, 3])
        let id = driver.topics.topic(named: "orders")!.id
        driver.topics.set("orders", partitions: nil)
        driver.perform { shard, _, effects in shard.forget("queue", [id], &effects) }
        driver.shard.refresh(["orders"])
        #expect(partitions(driver.shareBeat("a", epoch: driver.share.members["a"]!.epoch).response) == [])
        #expect(driver.share.keptTopics.isEmpty)
    }
}

@Suite("The simple share assignor")
struct SimpleShareAssignorTests {
    @Test("Every partition has a member, every member a partition, and the load is even")
    func random() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let topics = (0..<Int.random(in: 1...3, using: &random)).map { KafkaUUID(high: 1, low: UInt64($0)) }
            var partitions: Assignment = [:]
            for topic in topics { partitions[topic] = Set(0..<Int32.random(in: 1...5, using: &random)) }
            let count = partitions.values.reduce(0) { $0 + $1.count }
            var current: [String: Assignment] = [:]
            for _ in 0..<3 {
                let members = (0..<Int.random(in: 1...8, using: &random)).map { number in
                    AssignedMember(
                        memberID: "m\(number)", instanceID: nil, topicIDs: Set(topics),
                        current: current["m\(number)"] ?? [:])
                }
                let targets = SimpleShareAssignor.assign(members, partitions: partitions)
                let sizes = targets.values.map { $0.values.reduce(0) { $0 + $1.count } }
                #expect(targets.count == members.count && sizes.max()! - sizes.min()! <= 1, "seed \(seed)")
                #expect(sizes.min()! >= 1, "seed \(seed)")
                let covered = targets.values.reduce(into: Assignment()) { $0.merge($1) { $0.union($1) } }
                #expect(covered == partitions, "seed \(seed)")
                if members.count <= count { #expect(sizes.reduce(0, +) == count, "seed \(seed)") }
                // The same again moves nothing.
                let again = members.map {
                    AssignedMember(
                        memberID: $0.memberID, instanceID: nil, topicIDs: $0.topicIDs, current: targets[$0.memberID]!)
                }
                #expect(SimpleShareAssignor.assign(again, partitions: partitions) == targets, "seed \(seed)")
                current = targets
            }
        }
    }

    @Test("Members get partitions of the topics that they read only")
    func subscriptions() {
        let (one, two) = (KafkaUUID(high: 1, low: 1), KafkaUUID(high: 1, low: 2))
        let members = [("a", [one]), ("b", [one, two]), ("c", [])].map { name, topics in
            AssignedMember(memberID: name, instanceID: nil, topicIDs: Set(topics), current: [:])
        }
        let targets = SimpleShareAssignor.assign(members, partitions: [one: [0, 1], two: [0]])
        #expect(targets == ["a": [one: [0, 1]], "b": [one: [0, 1], two: [0]], "c": [:]])
    }
}
