// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// When the locks of which share partition are to be looked at.
final class ShareLockTimers: Sendable {
    private struct State {
        var queue = TimerQueue<SharePartitionKey>()
        var wake: (deadline: Int64, task: Task<Void, Never>)?
        var action: (@Sendable (SharePartitionKey) -> Void)?
    }

    private let clock: CoordinatorClock
    private let state = Mutex(State())

    init(clock: CoordinatorClock) { self.clock = clock }

    /// Has `action` called with each share partition whose moment comes.
    func start(_ action: @escaping @Sendable (SharePartitionKey) -> Void) { state.withLock { $0.action = action } }

    func stop() {
        state.withLock { state in
            state.wake?.task.cancel()
            state = State()
        }
    }

    /// - Parameter deadline: in milliseconds of the uptime.
    func schedule(_ key: SharePartitionKey, at deadline: Int64) {
        state.withLock { state in
            guard state.action != nil else { return }
            state.queue.set(key, deadline)
            wakeInTime(&state)
        }
    }

    /// Lets due timers act; called by the clock.
    func due() {
        let (keys, action) = state.withLock { state in
            var keys: [SharePartitionKey] = []
            let now = clock.uptime()
            while let key = state.queue.popDue(now) { keys.append(key) }
            state.wake = nil
            wakeInTime(&state)
            return (keys, state.action)
        }
        for key in keys { action?(key) }
    }

    private func wakeInTime(_ state: inout State) {
        guard let deadline = state.queue.nextDeadline else { return }
        if let wake = state.wake, wake.deadline <= deadline { return }
        state.wake?.task.cancel()
        let delay = max(deadline - clock.uptime(), 1)
        let task = Task { [clock] in
            do { try await clock.sleep(delay) } catch { return }
            self.due()
        }
        state.wake = (deadline, task)
    }
}
