// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

extension ShardDriver {
    @discardableResult
    mutating func commit(
        _ offsets: [(topic: String, partition: Int32, offset: Int64)], group: String = group,
        generation: Int32 = -1, member: String = "", metadata: String? = "", version: Int16 = 9,
        retention: Int64 = -1
    ) -> [ErrorCode] {
        let topics = self.topics
        let request = OffsetCommitRequest {
            $0.groupID = group
            $0.generationIDOrMemberEpoch = generation
            $0.memberID = member
            $0.retentionTimeMs = retention
            $0.topics = offsets.map { offset in
                OffsetCommitRequest.Topic {
                    $0.name = version >= 10 ? "" : offset.topic
                    $0.topicID = version >= 10 ? topics.topic(named: offset.topic)?.id ?? KafkaUUID.random() : .zero
                    $0.partitions = [
                        OffsetCommitRequest.Partition {
                            $0.partitionIndex = offset.partition
                            $0.committedOffset = offset.offset
                            $0.committedLeaderEpoch = 4
                            $0.committedMetadata = metadata
                        }
                    ]
                }
            }
        }
        let client = GroupClient(clientID: "client", host: "/127.0.0.1", apiVersion: version)
        let response = perform { shard, context, effects in shard.commit(request, client, context, &effects) }
        return response.topics.map { $0.partitions[0].errorCode }
    }

    @discardableResult
    mutating func commitInTransaction(
        _ topic: String, _ partition: Int32, _ offset: Int64, producer: Int64, group: String = group,
        generation: Int32 = -1, member: String = ""
    ) -> ErrorCode {
        let request = TxnOffsetCommitRequest {
            $0.groupID = group
            $0.producerID = producer
            $0.generationIDOrMemberEpoch = generation
            $0.memberID = member
            $0.topics = [
                TxnOffsetCommitRequest.Topic {
                    $0.name = topic
                    $0.partitions = [
                        TxnOffsetCommitRequest.Partition {
                            $0.partitionIndex = partition
                            $0.committedOffset = offset
                        }
                    ]
                }
            ]
        }
        let client = GroupClient(clientID: "client", host: "/127.0.0.1", apiVersion: 5)
        return perform(producerID: producer) { shard, context, effects in
            shard.commit(request, client, context, &effects)
        }.topics[0].partitions[0].errorCode
    }

    func fetch(
        _ topic: String, _ partition: Int32, group: String = group, stable: Bool = false
    ) -> OffsetFetchResponse.GroupPartition {
        let request = OffsetFetchRequest.Group {
            $0.groupID = group
            $0.topics = [
                OffsetFetchRequest.GroupTopic {
                    $0.name = topic
                    $0.partitionIndexes = [partition]
                }
            ]
        }
        return shard.fetch(request, requireStable: stable, apiVersion: 9, topics).topics[0].partitions[0]
    }

    /// All offsets of a group, as `topic-partition: offset`.
    func fetchAll(group: String = group, version: Int16 = 9) -> [String] {
        let request = OffsetFetchRequest.Group {
            $0.groupID = group
            $0.topics = nil
        }
        return shard.fetch(request, requireStable: false, apiVersion: version, topics).topics.flatMap { topic in
            topic.partitions.map { "\(topic.name)-\($0.partitionIndex): \($0.committedOffset)" }
        }
    }

    mutating func expire(group: String = group) {
        perform { shard, context, effects in shard.expireOffsets(of: group, context, &effects) }
    }
}

@Suite("Committed offsets")
struct OffsetTests {
    var driver = ShardDriver()

    @Test("Offsets without members make a simple group, and are read back one by one or all")
    mutating func simpleGroup() {
        #expect(driver.commit([("orders", 0, 10), ("orders", 2, 30), ("payments", 1, 5)]) == [.none, .none, .none])
        #expect(driver.classic().protocolType == nil && driver.classic().state == .empty)
        let one = driver.fetch("orders", 2)
        #expect(one.committedOffset == 30 && one.committedLeaderEpoch == 4 && one.metadata == "")
        let none = driver.fetch("orders", 1)
        #expect(none.committedOffset == -1 && none.committedLeaderEpoch == -1 && none.metadata == "")
        #expect(driver.fetchAll() == ["orders-0: 10", "orders-2: 30", "payments-1: 5"])
        #expect(driver.fetchAll(group: "unknown").isEmpty)
        #expect(driver.described().groupState == "Empty")
        #expect(driver.described().protocolType == "")
        driver.commit([("orders", 0, 11)])
        #expect(driver.fetch("orders", 0).committedOffset == 11)
    }

    @Test("Unknown topics and partitions, and metadata beyond the limit, are refused one by one")
    mutating func refusedPartitions() {
        let errors = driver.commit([("orders", 0, 1), ("orders", 3, 1), ("orders", -1, 1), ("nothing", 0, 1)])
        #expect(errors == [.none, .unknownTopicOrPartition, .unknownTopicOrPartition, .unknownTopicOrPartition])
        driver.configuration.offsetMetadataMaxBytes = 4
        #expect(driver.commit([("orders", 0, 2)], metadata: "fünf.") == [.offsetMetadataTooLarge])
        #expect(driver.commit([("orders", 0, 3)], metadata: "vïer") == [.none])
        #expect(driver.fetch("orders", 0).metadata == "vïer")
        #expect(driver.commit([("orders", 0, 3)], metadata: nil) == [.none])
        #expect(driver.fetch("orders", 0).metadata == "")
    }

    @Test("From version 10 on topics are named by their ids")
    mutating func topicIDs() {
        #expect(driver.commit([("orders", 0, 7), ("nothing", 0, 1)], version: 10) == [.none, .unknownTopicID])
        #expect(driver.fetch("orders", 0).committedOffset == 7)
        #expect(driver.fetchAll(version: 10) == ["orders-0: 7"])
        driver.topics.set("orders", partitions: nil)
        #expect(driver.fetchAll(version: 10).isEmpty, "a topic that is gone has no id")
    }

    @Test("Members commit with their generation, and nobody else does while they are there")
    mutating func members() {
        #expect(driver.commit([("orders", 0, 1)], generation: 1, member: "x", version: 8) == [.illegalGeneration])
        #expect(driver.commit([("orders", 0, 1)], generation: 1, member: "x", version: 9) == [.groupIDNotFound])
        let members = driver.stableGroup(2)
        #expect(driver.commit([("orders", 0, 1)], generation: 2, member: members[0]) == [.none])
        #expect(driver.commit([("orders", 0, 1)], generation: 1, member: members[0]) == [.illegalGeneration])
        #expect(driver.commit([("orders", 0, 1)], generation: 2, member: "x") == [.unknownMemberID])
        #expect(driver.commit([("orders", 0, 1)]) == [.unknownMemberID])
        _ = driver.joinFresh()
        #expect(
            driver.commit([("orders", 0, 2)], generation: 2, member: members[0]) == [.none],
            "while the group prepares a rebalance, members commit what they have read")
        driver.join(members[0])
        driver.join(members[1])
        #expect(driver.classic().state == .completingRebalance)
        #expect(driver.commit([("orders", 0, 3)], generation: 3, member: members[0]) == [.rebalanceInProgress])
        #expect(driver.fetch("orders", 0).committedOffset == 2)
    }

    @Test("A commit keeps the member's session")
    mutating func commitIsHeartbeat() {
        let members = driver.stableGroup(1)
        for offset in 1...5 {
            driver.advance(9_000)
            #expect(
                driver.commit([("orders", 0, Int64(offset))], generation: 1, member: members[0]) == [.none])
        }
        driver.advance(10_000)
        #expect(driver.classic().state == .empty)
    }

    @Test("A commit that can't be written leaves the old offset")
    mutating func appendFails() {
        driver.commit([("orders", 0, 1)])
        driver.nextAppendError = .notCoordinator
        driver.commit([("orders", 0, 2)])
        #expect(driver.fetch("orders", 0).committedOffset == 1)
    }

    @Test("Offsets in a transaction count when it is committed, and not at all when it is aborted")
    mutating func transactions() {
        driver.commit([("orders", 0, 1)])
        driver.commitInTransaction("orders", 0, 5, producer: 7)
        driver.commitInTransaction("orders", 1, 6, producer: 8)
        #expect(driver.fetch("orders", 0).committedOffset == 1)
        let unstable = driver.fetch("orders", 0, stable: true)
        #expect(unstable.errorCode == .unstableOffsetCommit && unstable.committedOffset == -1)
        #expect(driver.fetch("orders", 2, stable: true).errorCode == ErrorCode.none)
        driver.shard.offsets.endTransaction(producerID: 7, commit: true)
        driver.shard.offsets.endTransaction(producerID: 8, commit: false)
        driver.shard.offsets.endTransaction(producerID: 9, commit: true)
        #expect(driver.fetchAll() == ["orders-0: 5"])
        #expect(driver.fetch("orders", 0, stable: true).errorCode == ErrorCode.none)
    }

    @Test("An offset that was committed after the transactional one wins over it")
    mutating func laterCommitWins() {
        driver.commitInTransaction("orders", 0, 5, producer: 7)
        driver.commit([("orders", 0, 9)])
        driver.shard.offsets.endTransaction(producerID: 7, commit: true)
        #expect(driver.fetch("orders", 0).committedOffset == 9)
    }

    @Test("Transactional commits are checked against the group's members only if they name one")
    mutating func transactionalMembers() {
        #expect(
            driver.commitInTransaction("orders", 0, 1, producer: 7, generation: 3, member: "x") == .illegalGeneration)
        let members = driver.stableGroup(1)
        #expect(driver.commitInTransaction("orders", 0, 1, producer: 7) == .none)
        #expect(driver.commitInTransaction("orders", 0, 1, producer: 7, generation: 1, member: members[0]) == .none)
        #expect(driver.commitInTransaction("orders", 0, 1, producer: 7, generation: 1, member: "x") == .unknownMemberID)
        #expect(
            driver.commitInTransaction("orders", 0, 1, producer: 7, generation: 2, member: members[0])
                == .illegalGeneration)
    }

    @Test("Offsets can be deleted, but not of topics that members read")
    mutating func deletion() {
        func delete(_ topics: [(String, Int32)], group: String = ShardDriver.group) -> (ErrorCode, [ErrorCode]) {
            let request = OffsetDeleteRequest {
                $0.groupID = group
                $0.topics = topics.map { name, partition in
                    OffsetDeleteRequest.Topic {
                        $0.name = name
                        $0.partitions = [OffsetDeleteRequest.Partition { $0.partitionIndex = partition }]
                    }
                }
            }
            let response = driver.perform { shard, context, effects in shard.deleteOffsets(request, context, &effects) }
            return (response.errorCode, response.topics.map { $0.partitions[0].errorCode })
        }
        #expect(delete([("orders", 0)]) == (.groupIDNotFound, []))
        #expect(delete([("nosuch", 0)]) == (.groupIDNotFound, []))
        driver.commit([("orders", 0, 1), ("payments", 0, 1)])
        let written = driver.log.count
        #expect(delete([("orders", 0), ("orders", 1)]) == (.none, [.none, .none]))
        #expect(driver.log.count == written + 1, "only what is there gets a tombstone")
        #expect(driver.fetchAll() == ["payments-0: 1"])

        driver.commitInTransaction("orders", 1, 5, producer: 7)
        #expect(delete([("orders", 1)]) == (.none, [.none]))
        driver.shard.offsets.endTransaction(producerID: 7, commit: true)
        #expect(driver.fetchAll() == ["payments-0: 1"], "a pending offset is deleted too")

        driver.joinConsumer("a", ["orders"], group: "new")
        driver.perform { shard, context, effects in
            effects.records = [
                .offset(
                    OffsetCommitKey {
                        $0.group = "new"; $0.topic = "orders"
                    }, OffsetCommitValue())
            ]
            effects.appliesRecords = true
        }
        #expect(delete([("orders", 0), ("payments", 0)], group: "new") == (.none, [.groupSubscribedToTopic, .none]))

        _ = driver.stableGroup(1, group: "classic")
        #expect(delete([("orders", 0)], group: "classic").0 == .none, "consumers that don't say what they read")
        #expect(delete([("orders", 0)], group: "classic").1 == [.groupSubscribedToTopic])
        driver.join(group: "connect", version: 0, type: "connect")
        #expect(delete([("orders", 0)], group: "connect").0 == .nonEmptyGroup)
    }

    @Test("Empty groups can be deleted with their offsets, others can't")
    mutating func deleteGroups() {
        func delete(_ group: String) -> ErrorCode {
            driver.perform { shard, _, effects in shard.deleteGroup(group, &effects) }
        }
        #expect(delete("nobody") == .groupIDNotFound)
        driver.commit([("orders", 0, 1), ("orders", 1, 1)], group: "simple")
        #expect(delete("simple") == .none)
        #expect(!driver.shard.hasGroup("simple"))
        #expect(driver.fetchAll(group: "simple").isEmpty)
        let members = driver.stableGroup(1)
        #expect(delete(ShardDriver.group) == .nonEmptyGroup)
        driver.leave((members[0], nil))
        #expect(delete(ShardDriver.group) == .none)
        driver.joinConsumer("a", group: "new")
        #expect(delete("new") == .nonEmptyGroup)
        driver.beat("a", epoch: MemberEpoch.leave, group: "new")
        #expect(delete("new") == .none)
        #expect(driver.shard.groupIDs.isEmpty)
        #expect(driver.restarted().shard.groupIDs.isEmpty, "nothing comes back")
    }

    @Test("Offsets of a simple group expire one by one after their commit, and the group with the last")
    mutating func expirySimple() {
        driver.configuration.offsetsRetentionMs = 60_000
        driver.commit([("orders", 0, 1)])
        driver.advance(30_000)
        driver.commit([("orders", 1, 1)])
        driver.advance(30_000)
        driver.expire()
        #expect(driver.fetchAll() == ["orders-1: 1"])
        driver.advance(30_000)
        driver.expire()
        #expect(!driver.shard.hasGroup(ShardDriver.group))
        #expect(driver.restarted().shard.groupIDs.isEmpty)
    }

    @Test("Offsets of a group that has had members expire when it has been empty for the retention time")
    mutating func expiryEmpty() {
        driver.configuration.offsetsRetentionMs = 60_000
        let members = driver.stableGroup(1)
        driver.commit([("orders", 0, 1)], generation: 1, member: members[0])
        for _ in 0..<20 {
            driver.advance(9_000)
            #expect(driver.heartbeat(members[0], generation: 1) == .none)
        }
        driver.expire()
        #expect(driver.fetchAll().count == 1, "a group that doesn't say what it reads keeps its offsets")
        driver.leave((members[0], nil))
        driver.advance(59_999)
        driver.expire()
        #expect(driver.fetchAll().count == 1)
        driver.advance(1)
        driver.expire()
        #expect(!driver.shard.hasGroup(ShardDriver.group))
    }

    @Test("While consumers are there, only offsets of topics expire that none of them reads")
    mutating func expirySubscribed() {
        driver.configuration.offsetsRetentionMs = 60_000
        driver.joinConsumer("a", ["orders"])
        driver.perform { shard, context, effects in
            effects.records = ["orders", "payments"].map { topic in
                .offset(
                    OffsetCommitKey {
                        $0.group = ShardDriver.group; $0.topic = topic
                    },
                    OffsetCommitValue { $0.commitTimestamp = context.now })
            }
            effects.appliesRecords = true
        }
        for _ in 0..<3 {
            driver.advance(30_000)
            driver.beat("a", epoch: 1)
        }
        driver.expire()
        #expect(driver.fetchAll() == ["orders-0: 0"])
    }

    @Test("An offset with a retention of its own expires by that, one that is pending not at all")
    mutating func expirySpecial() {
        driver.configuration.offsetsRetentionMs = 60_000
        driver.commit([("orders", 0, 1)], version: 4, retention: 1_000)
        driver.commit([("orders", 1, 1)])
        driver.commitInTransaction("orders", 1, 2, producer: 7)
        driver.advance(1_000)
        driver.expire()
        #expect(driver.fetchAll() == ["orders-1: 1"])
        driver.advance(100_000)
        driver.expire()
        #expect(driver.fetchAll() == ["orders-1: 1"])
        #expect(driver.restarted().fetchAll() == ["orders-1: 1"])
    }

    @Test("With a topic go the offsets that groups have in it")
    mutating func topicDeleted() {
        driver.commit([("orders", 0, 1), ("payments", 0, 2)], group: "a")
        driver.commit([("orders", 1, 1)], group: "b")
        driver.commitInTransaction("orders", 2, 5, producer: 7, group: "a")
        driver.perform { shard, _, effects in shard.deleteOffsets(ofTopic: "orders", &effects) }
        driver.shard.offsets.endTransaction(producerID: 7, commit: true)
        #expect(driver.fetchAll(group: "a") == ["payments-0: 2"])
        #expect(driver.fetchAll(group: "b").isEmpty)
    }
}
