// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore
import Synchronization
import Testing

@testable import KafkaBroker

@Suite("The group coordinator")
struct GroupCoordinatorTests {
    let log: MemoryCoordinatorLog
    let clock = ManualClock()
    let topics = FixedTopics()
    let coordinator: GroupCoordinator

    init() { (log, coordinator) = Self.make(MemoryCoordinatorLog(), clock, topics) }

    private static func make(
        _ log: MemoryCoordinatorLog, _ clock: ManualClock, _ topics: FixedTopics
    ) -> (MemoryCoordinatorLog, GroupCoordinator) {
        let coordinator = GroupCoordinator(
            log: log, topics: topics, clock: clock.clock, configuration: GroupCoordinatorConfiguration(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return (log, coordinator)
    }

    private func client(_ version: Int16) -> GroupClient {
        GroupClient(clientID: "client", host: "/127.0.0.1", apiVersion: version)
    }

    private func joinRequest(_ group: String, _ memberID: String = "") -> JoinGroupRequest {
        JoinGroupRequest {
            $0.groupID = group
            $0.memberID = memberID
            $0.sessionTimeoutMs = 10_000
            $0.rebalanceTimeoutMs = 60_000
            $0.protocolType = "consumer"
            $0.protocols = [JoinGroupRequest.SupportedProtocol { $0.name = "range" }]
        }
    }

    private func syncRequest(_ group: String, _ memberID: String, _ assignments: [String: String] = [:])
        -> SyncGroupRequest
    {
        SyncGroupRequest {
            $0.groupID = group
            $0.generationID = 1
            $0.memberID = memberID
            $0.protocolType = "consumer"
            $0.protocolName = "range"
            $0.assignments = assignments.map { memberID, text in
                SyncGroupRequest.Assignment {
                    $0.memberID = memberID
                    $0.assignment = ByteBuffer(string: text)
                }
            }
        }
    }

    private func commitRequest(_ group: String, _ offset: Int64) -> OffsetCommitRequest {
        OffsetCommitRequest {
            $0.groupID = group
            $0.topics = [
                OffsetCommitRequest.Topic {
                    $0.name = "orders"
                    $0.partitions = [OffsetCommitRequest.Partition { $0.committedOffset = offset }]
                }
            ]
        }
    }

    private func committed(_ group: String, _ coordinator: GroupCoordinator, stable: Bool = false) async -> (
        offset: Int64?, error: ErrorCode
    ) {
        let request = OffsetFetchRequest.Group {
            $0.groupID = group
            $0.topics = [
                OffsetFetchRequest.GroupTopic {
                    $0.name = "orders"
                    $0.partitionIndexes = [0]
                }
            ]
        }
        let response = await coordinator.fetchOffsets(request, requireStable: stable, apiVersion: 9)
        guard response.errorCode == .none else { return (nil, response.errorCode) }
        let partition = response.topics[0].partitions[0]
        return (partition.committedOffset, partition.errorCode)
    }

    @Test("Questions about groups don't create the topic, the first member does")
    func creation() async {
        #expect(await coordinator.list(ListGroupsRequest()).groups.isEmpty)
        #expect(await coordinator.describe(["g"], client(5)).map(\.groupState) == ["Dead"])
        #expect(await coordinator.describe(["g"], client(6)).map(\.errorCode) == [.groupIDNotFound])
        #expect(
            await coordinator.describeConsumerGroups(["g", ""]).map(\.errorCode) == [.groupIDNotFound, .invalidGroupID])
        #expect(await coordinator.delete(["g", "g"]).map(\.errorCode) == [.groupIDNotFound])
        #expect(await committed("g", coordinator) == (-1, .none))
        #expect(log.partitionCount == nil)
        let response = await coordinator.join(joinRequest("g"), client(9))
        #expect(response.errorCode == .memberIDRequired)
        #expect(log.partitionCount == 50)
    }

    @Test("A topic that can't be created is no coordinator, for now")
    func creationFails() async {
        log.state.withLock { $0.error = .notEnoughReplicas }
        #expect(await coordinator.join(joinRequest("g"), client(9)).errorCode == .coordinatorNotAvailable)
        #expect(await coordinator.prepare("g") == .coordinatorNotAvailable)
        log.state.withLock { $0.error = nil }
        #expect(await coordinator.prepare("g") == .none)
    }

    @Test("Two members join, sync and are answered at once; their requests wait in between")
    func joinAndSync() async {
        let first = await coordinator.join(joinRequest("g"), client(9)).memberID
        let alone = await coordinator.join(joinRequest("g", first), client(9))
        #expect(alone.generationID == 1 && alone.leader == first)
        let sync = await coordinator.sync(syncRequest("g", first, [first: "all"]), client(5))
        #expect(sync.assignment == ByteBuffer(string: "all"))
        let second = await coordinator.join(joinRequest("g"), client(9)).memberID
        async let waiting = coordinator.join(joinRequest("g", second), client(9))
        var heartbeat = HeartbeatRequest {
            $0.groupID = "g"
            $0.generationID = 1
            $0.memberID = first
        }
        while await coordinator.heartbeat(heartbeat).errorCode == .none { await Task.yield() }
        let rejoined = await coordinator.join(joinRequest("g", first), client(9))
        #expect(rejoined.generationID == 2 && rejoined.members.count == 2)
        #expect(await waiting.generationID == 2)
        heartbeat.generationID = 2
        #expect(await coordinator.heartbeat(heartbeat).errorCode == .none)
        clock.advance(10_000)
        await coordinator.timersDue()
        #expect(await coordinator.heartbeat(heartbeat).errorCode == .unknownMemberID)
    }

    @Test("While groups are read back they say so; heartbeats are fine, and markers that come meanwhile count")
    func loading() async throws {
        _ = await coordinator.commit(commitRequest("g", 5), client(9))
        let transactional = TxnOffsetCommitRequest {
            $0.groupID = "g"
            $0.producerID = 7
            $0.topics = [
                TxnOffsetCommitRequest.Topic {
                    $0.name = "orders"
                    $0.partitions = [TxnOffsetCommitRequest.Partition { $0.committedOffset = 6 }]
                }
            ]
        }
        _ = await coordinator.commit(transactional, client(5))
        #expect(await committed("g", coordinator, stable: true) == (-1, .unstableOffsetCommit))
        let partition = try await coordinator.partition(of: "g")

        log.state.withLock { $0.isHeld = true }
        let (_, restarted) = Self.make(log, clock, topics)
        restarted.start()
        while log.state.withLock({ $0.held.isEmpty }) { await Task.yield() }
        #expect(await committed("g", restarted) == (nil, .coordinatorLoadInProgress))
        #expect(await restarted.join(joinRequest("g"), client(9)).errorCode == .coordinatorLoadInProgress)
        #expect(await restarted.list(ListGroupsRequest()).errorCode == .coordinatorLoadInProgress)
        let heartbeat = HeartbeatRequest {
            $0.groupID = "g"
            $0.memberID = "m"
        }
        #expect(await restarted.heartbeat(heartbeat).errorCode == .none)
        let commit = await restarted.commit(commitRequest("g", 9), client(9))
        #expect(commit.topics[0].partitions[0].errorCode == .coordinatorLoadInProgress)
        let old = await restarted.commit(transactional, client(1))
        #expect(old.topics[0].partitions[0].errorCode == .coordinatorNotAvailable)
        await restarted.transactionEnded(producerID: 7, partition: partition, commit: true)
        log.release()
        while await restarted.list(ListGroupsRequest()).errorCode != .none { await Task.yield() }
        #expect(await committed("g", restarted, stable: true) == (6, .none))
        #expect(await restarted.list(ListGroupsRequest()).groups.map(\.groupID) == ["g"])
    }

    @Test("Markers in the log end transactions, and records of unknown types are passed over")
    func replay() async throws {
        _ = await coordinator.prepare("g")
        let partition = try await coordinator.partition(of: "g")
        func offset(_ offset: Int64) throws -> CoordinatorRecord {
            try GroupRecord.offset(
                OffsetCommitKey {
                    $0.group = "g"
                    $0.topic = "orders"
                }, OffsetCommitValue { $0.offset = offset }
            ).encoded()
        }
        let share = CoordinatorRecord(key: ByteBuffer(bytes: [0, 11, 0, 1, 103]), value: nil)
        let broken = CoordinatorRecord(key: ByteBuffer(bytes: [0, 1, 9]), value: nil)
        _ = try log.append([share, broken, try offset(1)], to: partition, transaction: nil)
        _ = try log.append([try offset(2)], to: partition, transaction: .init(producerID: 7, producerEpoch: 0))
        log.appendMarker(7, commit: true, to: partition)
        _ = try log.append([try offset(3)], to: partition, transaction: .init(producerID: 8, producerEpoch: 0))
        log.appendMarker(8, commit: false, to: partition)
        let (_, restarted) = Self.make(log, clock, topics)
        restarted.start()
        while await committed("g", restarted).offset == nil { await Task.yield() }
        #expect(await committed("g", restarted, stable: true) == (2, .none))
    }

    @Test("An answer leaves only after its record is in the log")
    func failingLog() async {
        _ = await coordinator.commit(commitRequest("g", 5), client(9))
        log.state.withLock { $0.error = .kafkaStorageError }
        let commit = await coordinator.commit(commitRequest("g", 6), client(9))
        #expect(commit.topics[0].partitions[0].errorCode == .notCoordinator)
        #expect(await coordinator.join(joinRequest("new"), client(9)).errorCode == .notCoordinator)
        #expect(await coordinator.delete(["g"]).map(\.errorCode) == [.notCoordinator])
        log.state.withLock { $0.error = .messageTooLarge }
        let heartbeat = ConsumerGroupHeartbeatRequest {
            $0.groupID = "c"
            $0.memberID = "m"
            $0.rebalanceTimeoutMs = 1_000
            $0.subscribedTopicNames = ["orders"]
            $0.topicPartitions = []
        }
        #expect(await coordinator.heartbeat(heartbeat, client(1)).errorCode == .unknownServerError)
        log.state.withLock { $0.error = nil }
        #expect(await committed("g", coordinator) == (5, .none))
        #expect(await coordinator.heartbeat(heartbeat, client(1)).memberEpoch == 1)
    }

    @Test("Stopping answers the parked requests and refuses later ones")
    func stop() async {
        let first = await coordinator.join(joinRequest("g"), client(9)).memberID
        _ = await coordinator.join(joinRequest("g", first), client(9))
        _ = await coordinator.sync(syncRequest("g", first), client(5))
        let second = await coordinator.join(joinRequest("g"), client(9)).memberID
        async let waiting = coordinator.join(joinRequest("g", second), client(9))
        while await coordinator.describe(["g"], client(5))[0].groupState != "PreparingRebalance" { await Task.yield() }
        await coordinator.stop()
        #expect(await waiting.errorCode == .notCoordinator)
        #expect(await coordinator.join(joinRequest("g"), client(9)).errorCode == .coordinatorNotAvailable)
    }

    @Test("Groups are listed by state and type, sorted by name")
    func listing() async {
        _ = await coordinator.commit(commitRequest("b", 1), client(9))
        _ = await coordinator.commit(commitRequest("a", 1), client(9))
        _ = await coordinator.heartbeat(
            ConsumerGroupHeartbeatRequest {
                $0.groupID = "c"
                $0.memberID = "m"
                $0.rebalanceTimeoutMs = 1_000
                $0.subscribedTopicNames = ["orders"]
                $0.topicPartitions = []
            }, client(1))
        func list(_ states: [String], _ types: [String]) async -> [String] {
            await coordinator.list(
                ListGroupsRequest {
                    $0.statesFilter = states
                    $0.typesFilter = types
                }
            ).groups.map { "\($0.groupID) \($0.groupState) \($0.groupType) \($0.protocolType)" }
        }
        #expect(await list([], []) == ["a Empty classic ", "b Empty classic ", "c Stable consumer consumer"])
        #expect(await list(["stable"], []) == ["c Stable consumer consumer"])
        #expect(await list([], ["Classic"]).count == 2)
        #expect(await list(["Empty"], ["consumer"]).isEmpty)
        #expect(await list(["Nonsense"], []).isEmpty)
        #expect(await list([], ["nonsense"]).isEmpty)
        #expect(await coordinator.describe(["c"], client(6)).map(\.errorMessage) == ["Group c is not a classic group."])
        #expect(
            await coordinator.describeConsumerGroups(["a"]).map(\.errorMessage) == ["Group a is not a consumer group."])
    }

    @Test("Offsets expire at the interval, and go with their topics")
    func expiry() async {
        coordinator.start()
        _ = await coordinator.commit(commitRequest("g", 1), client(9))
        _ = await coordinator.commit(commitRequest("h", 1), client(9))
        await coordinator.topicsDeleted([topics.topic(named: "orders")!])
        #expect(await committed("g", coordinator) == (-1, .none))
        await coordinator.expireOffsets()
        #expect(await coordinator.list(ListGroupsRequest()).groups.isEmpty, "nothing is left of a simple group")

        _ = await coordinator.commit(commitRequest("g", 1), client(9))
        clock.advance(GroupCoordinatorConfiguration().offsetsRetentionMs)
        await coordinator.timersDue()
        while await coordinator.list(ListGroupsRequest()).groups.count > 0 { await Task.yield() }
    }

    @Test("When the topic itself is deleted, all groups are gone, and the next one begins anew")
    func topicOfGroupsDeleted() async {
        _ = await coordinator.commit(commitRequest("g", 1), client(9))
        log.state.withLock { $0.partitions = nil }
        let facts = TopicFacts(name: TopicName.offsets, id: .zero, partitionCount: 50)
        await coordinator.topicsDeleted([facts])
        #expect(await coordinator.list(ListGroupsRequest()).groups.isEmpty)
        _ = await coordinator.commit(commitRequest("h", 1), client(9))
        #expect(await coordinator.list(ListGroupsRequest()).groups.map(\.groupID) == ["h"])
    }

    @Test("Old versions of LeaveGroup name one member, and its error is the group's")
    func oldLeave() async {
        let member = await coordinator.join(joinRequest("g"), client(0)).memberID
        var request = LeaveGroupRequest {
            $0.groupID = "g"
            $0.memberID = "nobody"
        }
        #expect(await coordinator.leave(request, client(2)).errorCode == .unknownMemberID)
        request.memberID = member
        let response = await coordinator.leave(request, client(2))
        #expect(response.errorCode == .none && response.members.isEmpty)
        #expect(await coordinator.describe(["g"], client(5))[0].groupState == "Empty")
    }

    @Test("A thousand groups that commit at once are all served")
    func manyGroups() async {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<1_000 {
                group.addTask {
                    for offset in Int64(0)..<5 {
                        _ = await coordinator.commit(commitRequest("group-\(index)", offset), client(9))
                    }
                }
            }
        }
        #expect(await coordinator.list(ListGroupsRequest()).groups.count == 1_000)
        #expect(log.state.withLock { $0.appends } == 5_000)
    }
}
