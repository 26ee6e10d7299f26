// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import KafkaBroker

/// A clock whose sleepers wake when a test moves it.
final class ManualTimers: Sendable {
    private struct Sleeper {
        var deadline: Int64
        var continuation: CheckedContinuation<Void, any Error>
    }

    private let world: TransactionWorld
    private let sleepers = Mutex<[Int: Sleeper]>([:])
    private let nextSleeper = Atomic<Int>(0)

    init(_ world: TransactionWorld) { self.world = world }

    var clock: CoordinatorClock {
        CoordinatorClock(
            now: { self.world.now }, uptime: { self.world.now }, sleep: { try await self.sleep($0) })
    }

    private func sleep(_ milliseconds: Int64) async throws {
        let id = nextSleeper.add(1, ordering: .relaxed).newValue
        let deadline = world.now + milliseconds
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                sleepers.withLock { $0[id] = Sleeper(deadline: deadline, continuation: continuation) }
                if Task.isCancelled { wake(id, CancellationError()) }
            }
        } onCancel: {
            wake(id, CancellationError())
        }
    }

    private func wake(_ id: Int, _ error: (any Error)?) {
        guard let sleeper = sleepers.withLock({ $0.removeValue(forKey: id) }) else { return }
        if let error { sleeper.continuation.resume(throwing: error) } else { sleeper.continuation.resume() }
    }

    /// Moves the clock, and waits until so many sleep again.
    func advance(_ milliseconds: Int64, expecting count: Int) async {
        world.now += milliseconds
        let due = sleepers.withLock { $0.filter { $0.value.deadline <= world.now }.map(\.key) }
        for id in due { wake(id, nil) }
        await waitForSleepers(count)
    }

    func waitForSleepers(_ count: Int) async {
        while sleepers.withLock({ $0.count }) != count { await Task.yield() }
    }
}
