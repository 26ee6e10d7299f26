// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Consumer groups (KIP-848)")
struct ConsumerGroupTests {
    var driver = ShardDriver()

    @Test("The first member gets everything at once, in the records that Kafka writes")
    mutating func firstMember() {
        let response = driver.joinConsumer("a")
        #expect(response.errorCode == ErrorCode.none)
        #expect(response.memberID == "a" && response.memberEpoch == 1)
        #expect(response.heartbeatIntervalMs == 5_000)
        #expect(driver.assigned(response) == driver.assignment(["orders": [0, 1, 2]]))
        #expect(driver.consumer().state == .stable)
        let types = driver.log.map { try! $0.record.encoded().key.getInteger(at: 0, as: Int16.self)! }
        #expect(types == [5, 4, 3, 7, 6, 8], "the order that a running Kafka was seen to write")
        let quiet = driver.beat("a", epoch: 1, owned: ["orders": [0, 1, 2]])
        #expect(quiet.assignment == nil && quiet.memberEpoch == 1)
        #expect(driver.log.count == 6, "a heartbeat without news writes nothing")
    }

    @Test("A second member waits until the first has given partitions up")
    mutating func secondMember() {
        driver.joinConsumer("a")
        let second = driver.joinConsumer("b")
        #expect(second.memberEpoch == 2)
        #expect(driver.assigned(second) == [:])
        #expect(driver.consumer().members["b"]?.state == .unreleasedPartitions)
        #expect(driver.consumer().state == .reconciling)

        let revoke = driver.beat("a", epoch: 1, owned: ["orders": [0, 1, 2]])
        #expect(revoke.memberEpoch == 1, "the epoch stays until the partitions are released")
        let kept = driver.assigned(revoke)!
        #expect(kept.values.reduce(0) { $0 + $1.count } == 2)
        #expect(driver.consumer().members["a"]?.state == .unrevokedPartitions)
        #expect(driver.beat("b", epoch: 2, owned: [:]).assignment == nil)

        let orders = driver.topics.topic(named: "orders")!.id
        let released = driver.beat("a", epoch: 1, owned: ["orders": kept[orders]!.sorted()])
        #expect(released.memberEpoch == 2)
        let gained = driver.beat("b", epoch: 2, owned: [:])
        #expect(driver.assigned(gained) == [orders: Set([0, 1, 2]).subtracting(kept[orders]!)])
        #expect(driver.consumer().state == .stable)
    }

    @Test("A member that doesn't give partitions up within its rebalance timeout is fenced")
    mutating func rebalanceTimeout() {
        driver.joinConsumer("a", rebalance: 20_000)
        driver.joinConsumer("b")
        driver.beat("a", epoch: 1, owned: ["orders": [0, 1, 2]])
        for _ in 0..<3 {
            driver.advance(5_000)
            driver.beat("a", epoch: 1, owned: ["orders": [0, 1, 2]])
            driver.beat("b", epoch: 2, owned: [:])
        }
        driver.advance(5_000)
        #expect(driver.beat("a", epoch: 1).errorCode == .unknownMemberID)
        let all = driver.beat("b", epoch: 2, owned: [:])
        #expect(driver.assigned(all) == driver.assignment(["orders": [0, 1, 2]]))
    }

    @Test("A silent member is removed after the session timeout, which the group can have for itself")
    mutating func sessionTimeout() {
        driver.topics.configure(
            ShardDriver.group,
            ["consumer.session.timeout.ms": "50000", "consumer.heartbeat.interval.ms": "7000"])
        let response = driver.joinConsumer("a")
        #expect(response.heartbeatIntervalMs == 7_000)
        driver.advance(49_999)
        #expect(driver.consumer().members.count == 1)
        driver.advance(1)
        #expect(driver.consumer().members.isEmpty)
        #expect(driver.consumer().state == .empty)
        #expect(driver.beat("a", epoch: 1).errorCode == .unknownMemberID)
    }

    @Test("Leaving writes the tombstones that Kafka writes, and gives the partitions to the others")
    mutating func leaving() {
        driver.joinConsumer("a")
        driver.joinConsumer("b")
        driver.converge()
        let written = driver.log.count
        let response = driver.beat("a", epoch: MemberEpoch.leave)
        #expect(response.memberEpoch == -1 && response.errorCode == ErrorCode.none)
        let types = driver.log[written...].map { try! $0.record.encoded().key.getInteger(at: 0, as: Int16.self)! }
        #expect(types == [8, 7, 5, 3])
        #expect(driver.consumer().state == .assigning)
        let all = driver.beat("b", epoch: 2, owned: [:])
        #expect(driver.assigned(all) == driver.assignment(["orders": [0, 1, 2]]))

        let before = driver.log.count
        driver.beat("b", epoch: MemberEpoch.leave)
        let last = driver.log[before...].map { try! $0.record.encoded().key.getInteger(at: 0, as: Int16.self)! }
        #expect(last == [8, 7, 5, 4, 3], "the last one takes the subscribed topics along")
    }

    @Test("Epochs are checked: too new, too old, and the previous one when an answer was lost")
    mutating func epochs() {
        driver.joinConsumer("a")
        #expect(driver.beat("a", epoch: 2).errorCode == .fencedMemberEpoch)
        #expect(driver.beat("nobody", epoch: 1).errorCode == .unknownMemberID)
        driver.joinConsumer("b")
        driver.converge()
        #expect(driver.consumer().members["a"]?.epoch == 2)
        let owned = driver.consumer().members["a"]!.assigned.values.first!.sorted()
        let repeated = driver.beat("a", epoch: 1, owned: ["orders": owned])
        #expect(repeated.errorCode == ErrorCode.none)
        #expect(repeated.memberEpoch == 2)
        #expect(driver.beat("a", epoch: 1, owned: ["orders": [0, 1, 2]]).errorCode == .fencedMemberEpoch)
        #expect(driver.beat("a", epoch: 1).errorCode == .fencedMemberEpoch)
    }

    @Test("Contradictory requests are refused with Kafka's words")
    mutating func validation() {
        func message(_ version: Int16 = 1, _ configure: (inout ShardDriver.Heartbeat) -> Void) -> String? {
            var request = ShardDriver.Heartbeat {
                $0.groupID = "g"
                $0.memberID = "m"
                $0.rebalanceTimeoutMs = 1_000
                $0.subscribedTopicNames = ["orders"]
                $0.topicPartitions = []
            }
            configure(&request)
            let response = driver.heartbeat(request, version: version)
            #expect(response.errorCode == .invalidRequest || response.errorCode == .unsupportedAssignor)
            return response.errorMessage
        }
        #expect(message { $0.memberID = "" } == "MemberId can't be empty.")
        #expect(message { $0.groupID = " " } == "GroupId can't be empty.")
        #expect(message { $0.instanceID = "" } == "InstanceId can't be empty.")
        #expect(message { $0.rackID = "" } == "RackId can't be empty.")
        #expect(message { $0.rebalanceTimeoutMs = -1 } == "RebalanceTimeoutMs must be provided in first request.")
        #expect(message { $0.topicPartitions = nil } == "TopicPartitions must be empty when (re-)joining.")
        #expect(message { $0.subscribedTopicNames = nil }?.hasPrefix("Either SubscribedTopicNames") == true)
        #expect(message { $0.memberEpoch = -2 } == "InstanceId can't be null.")
        #expect(message { $0.memberEpoch = -3 } == "MemberEpoch is invalid.")
        #expect(
            message { $0.serverAssignor = "best" }
                == "ServerAssignor best is not supported. Supported assignors: uniform, range.")
        #expect(driver.shard.consumerGroups.isEmpty)
        let made = driver.heartbeat(
            .init {
                $0.groupID = "g"
                $0.rebalanceTimeoutMs = 1_000
                $0.subscribedTopicNames = ["orders"]
                $0.topicPartitions = []
            }, version: 0)
        #expect(made.memberID?.count == 22, "version 0 leaves the id to the coordinator")
        #expect(driver.beat("m", epoch: 1, group: "none").errorCode == .groupIDNotFound)
    }

    @Test("A changed subscription, more partitions and deleted topics lead to new assignments")
    mutating func changes() {
        driver.joinConsumer("a")
        let more = driver.heartbeat(
            .init {
                $0.groupID = ShardDriver.group
                $0.memberID = "a"
                $0.memberEpoch = 1
                $0.subscribedTopicNames = ["orders", "payments", "later"]
                $0.topicPartitions = []
            })
        #expect(driver.assigned(more) == driver.assignment(["orders": [0, 1, 2], "payments": [0, 1]]))
        driver.topics.set("orders", partitions: 5)
        driver.topics.set("later", partitions: 1)
        #expect(driver.beat("a", epoch: 2).assignment == nil, "nothing was said of a change yet")
        driver.shard.refresh(["orders", "later"])
        let grown = driver.beat("a", epoch: 2)
        #expect(
            driver.assigned(grown)
                == driver.assignment(["orders": [0, 1, 2, 3, 4], "payments": [0, 1], "later": [0]]))
        let expected = driver.assignment(["orders": [0, 1, 2, 3, 4], "later": [0]])
        driver.topics.set("payments", partitions: nil)
        driver.advance(30_000)
        driver.beat("a", epoch: 3)
        driver.advance(ConsumerGroup.refreshIntervalMs - 60_000)
        #expect(driver.consumer().members.isEmpty, "it was silent for too long")
        let again = driver.joinConsumer("a", ["orders", "payments", "later"])
        #expect(driver.assigned(again) == expected)
    }

    @Test("A static member that goes for now keeps its partitions for the one that comes back")
    mutating func staticMember() {
        driver.joinConsumer("a", instance: "one")
        driver.joinConsumer("b", instance: "two")
        driver.converge()
        let had = driver.consumer().members["a"]!.assigned
        let epoch = driver.consumer().epoch
        #expect(driver.joinConsumer("c", instance: "one").errorCode == .unreleasedInstanceID)
        #expect(driver.beat("x", epoch: 2, instance: "one").errorCode == .fencedInstanceID)
        #expect(driver.beat("x", epoch: 2, instance: "three").errorCode == .unknownMemberID)

        let gone = driver.beat("a", epoch: MemberEpoch.leaveForNow, instance: "one")
        #expect(gone.memberEpoch == -2)
        #expect(driver.consumer().members["a"]?.epoch == -2)
        let back = driver.joinConsumer("c", instance: "one")
        #expect(back.memberEpoch == epoch)
        #expect(driver.assigned(back) == had)
        #expect(driver.consumer().epoch == epoch, "no rebalance")
        #expect(driver.consumer().members.keys.sorted() == ["b", "c"])

        driver.beat("c", epoch: MemberEpoch.leaveForNow, instance: "one")
        for _ in 0..<3 {
            driver.advance(20_000)
            driver.beat("b", epoch: epoch, instance: "two")
        }
        #expect(driver.consumer().members.keys.sorted() == ["b"], "it did not come back")
    }

    @Test("group.consumer.max.size turns new members away")
    mutating func maximumSize() {
        driver.configuration.consumerMaxGroupSize = 1
        driver.joinConsumer("a")
        #expect(driver.joinConsumer("b").errorCode == .groupMaxSizeReached)
        #expect(driver.beat("a", epoch: 1).errorCode == ErrorCode.none)
    }

    @Test("The assignor that most members ask for is used")
    mutating func assignors() {
        driver.topics.set("wide", partitions: 3)
        driver.joinConsumer("a", ["orders", "wide"], assignor: "range")
        driver.joinConsumer("b", ["orders", "wide"], assignor: "range")
        driver.joinConsumer("c", ["orders", "wide"], assignor: "uniform")
        driver.converge()
        for (member, partition) in [("a", Int32(0)), ("b", 1), ("c", 2)] {
            #expect(
                driver.consumer().members[member]!.assigned
                    == driver.assignment(["orders": [partition], "wide": [partition]]))
        }
        #expect(driver.describedConsumer().assignorName == "range")
    }

    @Test("A write that fails changes nothing")
    mutating func appendFails() {
        driver.nextAppendError = .notCoordinator
        driver.joinConsumer("a")
        #expect(driver.shard.consumerGroups.isEmpty)
        driver.joinConsumer("a")
        driver.nextAppendError = .notCoordinator
        driver.joinConsumer("b")
        #expect(driver.consumer().members.keys.sorted() == ["a"])
        #expect(driver.consumer().epoch == 1)
    }

    @Test("Offsets are committed and fetched with the member's epoch only")
    mutating func offsets() {
        driver.joinConsumer("a")
        let group = driver.consumer()
        func commit(_ epoch: Int32, _ member: String, _ version: Int16 = 9, transactional: Bool = false) -> ErrorCode {
            group.checkCommit(epoch: epoch, memberID: member, isTransactional: transactional, apiVersion: version)
        }
        #expect(commit(1, "a") == .none)
        #expect(commit(0, "a") == .staleMemberEpoch)
        #expect(commit(2, "a") == .staleMemberEpoch)
        #expect(commit(1, "b") == .unknownMemberID)
        #expect(commit(-1, "") == .unknownMemberID, "administrators have to wait until the group is empty")
        #expect(commit(1, "a", 8) == .unsupportedVersion)
        #expect(commit(1, "a", 8, transactional: true) == .none)
        #expect(
            ConsumerGroup(groupID: "empty").checkCommit(
                epoch: -1, memberID: "", isTransactional: false, apiVersion: 8) == .none)
        #expect(group.checkFetch(epoch: -1, memberID: nil) == .none)
        #expect(group.checkFetch(epoch: 1, memberID: "a") == .none)
        #expect(group.checkFetch(epoch: 0, memberID: "a") == .staleMemberEpoch)
        #expect(group.checkFetch(epoch: 1, memberID: "b") == .unknownMemberID)
    }

    @Test("Regular expressions are resolved by the coordinator, and again when topics come")
    mutating func regularExpressions() {
        let response = driver.joinConsumer("a", nil, regex: "(orders|pay.*)")
        #expect(driver.assigned(response) == driver.assignment(["orders": [0, 1, 2], "payments": [0, 1]]))
        #expect(driver.consumer().expressions.keys.sorted() == ["(orders|pay.*)"])
        driver.topics.set("payouts", partitions: 1)
        driver.topics.set("unpaid", partitions: 1)
        driver.shard.refresh(["payouts", "unpaid"])
        let more = driver.beat("a", epoch: 1)
        #expect(more.memberEpoch == 2)
        #expect(
            driver.assigned(more)
                == driver.assignment(["orders": [0, 1, 2], "payments": [0, 1], "payouts": [0]]))
        let invalid = driver.joinConsumer("b", nil, regex: "(")
        #expect(invalid.errorCode == .invalidRegularExpression)
        #expect(
            invalid.errorMessage
                == "SubscribedTopicRegex `(` is not a valid regular expression: missing closing ).")
        driver.beat("a", epoch: MemberEpoch.leave)
        #expect(driver.consumer().expressions.isEmpty, "nobody uses it any longer")
    }

    @Test("A restart yields the same group, and members go on where they were")
    mutating func restart() {
        driver.joinConsumer("a", instance: "one")
        driver.joinConsumer("b", nil, regex: "orders")
        driver.beat("a", epoch: 1, owned: ["orders": [0, 1, 2]], instance: "one")
        driver.joinConsumer("c", ["payments"], group: "other")
        var other = driver.restarted()
        #expect(other.describedConsumer() == driver.describedConsumer())
        #expect(other.describedConsumer("other") == driver.describedConsumer("other"))
        other.converge()
        #expect(other.consumer().state == .stable)
        other.advance(60_000)
        #expect(other.consumer().members.isEmpty, "sessions and rebalance timeouts run from the start on")
    }
}
