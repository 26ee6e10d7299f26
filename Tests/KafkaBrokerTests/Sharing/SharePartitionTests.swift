// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaBroker

/// Share partitions over a log on disk.
@Suite("Share partitions")
struct SharePartitionTests {
    @Test("Nothing can be fetched before the group is initialized")
    func uninitialized() async throws {
        let world = try ShareWorld()
        try world.produce(3)
        #expect(throws: ShareError(.coordinatorNotAvailable)) { try world.acquire("a") }
        try await world.shares.coordinator.prepare()
        #expect(throws: ShareError(.unknownServerError, ShareStateShard.readOfUnknown)) { try world.acquire("a") }
    }

    @Test("What was acknowledged is kept over a crash, and what was only acquired comes again")
    func crash() async throws {
        let world = try ShareWorld()
        try await world.initialize()
        for _ in 0..<4 { try world.produce(5) }
        #expect(try world.acquire("a") == [AcquiredRecords(0...19)])
        try world.acknowledge("a", 0...3, .accept)
        try world.acknowledge("a", 10...14, .accept)
        try world.acknowledge("a", 7...7, .release)
        #expect(try await world.kept?.startOffset == 4)
        #expect(try await world.kept?.deliveryCompleteCount == 5)
        await world.crash()
        #expect(
            try world.acquire("b")
                == [
                    AcquiredRecords(4...6), AcquiredRecords(7...7, 2), AcquiredRecords(8...9),
                    AcquiredRecords(15...19),
                ])
        // The member of before has nothing any more.
        #expect(throws: ShareError.self) { try world.acknowledge("a", 4...6, .accept) }
    }

    @Test("Where to begin is decided once, and kept")
    func reset() async throws {
        let world = try ShareWorld()
        world.settings.withLock { $0.reset = .latest }
        try world.produce(5)
        try await world.initialize()
        #expect(try world.acquire("a").isEmpty)
        #expect(try await world.kept?.startOffset == 5)
        try world.produce(2)
        await world.crash()
        #expect(try world.acquire("a") == [AcquiredRecords(5...6)])
        // By time: all records are of 1000 ms.
        try await world.shares.coordinator.initialize(world.key, stateEpoch: 2, startOffset: -1)
        world.settings.withLock { $0.reset = .ago(1_000_000) }
        #expect(try world.acquire("a") == [AcquiredRecords(0...6)])
        try await world.shares.coordinator.initialize(world.key, stateEpoch: 3, startOffset: -1)
        world.settings.withLock { $0.reset = .ago(5) }
        #expect(try world.acquire("a").isEmpty)
        #expect(try await world.kept?.startOffset == 7)
    }

    @Test("Durations are read as Java reads them")
    func durations() {
        #expect(ShareGroupSettings.Reset("earliest") == .earliest)
        #expect(ShareGroupSettings.Reset("latest") == .latest)
        #expect(ShareGroupSettings.Reset("by_duration:PT1H30M") == .ago(5_400_000))
        #expect(ShareGroupSettings.Reset("by_duration:P2DT0.5S") == .ago(172_800_500))
        for bad in ["", "P", "PT", "1H", "P1H", "PT1M2H", "PT-1S"] { #expect(ISODuration.milliseconds(bad) == nil) }
    }

    @Test("A lock that ends lets others have the records, until they were delivered often enough")
    func lockTimeout() async throws {
        let world = try ShareWorld()
        world.settings.withLock { $0.limits.deliveryCount = 2 }
        try await world.initialize()
        try world.produce(3)
        #expect(try world.acquire("a") == [AcquiredRecords(0...2)])
        world.clock.advance(29_999)
        world.expireLocks()
        #expect(try world.acquire("b").isEmpty)
        world.clock.advance(1)
        world.expireLocks()
        #expect(throws: ShareError.self) { try world.acknowledge("a", 0...2, .accept) }
        #expect(try world.acquire("b") == [AcquiredRecords(0...2, 2)])
        world.clock.advance(30_000)
        world.expireLocks()
        #expect(try world.acquire("c").isEmpty)
        #expect(try await world.kept?.startOffset == 3)
    }

    @Test("A renewed lock lasts as long as a new one")
    func renewal() async throws {
        let world = try ShareWorld()
        try await world.initialize()
        try world.produce(2)
        _ = try world.acquire("a")
        world.clock.advance(20_000)
        try world.acknowledge("a", 0...1, .renew)
        world.clock.advance(20_000)
        world.expireLocks()
        try world.acknowledge("a", 0...1, .accept)
        #expect(try await world.kept?.startOffset == 2)
    }

    @Test("What can't be written did not happen")
    func writeFails() async throws {
        let world = try ShareWorld()
        try await world.initialize()
        try world.produce(2)
        _ = try world.acquire("a")
        world.states.fail(.kafkaStorageError)
        #expect(throws: ShareError.self) { try world.acknowledge("a", 0...1, .accept) }
        world.states.fail(nil)
        try world.acknowledge("a", 0...1, .accept)
        #expect(try await world.kept?.startOffset == 2)
    }

    @Test("A group that is put elsewhere starts over there, and who reads on is told")
    func alteration() async throws {
        let world = try ShareWorld()
        try await world.initialize()
        try world.produce(5)
        _ = try world.acquire("a")
        let old = world.shares[world.key]!
        try await world.shares.coordinator.initialize(world.key, stateEpoch: 2, startOffset: 3)
        #expect(throws: ShareError(.notLeaderOrFollower)) {
            try old.acknowledge(
                [AcknowledgementBatch(first: 0, last: 4, types: [.accept])], by: "a", ShareGroupSettings())
        }
        #expect(try world.acquire("b") == [AcquiredRecords(3...4)])
    }

    @Test("A group that reads committed records waits for transactions, and never sees aborted ones")
    func isolation() async throws {
        let world = try ShareWorld()
        world.settings.withLock { $0.isolation = .readCommitted }
        try await world.initialize()
        let (one, two) = (ProducerIdentity(id: 1, epoch: 0), ProducerIdentity(id: 2, epoch: 0))
        try world.produce(2)
        try world.produce(2, producer: one)
        try world.produce(2, producer: two)
        #expect(try world.acquire("a") == [AcquiredRecords(0...1)])
        #expect(try world.acquire("a").isEmpty)
        try world.end(one, commit: false)
        try world.end(two, commit: true)
        // 6 and 7 are the markers, which the client takes for gaps.
        #expect(try world.acquire("a") == [AcquiredRecords(4...7)])
        try world.acknowledge("a", 0...1, .accept)
        try world.acknowledge("a", 4...5, .accept)
        try world.acknowledge("a", 6...7, .gap)
        #expect(try await world.kept?.startOffset == 8)

        // Uncommitted, all of it comes.
        world.settings.withLock { $0.isolation = .readUncommitted }
        try await world.shares.coordinator.initialize(world.key, stateEpoch: 2, startOffset: 0)
        #expect(try world.acquire("b") == [AcquiredRecords(0...7)])
    }

    @Test("Records that are deleted from the log are not waited for")
    func logStart() async throws {
        let world = try ShareWorld()
        try await world.initialize()
        for _ in 0..<3 { try world.produce(5) }
        _ = try world.acquire("a", max: 5)
        try world.log.advanceLogStart(to: 7)
        #expect(try world.acquire("b") == [AcquiredRecords(7...14)])
        #expect(world.shares[world.key]!.snapshot?.records.startOffset == 7)
    }

    @Test("A session that ends gives back what its member had, and with the last one nothing is kept in memory")
    func sessions() async throws {
        let world = try ShareWorld()
        try await world.initialize()
        try world.produce(4)
        let place = ShareSessionPartition(topicID: world.topicID, partition: 0)
        let member = ShareSession.Key(groupID: "g", memberID: "a")
        let cache = world.shares.sessions
        try cache.begin(ShareSession(key: member, connection: 1, [place]))
        #expect(try world.acquire("a") == [AcquiredRecords(0...3)])
        #expect(throws: ShareError(.invalidShareSessionEpoch)) { try cache.advance(member, epoch: 2) }
        #expect(try cache.advance(member, epoch: 1).partitions == [place])
        #expect(throws: ShareError(.shareSessionNotFound)) {
            try cache.advance(ShareSession.Key(groupID: "g", memberID: "b"), epoch: 1)
        }
        #expect(world.shares.count == 1)
        world.shares.disconnected(1)
        #expect(world.shares.count == 0 && cache.count == 0)
        #expect(try world.acquire("b") == [AcquiredRecords(0...3)])
        for number in 0..<10 {
            let key = ShareSession.Key(groupID: "g", memberID: "m\(number)")
            try cache.begin(ShareSession(key: key, connection: 2, []))
        }
        #expect(throws: ShareError.self) { try cache.begin(ShareSession(key: member, connection: 2, [])) }
        // One that exists may begin anew.
        try cache.begin(ShareSession(key: .init(groupID: "g", memberID: "m3"), connection: 3, []))
    }

    @Test("Locks are looked at when the first of them ends")
    func timers() async throws {
        let clock = ManualClock()
        let fired = Fired()
        let timers = ShareLockTimers(clock: clock.clock)
        timers.start { fired.add($0) }
        let (one, two) = (SharePartitionKey("g", .zero, 1), SharePartitionKey("g", .zero, 2))
        timers.schedule(one, at: clock.clock.uptime() + 100)
        timers.schedule(two, at: clock.clock.uptime() + 50)
        timers.due()
        #expect(fired.keys.isEmpty)
        clock.advance(50)
        timers.due()
        #expect(fired.keys == [two])
        clock.advance(50)
        timers.due()
        #expect(fired.keys == [two, one])
        timers.stop()
    }
}

private final class Fired: Sendable {
    private let list = Mutex<[SharePartitionKey]>([])

    var keys: [SharePartitionKey] { list.withLock { $0 } }
    func add(_ key: SharePartitionKey) { list.withLock { $0.append(key) } }
}
