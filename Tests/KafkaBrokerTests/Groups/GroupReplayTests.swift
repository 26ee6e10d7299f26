// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Records of __consumer_offsets")
struct GroupReplayTests {
    @Test("A group's partition is Java's hash code over UTF-16, made positive, modulo the count")
    func partitions() {
        #expect(JavaString.partition(of: "my-group", count: 50) == 12)
        #expect(JavaString.partition(of: "classic-readers", count: 50) == 25)
        #expect(JavaString.partition(of: "new-readers", count: 50) == 17)
        #expect(JavaString.partition(of: "", count: 50) == 0)
        #expect(JavaString.partition(of: "polygenelubricants", count: 50) == 0, "its hash code is the least of all")
        #expect(JavaString.partition(of: "AaAa", count: 50) == JavaString.partition(of: "BBBB", count: 50))
        // U+1F600 is two units in UTF-16: 31 * 0xd83d + 0xde00.
        #expect(JavaString.partition(of: "\u{1F600}", count: 1000) == (31 * 0xd83d + 0xde00) % 1000)
    }

    private static let topicID = KafkaUUID("9ZuiP7lJR3iQFS8h9VtBSg")!
    private static let memberID = "8G4tDt50SIy1od6BL-YSIA"

    private static func offset(_ group: String, _ partition: Int32, _ offset: Int64, _ epoch: Int32) -> GroupRecord {
        .offset(
            OffsetCommitKey {
                $0.group = group
                $0.topic = "plain"
                $0.partition = partition
            },
            OffsetCommitValue {
                $0.offset = offset
                $0.leaderEpoch = epoch
                $0.commitTimestamp = 1_795_218_676_901
            })
    }

    /// What a running Kafka wrote for a consumer group that read a topic and left, with the sizes of key and value.
    private static let newReaders: [(GroupRecord, key: Int, value: Int)] = {
        var group = ConsumerGroup(groupID: "new-readers")
        var member = ConsumerGroup.Member(memberID)
        member.clientID = "console-consumer"
        member.clientHost = "/127.0.0.1"
        member.topicNames = ["plain"]
        member.rebalanceTimeoutMs = 300_000
        let joined = group.record(of: member)
        member.epoch = 1
        member.previousEpoch = 0
        member.assigned = [topicID: [0, 1, 2]]
        let topics = ["plain": TopicFacts(name: "plain", id: topicID, partitionCount: 3)]
        let gone = group.tombstones(ofMember: memberID)
        group.members = [memberID: member]
        return [
            (joined, 39, 49), (group.topicsRecord(topics), 15, 32), (group.epochRecord(1), 15, 7),
            (group.targetRecord(memberID, member.assigned), 39, 34), (group.targetEpochRecord(1), 15, 7),
            (group.currentRecord(of: member), 39, 44), (offset("new-readers", 2, 50, -1), 26, 24),
            (offset("new-readers", 1, 0, -1), 26, 24), (offset("new-readers", 0, 0, -1), 26, 24),
            (gone[0], 39, -1), (gone[1], 39, -1), (gone[2], 39, -1), (group.topicsRecord([:]), 15, 4),
            (group.epochRecord(2), 15, 7),
        ]
    }()

    @Test("Records of a consumer group have the bytes that Kafka writes, and lead to what Kafka says of it")
    func consumerGroup() throws {
        var shard = GroupShard()
        for (index, (record, key, value)) in Self.newReaders.enumerated() {
            let encoded = try record.encoded()
            #expect(encoded.key.readableBytes == key)
            #expect(encoded.value?.readableBytes ?? -1 == value)
            #expect(try GroupRecord(encoded) == record)
            shard.apply(try GroupRecord(encoded), offset: Int64(index), producerID: -1, now: 0)
            if index == 5 {
                let group = shard.consumerGroups["new-readers"]!
                #expect(group.state == .stable && group.epoch == 1)
                #expect(group.members[Self.memberID]?.assigned == [Self.topicID: [0, 1, 2]])
            }
        }
        let group = shard.consumerGroups["new-readers"]!
        #expect(group.state == .empty && group.epoch == 2 && group.targetEpoch == 1)
        #expect(shard.offsets["new-readers"]["plain"]?.mapValues(\.offset) == [0: 0, 1: 0, 2: 50])
    }

    @Test("A member's record has the bytes that Kafka wrote, a null in a tagged field among them")
    func memberBytes() throws {
        let value =
            "0000 00 00 11 636f6e736f6c652d636f6e73756d6572 0b 2f3132372e302e302e31 02 06 706c61696e 01 000493e0 00"
            + " 01 00 01 00"
        let bytes = try ByteBuffer(plainHexEncodedBytes: value)
        #expect(try Self.newReaders[0].0.encoded().value == bytes)
        var record = try Self.newReaders[0].0.encoded()
        record.value = bytes
        #expect(try GroupRecord(record) == Self.newReaders[0].0)
        var member = ConsumerGroup.Member("m")
        member.classic = .init { $0.sessionTimeoutMs = 45_000 }
        let classic = ConsumerGroup(groupID: "g").record(of: member)
        #expect(try GroupRecord(try classic.encoded()) == classic)
    }

    @Test("Records of a classic group have the bytes that Kafka writes, and lead to what Kafka says of it")
    func classicGroup() throws {
        func record(_ generation: Int32, _ type: String, _ configure: (inout GroupMetadataValue) -> Void) -> GroupRecord
        {
            var value = GroupMetadataValue()
            value.generation = generation
            value.protocolType = type
            value.protocol = nil
            value.leader = nil
            value.currentStateTimestamp = 1_795_218_670_968
            configure(&value)
            return .classicGroup(GroupMetadataKey { $0.group = "classic-readers" }, value)
        }
        let id = "rdkafka-3883a765-6c23-472c-9150-b241403f79c5"
        let stable = record(1, "consumer") {
            $0.protocol = "range"
            $0.leader = id
            $0.members = [
                GroupMetadataValue.MemberMetadata {
                    $0.memberID = id
                    $0.clientID = "rdkafka"
                    $0.clientHost = "/127.0.0.1"
                    $0.rebalanceTimeout = 300_000
                    $0.sessionTimeout = 45_000
                    // Version, one topic, no user data; then two fields of later versions.
                    $0.subscription = try! ByteBuffer(
                        plainHexEncodedBytes: "0003 00000001 0005 706c61696e 00000000 00000000 ffffffff ffff")
                    $0.assignment = try! ByteBuffer(
                        plainHexEncodedBytes:
                            "0000 00000001 0005 706c61696e 00000003 00000000 00000001 00000002 00000000")
                }
            ]
        }
        let records: [(GroupRecord, key: Int, value: Int)] = [
            (record(0, "") { _ in }, 19, 24), (stable, 19, 226),
            (Self.offset("classic-readers", 0, 37, 0), 30, 24), (Self.offset("classic-readers", 2, 63, 0), 30, 24),
            (record(2, "consumer") { _ in }, 19, 32),
        ]
        var shard = GroupShard()
        for (index, (record, key, value)) in records.enumerated() {
            let encoded = try record.encoded()
            #expect(encoded.key.readableBytes == key)
            #expect(encoded.value?.readableBytes == value || index == 1)
            shard.apply(try GroupRecord(encoded), offset: Int64(index), producerID: -1, now: 0)
            if index == 1 {
                let group = shard.classicGroups["classic-readers"]!
                #expect(group.state == .stable && group.generationID == 1 && group.leaderID == id)
                #expect(group.subscribedTopics == ["plain"])
            }
        }
        let group = shard.classicGroups["classic-readers"]!
        #expect(group.state == .empty && group.generationID == 2 && group.protocolType == "consumer")
        #expect(group.stateTimestamp == 1_795_218_670_968)
        #expect(shard.offsets["classic-readers"]["plain"]?.mapValues(\.offset) == [0: 37, 2: 63])
        #expect(shard.offsets["classic-readers"]["plain"]?[0]?.leaderEpoch == 0)
    }

    @Test("An offset is written in version 3, in version 1 if it has an expiry of its own")
    func offsetVersions() throws {
        func version(_ record: GroupRecord) throws -> Int16? { try record.encoded().value?.getInteger(at: 0) }
        #expect(try version(Self.offset("g", 0, 1, 2)) == 3)
        var value = OffsetCommitValue()
        value.expireTimestamp = 99
        let expiring = GroupRecord.offset(OffsetCommitKey(), value)
        #expect(try version(expiring) == 1)
        #expect(try GroupRecord(try expiring.encoded()) == expiring)
    }

    @Test("Old key types and value versions are read")
    func oldVersions() throws {
        var record = try Self.offset("g", 3, 17, -1).encoded()
        record.key.setInteger(Int16(0), at: 0)
        for version in Int16(0)...4 {
            let value = OffsetCommitValue {
                $0.offset = 17
                $0.metadata = "m"
            }
            var bytes = ByteBuffer(integer: version)
            try value.encode(into: &bytes, version: version)
            record.value = bytes
            guard case .offset(let key, let read?) = try GroupRecord(record) else {
                Issue.record("not an offset")
                return
            }
            #expect(key.partition == 3 && read.offset == 17 && read.metadata == "m")
        }
        for version in Int16(0)...3 {
            let group = GroupMetadataValue {
                $0.generation = 5
                $0.members = [GroupMetadataValue.MemberMetadata { $0.sessionTimeout = 9_000 }]
            }
            let record = try CoordinatorRecord(GroupMetadataKey { $0.group = "g" }, group, version: version)
            guard case .classicGroup(_, let read?) = try GroupRecord(record) else {
                Issue.record("not a group")
                return
            }
            let member = ClassicGroup("g", read).members.values.first
            #expect(member?.rebalanceTimeoutMs == (version == 0 ? 9_000 : 9_000))
        }
    }

    @Test("Records of unknown types and broken ones are told apart, and neither stops the reading")
    func unknownRecords() throws {
        var streams = ByteBuffer(integer: Int16(17))
        streams.writeString("whatever")
        #expect(throws: GroupRecord.DecodingError.unknownType(17)) {
            try GroupRecord(CoordinatorRecord(key: streams, value: nil))
        }
        let broken = CoordinatorRecord(key: ByteBuffer(integer: Int16(2)), value: nil)
        #expect(throws: GroupRecord.DecodingError.malformed(.truncated)) { try GroupRecord(broken) }
        let empty = CoordinatorRecord(key: ByteBuffer(), value: nil)
        #expect(throws: GroupRecord.DecodingError.malformed(.truncated)) { try GroupRecord(empty) }
        var newer = try Self.offset("g", 0, 1, 2).encoded()
        newer.value!.setInteger(Int16(9), at: 0)
        #expect(throws: GroupRecord.DecodingError.malformed(.unsupportedVersion(9))) { try GroupRecord(newer) }
    }

    @Test("A classic group is the same after a restart, and its members have to show that they live")
    func restartClassic() {
        var driver = ShardDriver()
        let members = driver.stableGroup(3)
        driver.commit([("orders", 1, 9)], generation: driver.classic().generationID, member: members[0])
        driver.advance(5_000)
        var other = driver.restarted()
        #expect(other.described() == driver.described())
        #expect(other.fetchAll() == ["orders-1: 9"])
        let generation = other.classic().generationID
        #expect(other.heartbeat(members[0], generation: generation) == .none)
        let sync = other.sync(members[1], generation: generation)
        #expect(other.syncs[sync]?.assignment == ByteBuffer(string: "to \(members[1])"))
        other.advance(10_000)
        #expect(other.classic().state == .preparingRebalance || other.classic().state == .empty)
    }

    @Test("Compaction may leave tombstones without what they delete, and offsets before their group")
    func compacted() {
        var shard = GroupShard()
        let group = ConsumerGroup(groupID: "g")
        for record in group.tombstones(ofMember: "m") + group.tombstones {
            shard.apply(record, offset: 0, producerID: -1, now: 0)
        }
        #expect(shard.groupIDs.isEmpty)
        shard.apply(Self.offset("g", 0, 1, 2), offset: 1, producerID: -1, now: 0)
        shard.apply(group.epochRecord(4), offset: 2, producerID: -1, now: 0)
        #expect(shard.classicGroups.isEmpty && shard.consumerGroups["g"]?.epoch == 4)
        #expect(shard.offsets["g"]["plain"]?[0]?.offset == 1)
    }
}
