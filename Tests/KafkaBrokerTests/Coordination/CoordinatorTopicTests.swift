// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization
import Testing

@testable import KafkaBroker

/// Of a coordinator that only notes which partitions it has read.
@Suite("A coordinator's topic")
struct CoordinatorTopicTests {
    private final class Coordinator: TopicCoordinator {
        let log: MemoryCoordinatorLog
        let topic: CoordinatorTopic
        /// Partitions that were taken over, in order.
        let accepted = Mutex<[Int32]>([])
        /// How often each partition was read.
        let readings = Mutex<[Int32: Int]>([:])
        /// Partitions that can't be read at the moment.
        let broken = Mutex<Set<Int32>>([])
        private let pauses = AsyncStream<Void>.makeStream()

        init(exists: Bool = true, count: Int32 = 4) {
            log = MemoryCoordinatorLog(exists: exists, count: count)
            let stream = pauses.stream
            let clock = CoordinatorClock(
                now: { 0 }, uptime: { 0 },
                sleep: { milliseconds in
                    #expect(milliseconds == CoordinatorTopic.retryIntervalMs)
                    for await _ in stream { return }
                    throw CancellationError()
                })
            topic = CoordinatorTopic("__topic", log, clock, quiet)
        }

        func discover() { topic.discover(self) }

        func load(_ load: CoordinatorTopic.Load) async throws {
            readings.withLock { $0[load.partition, default: 0] += 1 }
            try await log.replay(load.partition) { _ in }
            if broken.withLock({ $0.contains(load.partition) }) {
                throw CoordinatorLogError(code: .kafkaStorageError, message: "no")
            }
            if topic.accept(load) { accepted.withLock { $0.append(load.partition) } }
        }

        /// The pause before another attempt is over.
        func retry() { pauses.continuation.yield() }

        func refusals() -> [ErrorCode?] { (0..<4).map { topic.refusal(of: $0)?.code } }

        /// Waits until reading has come to `held` partitions that wait.
        func waitForReading() async {
            while log.state.withLock({ $0.held.isEmpty }) { await Task.yield() }
        }
    }

    @Test("that exists is read back once, and refuses until then")
    func reading() async {
        let coordinator = Coordinator()
        #expect(coordinator.topic.partitionCount == nil)
        coordinator.log.state.withLock { $0.isHeld = true }
        for _ in 0..<3 { coordinator.discover() }
        await coordinator.waitForReading()
        #expect(coordinator.topic.partitionCount == 4 && coordinator.topic.isLoading)
        #expect(coordinator.refusals() == Array(repeating: .coordinatorLoadInProgress, count: 4))
        coordinator.log.release()
        await coordinator.topic.loaded()
        #expect(coordinator.refusals() == Array(repeating: nil, count: 4))
        #expect(coordinator.accepted.withLock { $0 } == [0, 1, 2, 3])
        #expect(coordinator.topic.refusal(of: 4)?.code == .notCoordinator)
        #expect(coordinator.topic.refusal(of: -1)?.code == .notCoordinator)
    }

    @Test("tries a partition that can't be read again and again, and serves the others")
    func unreadable() async {
        let coordinator = Coordinator()
        coordinator.broken.withLock { $0 = [1, 3] }
        coordinator.discover()
        await coordinator.topic.loaded()
        #expect(coordinator.refusals() == [nil, .notCoordinator, nil, .notCoordinator])
        #expect(!coordinator.topic.isLoading)
        coordinator.broken.withLock { $0 = [3] }
        coordinator.retry()
        while coordinator.topic.refusal(of: 1) != nil { await Task.yield() }
        while coordinator.readings.withLock({ $0[3] }) != 2 { await Task.yield() }
        #expect(coordinator.refusals() == [nil, nil, nil, .notCoordinator])
        coordinator.broken.withLock { $0 = [] }
        coordinator.retry()
        while coordinator.topic.refusal(of: 3) != nil { await Task.yield() }
        #expect(coordinator.readings.withLock { $0 } == [0: 1, 1: 2, 2: 1, 3: 3])
        #expect(coordinator.accepted.withLock { $0 } == [0, 2, 1, 3])
    }

    @Test("stops while it is read: nothing counts from then on, and nobody waits")
    func stopping() async {
        let coordinator = Coordinator()
        coordinator.log.state.withLock { $0.isHeld = true }
        coordinator.discover()
        await coordinator.waitForReading()
        async let waiting: Void = coordinator.topic.loaded()
        coordinator.topic.stop()
        await waiting
        await coordinator.topic.loaded()
        coordinator.log.release()
        #expect(coordinator.refusals() == Array(repeating: .coordinatorNotAvailable, count: 4))
        await #expect(throws: CoordinatorLogError.self) { try await coordinator.topic.create() }
        for _ in 0..<100 { await Task.yield() }
        #expect(coordinator.accepted.withLock { $0 } == [])
        #expect(coordinator.readings.withLock { $0 } == [0: 1])
    }

    @Test("stops while it waits for another attempt")
    func stoppingBetween() async {
        let coordinator = Coordinator()
        coordinator.broken.withLock { $0 = [2] }
        coordinator.discover()
        await coordinator.topic.loaded()
        coordinator.topic.stop()
        coordinator.broken.withLock { $0 = [] }
        coordinator.retry()
        for _ in 0..<100 { await Task.yield() }
        #expect(coordinator.readings.withLock { $0[2] } == 1)
        #expect(coordinator.accepted.withLock { $0 } == [0, 1, 3])
    }

    @Test("that is deleted while it is read does not come back with what was read")
    func deletion() async throws {
        let coordinator = Coordinator()
        coordinator.log.state.withLock { $0.isHeld = true }
        coordinator.discover()
        await coordinator.waitForReading()
        coordinator.topic.deleted()
        #expect(coordinator.topic.partitionCount == nil && !coordinator.topic.isLoading)
        // It is there once more, and is read from the beginning.
        coordinator.discover()
        coordinator.log.release()
        await coordinator.topic.loaded()
        #expect(coordinator.accepted.withLock { $0 } == [0, 1, 2, 3])
        #expect(coordinator.readings.withLock { $0[0] } == 2)
    }

    @Test("that does not exist is created once for all who need it, and can be used at once")
    func creation() async throws {
        let coordinator = Coordinator(exists: false)
        coordinator.discover()
        #expect(coordinator.topic.partitionCount == nil && coordinator.topic.partition(of: "group") == nil)
        coordinator.log.state.withLock { $0.error = .notEnoughReplicas }
        await #expect(throws: CoordinatorLogError.self) { try await coordinator.topic.create() }
        coordinator.log.state.withLock { $0.error = nil }
        await withTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    coordinator.discover()
                    return try? await coordinator.topic.create()
                }
            }
            for await count in group { #expect(count == 4) }
        }
        #expect(coordinator.refusals() == Array(repeating: nil, count: 4))
        #expect(coordinator.topic.partition(of: "group") == JavaString.partition(of: "group", count: 4))
        #expect(coordinator.readings.withLock { $0 } == [:])
    }
}
