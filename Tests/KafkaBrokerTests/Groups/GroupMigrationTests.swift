// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

extension ShardDriver {
    /// A subscription in the consumer's embedded protocol, version 1.
    func subscription(_ topics: [String], owned: [String: [Int32]] = [:]) -> ByteBuffer {
        let message = ConsumerProtocolSubscription {
            $0.topics = topics
            $0.ownedPartitions = owned.sorted { $0.key < $1.key }.map { topic, partitions in
                ConsumerProtocolSubscription.TopicPartition {
                    $0.topic = topic
                    $0.partitions = partitions
                }
            }
        }
        var bytes = ByteBuffer(integer: Int16(1))
        try! message.encode(into: &bytes, version: 1)
        return bytes
    }

    func embedded(_ partitions: [String: [Int32]]) -> ByteBuffer {
        try! ConsumerProtocolAssignment.encoded(assignment(partitions), version: 1, topics)
    }

    /// JoinGroup of a consumer that uses the classic protocol.
    @discardableResult
    mutating func joinEmbedded(
        _ memberID: String = "", _ topics: [String] = ["orders"], owned: [String: [Int32]] = [:],
        instance: String? = nil, version: Int16 = 9
    ) -> RequestID {
        let id = makeID()
        let metadata = subscription(topics, owned: owned)
        let request = JoinGroupRequest {
            $0.groupID = Self.group
            $0.memberID = memberID
            $0.groupInstanceID = instance
            $0.sessionTimeoutMs = 10_000
            $0.rebalanceTimeoutMs = 60_000
            $0.protocolType = "consumer"
            $0.protocols = [
                JoinGroupRequest.SupportedProtocol {
                    $0.name = "range"
                    $0.metadata = metadata
                }
            ]
        }
        let client = GroupClient(clientID: "old", host: "/127.0.0.1", apiVersion: version)
        perform { shard, context, effects in
            shard.join(.init(request: request, client: client, id: id), context, &effects)
        }
        return id
    }

    /// A stable classic group of one consumer that has all of a topic; returns its id.
    mutating func embeddedGroup() -> String {
        let first = joinEmbedded()
        let memberID = joins[first]!.memberID
        joinEmbedded(memberID)
        settle()
        let id = makeID()
        let assignment = embedded(["orders": [0, 1, 2]])
        let request = SyncGroupRequest {
            $0.groupID = Self.group
            $0.memberID = memberID
            $0.generationID = 1
            $0.protocolType = "consumer"
            $0.protocolName = "range"
            $0.assignments = [
                SyncGroupRequest.Assignment {
                    $0.memberID = memberID
                    $0.assignment = assignment
                }
            ]
        }
        perform { shard, context, effects in shard.sync(request, id, context, &effects) }
        return memberID
    }
}

@Suite("Migration between the group protocols")
struct GroupMigrationTests {
    var driver = ShardDriver()

    @Test("An empty classic group becomes a consumer group and keeps its offsets, and the other way round")
    mutating func emptyGroups() {
        driver.commit([("orders", 0, 5)])
        driver.joinConsumer("a")
        #expect(driver.shard.classicGroups.isEmpty)
        #expect(driver.consumer().state == .stable)
        #expect(driver.fetchAll() == ["orders-0: 5"])
        driver.beat("a", epoch: MemberEpoch.leave)
        let (memberID, id) = driver.joinFresh()
        driver.settle()
        #expect(driver.joins[id]?.generationID == 1)
        #expect(driver.shard.consumerGroups.isEmpty)
        #expect(driver.fetchAll() == ["orders-0: 5"])
        driver.sync(memberID, generation: 1)
        #expect(driver.restarted().described() == driver.described())
        #expect(driver.restarted().shard.consumerGroups.isEmpty)
    }

    @Test("With policy disabled or downgrade a classic group with members stays one")
    mutating func upgradeDisabled() {
        let memberID = driver.embeddedGroup()
        for policy in [ConsumerGroupMigrationPolicy.disabled, .downgrade] {
            driver.configuration.consumerMigrationPolicy = policy
            #expect(driver.joinConsumer("new").errorCode == .groupIDNotFound)
        }
        driver.configuration.consumerMigrationPolicy = .bidirectional
        #expect(driver.beat("new", epoch: 1).errorCode == .groupIDNotFound, "only joining converts")
        #expect(driver.heartbeat(memberID, generation: 1) == .none)
        driver.join(group: "connect", version: 0, type: "connect")
        #expect(driver.joinConsumer("new", group: "connect").errorCode == .groupIDNotFound)
    }

    @Test("A classic group is taken over with its assignment; old and new members share, and nobody reads twice")
    mutating func upgrade() {
        let old = driver.embeddedGroup()
        let new = driver.joinConsumer("new")
        #expect(new.errorCode == ErrorCode.none)
        #expect(driver.assigned(new) == [:], "the old member still has everything")
        #expect(driver.shard.classicGroups.isEmpty)
        #expect(driver.consumer().members[old]?.usesClassicProtocol == true)
        #expect(driver.describedConsumer().members.map(\.memberType).sorted() == [0, 1])

        // The old member learns of it by its heartbeat, joins, reports what it owns, and is told to give one up.
        #expect(driver.heartbeat(old, generation: 1) == .rebalanceInProgress)
        let first = driver.joinEmbedded(old, owned: ["orders": [0, 1, 2]])
        #expect(driver.joins[first]?.generationID == 1)
        #expect(driver.joins[first]?.leader == "", "the coordinator assigns")
        let sync = driver.sync(old, generation: 1)
        let kept = driver.consumer().members[old]!.assigned
        let topic = driver.topics.topic(named: "orders")!.id
        #expect(kept[topic]?.count == 2)
        #expect(driver.syncs[sync]?.assignment == driver.embedded(["orders": kept[topic]!.sorted()]))
        #expect(driver.heartbeat(old, generation: 1) == .rebalanceInProgress, "it has to say that it has let go")
        let second = driver.joinEmbedded(old, owned: ["orders": kept[topic]!.sorted()])
        #expect(driver.joins[second]?.generationID == 2)
        driver.sync(old, generation: 2)
        let rest = driver.beat("new", epoch: 2, owned: [:])
        #expect(driver.assigned(rest) == [topic: Set([0, 1, 2]).subtracting(kept[topic]!)])
        #expect(driver.consumer().state == .stable)
        #expect(driver.heartbeat(old, generation: 2) == .none)
        #expect(driver.commit([("orders", 0, 5)], generation: 2, member: old, version: 8) == [.none])
        #expect(driver.commit([("orders", 0, 5)], generation: 1, member: old, version: 8) == [.illegalGeneration])
        let other = driver.restarted()
        #expect(other.describedConsumer() == driver.describedConsumer())
    }

    @Test("Members that wait in a rebalance when the group is taken over are sent to join again")
    mutating func upgradeWhileRebalancing() {
        let old = driver.embeddedGroup()
        let third = driver.joinEmbedded()
        let waiting = driver.joinEmbedded(driver.joins[third]!.memberID)
        #expect(driver.joins[waiting] == nil)
        #expect(driver.joinConsumer("new").errorCode == ErrorCode.none)
        #expect(driver.joins[waiting]?.errorCode == .rebalanceInProgress)
        #expect(driver.consumer().members.count == 3)
        #expect(driver.heartbeat(old, generation: 1) == .rebalanceInProgress)
    }

    @Test("A takeover that can't be written leaves the classic group as it was")
    mutating func upgradeFails() {
        let old = driver.embeddedGroup()
        driver.nextAppendError = .notCoordinator
        driver.joinConsumer("new")
        #expect(driver.shard.consumerGroups.isEmpty)
        #expect(driver.heartbeat(old, generation: 1) == .none)
    }

    @Test("Old members can join a consumer group that has members, and leave it")
    mutating func classicMemberJoins() {
        driver.joinConsumer("new")
        let asked = driver.joinEmbedded()
        #expect(driver.joins[asked]?.errorCode == .memberIDRequired)
        let memberID = driver.joins[asked]!.memberID
        let id = driver.joinEmbedded(memberID)
        #expect(driver.joins[id]?.errorCode == ErrorCode.none)
        #expect(driver.joins[id]?.protocolName == "range")
        #expect(driver.joins[id]?.generationID == 2)
        let refused = driver.join(protocols: [("range", "x")], type: "connect")
        #expect(driver.joins[refused]?.errorCode == .inconsistentGroupProtocol)
        let other = driver.join("x", protocols: [("sticky", "x")])
        #expect(driver.joins[other]?.errorCode == .inconsistentGroupProtocol)
        let response = driver.leave((memberID, nil), ("new", nil))
        #expect(response.members.map(\.errorCode) == [.none, .unknownMemberID])
        #expect(driver.consumer().members.keys.sorted() == ["new"])
    }

    @Test("An old member that doesn't sync or join in time is fenced")
    mutating func classicTimeouts() {
        let old = driver.embeddedGroup()
        driver.joinConsumer("new")
        for _ in 0..<7 {
            _ = driver.heartbeat(old, generation: 1)
            driver.beat("new", epoch: 2)
            driver.advance(9_000)
        }
        #expect(driver.consumer().members.keys.sorted() == ["new"])
        #expect(driver.heartbeat(old, generation: 1) == .unknownMemberID)
    }

    @Test("When the last member of the consumer protocol leaves, the group is a classic one again")
    mutating func downgrade() {
        let old = driver.embeddedGroup()
        driver.joinConsumer("new")
        driver.beat("new", epoch: MemberEpoch.leave)
        #expect(driver.shard.consumerGroups.isEmpty)
        #expect(driver.classic().state == .preparingRebalance)
        #expect(driver.classic().members.keys.sorted() == [old])
        let generation = driver.classic().generationID
        #expect(driver.heartbeat(old, generation: generation) == .rebalanceInProgress)
        let id = driver.joinEmbedded(old)
        #expect(driver.joins[id]?.generationID == generation + 1)
        #expect(driver.joins[id]?.leader == old)
        let other = driver.restarted()
        #expect(other.shard.consumerGroups.isEmpty)
        #expect(other.classic().members.keys.sorted() == [old])
    }

    @Test("With policy upgrade or disabled the group stays a consumer group")
    mutating func downgradeDisabled() {
        _ = driver.embeddedGroup()
        driver.joinConsumer("new")
        driver.configuration.consumerMigrationPolicy = .upgrade
        driver.beat("new", epoch: MemberEpoch.leave)
        #expect(driver.shard.classicGroups.isEmpty)
        #expect(driver.consumer().members.count == 1)
    }

    @Test("The session of the last member of the consumer protocol ends: the group is a classic one again")
    mutating func downgradeBySession() {
        let old = driver.embeddedGroup()
        driver.joinConsumer("new")
        driver.joinEmbedded(old, owned: ["orders": [0, 1, 2]])
        for _ in 0..<5 {
            let generation = driver.shard.consumerGroups[ShardDriver.group]?.members[old]?.epoch ?? 0
            _ = driver.heartbeat(old, generation: generation)
            driver.advance(9_000)
        }
        #expect(driver.classic().members.keys.sorted() == [old])
    }

    @Test("A static member that comes back with the classic protocol as the last one takes the group with it")
    mutating func downgradeByStaticMember() {
        driver.joinConsumer("new", instance: "one")
        let id = driver.joinEmbedded(instance: "one")
        #expect(driver.joins[id]?.errorCode == ErrorCode.none)
        #expect(driver.shard.consumerGroups.isEmpty)
        let memberID = driver.joins[id]!.memberID
        #expect(driver.classic().members.keys.sorted() == [memberID])
        #expect(driver.classic().members[memberID]?.assignment == driver.embedded(["orders": [0, 1, 2]]))
        #expect(driver.heartbeat(memberID, generation: driver.classic().generationID, instance: "one") == .none)
        #expect(driver.restarted().described() == driver.described())
    }
}
