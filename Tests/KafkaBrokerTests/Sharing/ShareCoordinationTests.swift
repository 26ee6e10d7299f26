// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaBroker

/// What lies between the group coordinator and the share coordinator.
@Suite("Share groups and the share coordinator")
struct ShareCoordinationTests {
    /// A share coordinator that does nothing until it is let.
    private final class HeldStates: ShareStates {
        private struct State {
            var isOpen = false
            var isFailing = false
            var waiting: [CheckedContinuation<Void, Never>] = []
            var starts: [SharePartitionKey: Int64] = [:]
        }

        private let state = Mutex(State())

        var waitingCount: Int { state.withLock { $0.waiting.count } }
        var starts: [SharePartitionKey: Int64] { state.withLock { $0.starts } }

        func open(failing: Bool = false) {
            let waiting = state.withLock { state in
                (state.isOpen, state.isFailing) = (true, failing)
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func initialize(_ key: SharePartitionKey, stateEpoch: Int32, startOffset: Int64) async throws(ShareError) {
            if !state.withLock({ $0.isOpen }) {
                await withCheckedContinuation { continuation in state.withLock { $0.waiting.append(continuation) } }
            }
            let isFailing = state.withLock { state in
                if !state.isFailing { state.starts[key] = startOffset }
                return state.isFailing
            }
            if isFailing { throw ShareError(.coordinatorNotAvailable) }
        }

        func delete(_ key: SharePartitionKey) async throws(ShareError) {
            state.withLock { $0.starts[key] = nil }
        }

        func summary(_ key: SharePartitionKey) async throws(ShareError) -> ShareGroupState? { nil }
    }

    private let states = HeldStates()
    private let log = MemoryCoordinatorLog()
    private let topics = FixedTopics(["orders": 2])
    private let coordinator: GroupCoordinator

    init() {
        var configuration = GroupCoordinatorConfiguration()
        configuration.shareProtocolEnabled = true
        coordinator = GroupCoordinator(
            log: log, topics: topics, clock: ManualClock().clock, configuration: configuration, shares: states,
            logger: quiet)
    }

    private func beat(_ member: String, epoch: Int32 = 0) async -> ShareGroupHeartbeatResponse {
        await coordinator.heartbeat(
            ShareGroupHeartbeatRequest {
                ($0.groupID, $0.memberID, $0.memberEpoch) = ("queue", member, epoch)
                if epoch == 0 { $0.subscribedTopicNames = ["orders"] }
            }, GroupClient(clientID: "", host: "", apiVersion: 1))
    }

    private func count(_ response: ShareGroupHeartbeatResponse) -> Int? {
        response.assignment.map { $0.topicPartitions.reduce(0) { $0 + $1.partitions.count } }
    }

    @Test("Members that come while partitions are initialized wait for them, and share them at once")
    func waiting() async {
        async let first = beat("a")
        while states.waitingCount == 0 { await Task.yield() }
        async let second = beat("b")
        // Until its heartbeat is in the log, too.
        while log.state.withLock({ $0.appends }) < 2 { await Task.yield() }
        states.open()
        let (one, two) = await (first, second)
        #expect(one.errorCode == .none && two.errorCode == .none)
        #expect((count(one) ?? 0) > 0 && (count(two) ?? 0) > 0)
        #expect(Set(states.starts.values) == [-1] && states.starts.count == 2)
    }

    @Test("What could not be initialized is tried again with a later heartbeat")
    func failure() async {
        states.open(failing: true)
        let first = await beat("a")
        #expect(first.errorCode == .none && count(first) == 0)
        states.open()
        let second = await beat("a", epoch: first.memberEpoch)
        #expect(count(second) == 2)
    }

    @Test("A partition that comes later is read from its beginning, and a deleted group leaves nothing behind")
    func growth() async {
        states.open()
        let first = await beat("a")
        topics.set("orders", partitions: 3)
        await coordinator.topicsChanged(["orders"])
        let second = await beat("a", epoch: first.memberEpoch)
        #expect(count(second) == 3)
        #expect(states.starts.first { $0.key.partition == 2 }?.value == 0)
        #expect(await coordinator.delete(["queue"]).map(\.errorCode) == [.nonEmptyGroup])
        _ = await beat("a", epoch: -1)
        #expect(await coordinator.delete(["queue"]).map(\.errorCode) == [.none])
        #expect(states.starts.isEmpty)
    }
}
