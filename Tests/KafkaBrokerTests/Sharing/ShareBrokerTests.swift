// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaProtocol
import Testing

@testable import KafkaBroker

/// Share groups over the wire, on brokers of their own.
@Suite("Share groups of a running broker")
struct ShareBrokerTests {
    @Test("Until share.version is raised, the requests are there and refused")
    func gate() async throws {
        let world = try await ShareBroker(enabled: false)
        try await world.create("orders")
        let versions = try await world.connection.send(
            ApiVersionsRequest {
                $0.clientSoftwareName = "test"
                $0.clientSoftwareVersion = "1"
            }, version: 4)
        let keys = Set(versions.apiKeys.map(\.apiKey))
        #expect(keys.isSuperset(of: [76, 77, 78, 79, 83, 84, 85, 86, 87, 90, 91, 92]))
        #expect(!versions.finalizedFeatures.contains { $0.name == "share.version" })
        let client = try ShareClient(world.broker, "a")
        #expect(try await client.heartbeat(["orders"]).errorCode == .unsupportedVersion)
        #expect(try await client.send(client.request()).errorCode == .unsupportedVersion)
        let described = try await world.connection.send(
            ShareGroupDescribeRequest { $0.groupIDs = ["queue"] }, version: 1)
        #expect(described.groups.map(\.errorCode) == [.unsupportedVersion])
        #expect(try await world.offsets().errorCode == .unsupportedVersion)
        let state = try await world.connection.send(
            ReadShareGroupStateRequest {
                $0.groupID = "queue"
                $0.topics = [.init { $0.partitions = [.init()] }]
            }, version: 0)
        #expect(state.results[0].partitions[0].errorCode == .unsupportedVersion)
        // share.version needs metadata.version 4.2-IV0.
        let refused = try await world.connection.send(
            UpdateFeaturesRequest {
                $0.featureUpdates = [.init { ($0.feature, $0.maxVersionLevel) = ("share.version", 1) }]
            }, version: 1)
        #expect(refused.errorCode != .none)

        try await world.upgrade()
        client.epoch = 0
        #expect(try await client.heartbeat(["orders"]).errorCode == .none)
        #expect(client.places.count == 1)
        try await world.stop()
    }

    @Test("Several members work a topic off together, each record once, whatever they do with it")
    func queue() async throws {
        let world = try await ShareBroker()
        try await world.create("orders", partitions: 2)
        let values = (0..<60).map { "value \($0)" }
        for (index, value) in values.enumerated() {
            try await world.produce([value], partition: Int32(index % 2))
        }
        let seed = UInt64.random(in: 0 ... .max)
        print("share queue seed \(seed)")
        var random = SeededRandom(seed: seed)
        let clients = try ["a", "b", "c"].map { try ShareClient(world.broker, $0) }
        for client in clients { try await client.heartbeat(["orders"]) }
        for client in clients { try await client.heartbeat() }
        #expect(clients.allSatisfy { !$0.places.isEmpty })
        var accepted: [String] = []
        var rounds = 0
        while accepted.count < values.count, rounds < 1000 {
            rounds += 1
            let client = clients.randomElement(using: &random)!
            if rounds % 20 == 0 { try await client.heartbeat() }
            for record in try await client.fetch(max: Int32.random(in: 1...7, using: &random)) {
                // A record that failed once succeeds the second time.
                let isAccepted = record.deliveryCount > 1 || Bool.random(using: &random)
                let result = try await client.acknowledge(
                    record.partition, record.offset...record.offset, isAccepted ? .accept : .release)
                #expect(result.whole == .none && result.partition == ErrorCode.none)
                if isAccepted { accepted.append(record.value) }
            }
        }
        #expect(accepted.sorted() == values.sorted(), "seed \(seed)")
        let offsets = try await world.offsets()
        #expect(offsets.topics[0].partitions.map(\.startOffset) == [30, 30])
        #expect(offsets.topics[0].partitions.map(\.lag) == [0, 0])
        try await world.stop()
    }

    @Test("A fetch waits for records, and for those that somebody else gives back")
    func waiting() async throws {
        let world = try await ShareBroker()
        try await world.create("orders")
        let (one, two) = (try ShareClient(world.broker, "a"), try ShareClient(world.broker, "b"))
        try await one.heartbeat(["orders"])
        try await two.heartbeat(["orders"])
        #expect(try await one.fetch().isEmpty)
        let (first, other) = (one.connection, two.connection)
        let request = one.request(wait: 60_000)
        async let waited = first.send(request, version: 2)
        try await world.produce(["x"])
        #expect(try ShareClient.records(await waited).map(\.value) == ["x"])
        one.sessionEpoch += 1

        #expect(try await two.fetch().isEmpty)
        let second = two.request(wait: 60_000)
        async let waitedToo = other.send(second, version: 2)
        #expect(try await one.acknowledge(0, 0...0, .release).partition == ErrorCode.none)
        #expect(try ShareClient.records(await waitedToo).map(\.deliveryCount) == [2])
        two.sessionEpoch += 1

        // The member's connection is gone, and with it the session.
        #expect(try await one.fetch().isEmpty)
        let third = one.request(wait: 60_000)
        async let waitedLast = first.send(third, version: 2)
        try await two.connection.close()
        #expect(try ShareClient.records(await waitedLast).map(\.deliveryCount) == [2])
        try await world.stop()
    }

    @Test("Sessions: the epochs, the first and the last request, and the limit")
    func sessions() async throws {
        let world = try await ShareBroker(overrides: [("group.share.max.share.sessions", "1")])
        try await world.create("orders")
        try await world.produce(["a", "b", "c"])
        let (one, two) = (try ShareClient(world.broker, "a"), try ShareClient(world.broker, "b"))
        try await one.heartbeat(["orders"])
        try await two.heartbeat(["orders"])
        one.sessionEpoch = 1
        #expect(try await one.send(one.request()).errorCode == .shareSessionNotFound)
        #expect(try await one.acknowledge(0, 0...0, .accept).whole == .shareSessionNotFound)
        #expect(try await one.acknowledge(0, 0...0, .accept, epoch: 0).whole == .invalidShareSessionEpoch)
        one.sessionEpoch = 0
        #expect(try await one.send(one.request([(0, 0...0, [.accept])])).errorCode == .invalidRequest)
        #expect(try await one.fetch(max: 2).count == 3)
        #expect(try await two.send(two.request()).errorCode == .shareSessionLimitReached)
        #expect(try await one.acknowledge(0, 0...0, .accept, epoch: 9).whole == .invalidShareSessionEpoch)
        #expect(try await one.acknowledge(0, 0...0, .accept).partition == ErrorCode.none)
        #expect(try await one.acknowledge(0, 1...9, .accept).partition == .invalidRequest)
        #expect(try await one.acknowledge(0, 1...1, .accept, .accept).partition == .invalidRequest)
        #expect(try await one.acknowledge(0, 0 ... .max, .accept, .accept).partition == .invalidRequest)
        #expect(try await one.acknowledge(0, 1...1, .renew).partition == ErrorCode.none)
        #expect(try await one.acknowledge(7, 1...1, .accept).partition == .unknownTopicOrPartition)
        // With the next fetch; and what can't be acknowledged is said of the partition.
        let response = try await one.send(one.request([(0, 0...0, [.accept]), (0, 1...1, [.accept])]))
        #expect(response.responses[0].partitions[0].acknowledgeErrorCode == .none)
        // What is done is done; and the last request gives the rest back.
        #expect(try await one.acknowledge(0, 1...1, .accept, epoch: -1).partition == ErrorCode.none)
        two.sessionEpoch = 0
        #expect(try await two.fetch().map(\.offset) == [2])
        try await world.stop()
    }

    @Test("A restart keeps what was done, the group and its offsets", arguments: [true, false])
    func restart(acknowledgesLast: Bool) async throws {
        var world = try await ShareBroker()
        try await world.create("orders")
        try await world.produce((0..<10).map { "\($0)" })
        let client = try ShareClient(world.broker, "a")
        try await client.heartbeat(["orders"])
        #expect(try await client.fetch().count == 10)
        _ = try await client.acknowledge(0, 0...2, .accept)
        _ = try await client.acknowledge(0, 5...6, .reject)
        if acknowledgesLast { _ = try await client.acknowledge(0, 9...9, .accept) }
        try await world.restart()

        let offsets = try await world.offsets()
        #expect(offsets.topics[0].partitions[0].startOffset == 3)
        #expect(offsets.topics[0].partitions[0].lag == (acknowledgesLast ? 4 : 5))
        let described = try await world.connection.send(
            ShareGroupDescribeRequest { $0.groupIDs = ["queue"] }, version: 1)
        #expect(described.groups[0].groupState == "Stable" && described.groups[0].members.map(\.memberID) == ["a"])
        let other = try ShareClient(world.broker, "b")
        try await other.heartbeat(["orders"])
        try await other.heartbeat()
        #expect(try await other.fetch().map(\.offset) == [3, 4, 7, 8] + (acknowledgesLast ? [] : [9]))
        try await world.stop()
    }

    @Test("An empty group can be put elsewhere, forget topics, and be deleted")
    func administration() async throws {
        let world = try await ShareBroker()
        try await world.create("orders", partitions: 2)
        try await world.produce(["a", "b", "c"])
        func alter(_ group: String, _ offset: Int64) async throws -> AlterShareGroupOffsetsResponse {
            try await world.connection.send(
                AlterShareGroupOffsetsRequest {
                    $0.groupID = group
                    $0.topics = [
                        .init {
                            $0.topicName = "orders"
                            $0.partitions = [0, 7].map { index in
                                .init { ($0.partitionIndex, $0.startOffset) = (index, offset) }
                            }
                        }
                    ]
                }, version: 0)
        }
        func delete() async throws -> DeleteShareGroupOffsetsResponse {
            try await world.connection.send(
                DeleteShareGroupOffsetsRequest {
                    $0.groupID = "queue"
                    $0.topics = ["orders", "nothing"].map { name in .init { $0.topicName = name } }
                }, version: 0)
        }
        func deleteGroup() async throws -> ErrorCode {
            try await world.connection.send(DeleteGroupsRequest { $0.groupsNames = ["queue"] }, version: 2)
                .results[0].errorCode
        }
        #expect(try await world.offsets().errorCode == .groupIDNotFound)
        #expect(try await delete().errorCode == .groupIDNotFound)
        // A group may begin somewhere before it has members.
        let altered = try await alter("queue", 1)
        #expect(altered.responses[0].partitions.map(\.errorCode) == [.none, .unknownTopicOrPartition])
        #expect(try await world.offsets().topics[0].partitions.map(\.startOffset) == [1])

        let client = try ShareClient(world.broker, "a")
        try await client.heartbeat(["orders"])
        #expect(try await client.fetch().map(\.value) == ["b", "c"])
        #expect(try await alter("queue", 0).errorCode == .nonEmptyGroup)
        #expect(try await delete().errorCode == .nonEmptyGroup)
        #expect(try await deleteGroup() == .nonEmptyGroup)
        _ = try await client.acknowledge(0, 1...2, .accept, epoch: -1)
        try await client.leave()
        #expect(try await world.offsets().topics[0].partitions.map(\.startOffset) == [3, 0])
        #expect(try await alter("queue", 2).errorCode == .none)
        #expect(try await world.offsets().topics[0].partitions.map(\.startOffset) == [2, 0])
        #expect(try await world.offsets().topics[0].partitions.map(\.lag) == [1, 0])

        let deleted = try await delete()
        #expect(deleted.responses.map(\.errorCode) == [.none, .unknownTopicOrPartition])
        #expect(try await world.offsets().topics.isEmpty)
        #expect(try await delete().responses.map(\.errorCode) == [.unknownTopicOrPartition, .unknownTopicOrPartition])
        #expect(try await deleteGroup() == .none)
        #expect(try await world.offsets().errorCode == .groupIDNotFound)
        let listed = try await world.connection.send(ListGroupsRequest { $0.typesFilter = ["share"] }, version: 5)
        #expect(listed.groups.isEmpty)
        try await world.stop()
    }

    @Test("The share coordinator answers other nodes, and says where it is")
    func stateRequests() async throws {
        let world = try await ShareBroker()
        try await world.create("orders")
        let client = try ShareClient(world.broker, "a")
        try await client.heartbeat(["orders"])
        let topicID = client.places[0].topicID
        func find(_ key: String, version: Int16 = 6) async throws -> ErrorCode {
            try await world.connection.send(
                FindCoordinatorRequest { ($0.keyType, $0.coordinatorKeys) = (2, [key]) }, version: version
            ).coordinators[0].errorCode
        }
        #expect(try await find("queue:\(topicID):0") == .none)
        #expect(try await find("queue") == .invalidRequest)
        #expect(try await find("queue:\(topicID):0", version: 5) == .invalidRequest)

        let initialized = try await world.connection.send(
            InitializeShareGroupStateRequest {
                $0.groupID = "other"
                $0.topics = [
                    .init {
                        $0.topicID = topicID
                        $0.partitions = [
                            .init { ($0.stateEpoch, $0.startOffset) = (3, 5) }, .init { $0.partition = 4 },
                        ]
                    }
                ]
            }, version: 0)
        #expect(initialized.results[0].partitions.map(\.errorCode) == [.none, .unknownTopicOrPartition])
        func write(_ stateEpoch: Int32) async throws -> ErrorCode {
            try await world.connection.send(
                WriteShareGroupStateRequest {
                    $0.groupID = "other"
                    $0.topics = [
                        .init {
                            $0.topicID = topicID
                            $0.partitions = [
                                .init {
                                    ($0.stateEpoch, $0.startOffset, $0.deliveryCompleteCount) = (stateEpoch, 6, 1)
                                    $0.stateBatches = [
                                        .init {
                                            ($0.firstOffset, $0.lastOffset) = (5, 7)
                                            ($0.deliveryState, $0.deliveryCount) = (2, 1)
                                        }
                                    ]
                                }
                            ]
                        }
                    ]
                }, version: 1
            ).results[0].partitions[0].errorCode
        }
        #expect(try await write(2) == .fencedStateEpoch)
        #expect(try await write(3) == .none)
        let read = try await world.connection.send(
            ReadShareGroupStateRequest {
                $0.groupID = "other"
                $0.topics = [
                    .init {
                        $0.topicID = topicID
                        $0.partitions = [.init()]
                    }
                ]
            }, version: 0
        ).results[0].partitions[0]
        #expect(read.startOffset == 6 && read.stateEpoch == 3)
        #expect(read.stateBatches.map(\.firstOffset) == [6] && read.stateBatches.map(\.lastOffset) == [7])
        func summary() async throws -> Int64 {
            try await world.connection.send(
                ReadShareGroupStateSummaryRequest {
                    $0.groupID = "other"
                    $0.topics = [
                        .init {
                            $0.topicID = topicID
                            $0.partitions = [.init()]
                        }
                    ]
                }, version: 1
            ).results[0].partitions[0].startOffset
        }
        #expect(try await summary() == 6)
        let deleted = try await world.connection.send(
            DeleteShareGroupStateRequest {
                $0.groupID = "other"
                $0.topics = [
                    .init {
                        $0.topicID = topicID
                        $0.partitions = [.init()]
                    }
                ]
            }, version: 0)
        #expect(deleted.results[0].partitions[0].errorCode == .none)
        #expect(try await summary() == -1)
        try await world.stop()
    }
}
