// SPDX-License-Identifier: Apache-2.0

/// The time, as a coordinator sees it.
struct CoordinatorClock: Sendable {
    /// Milliseconds since 1970, for what is stored.
    var now: @Sendable () -> Int64
    /// Milliseconds that never go back, for timers.
    var uptime: @Sendable () -> Int64
    /// Suspends for so many milliseconds; throws when the task is cancelled.
    var sleep: @Sendable (_ milliseconds: Int64) async throws -> Void

    init(
        now: @escaping @Sendable () -> Int64, uptime: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (_ milliseconds: Int64) async throws -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }

    /// A day.
    private static let longestSleep: Int64 = 86_400_000

    /// A clock whose timers run on the system's continuous clock.
    init(now: @escaping @Sendable () -> Int64) {
        let start = ContinuousClock.now
        self.init(
            now: now,
            uptime: {
                let (seconds, attoseconds) = start.duration(to: .now).components
                return seconds * 1000 + attoseconds / 1_000_000_000_000_000
            },
            // Who wakes too early looks at the time again; the runtime's own sums of a far deadline might overflow.
            sleep: { try await Task.sleep(for: .milliseconds(min($0, Self.longestSleep))) })
    }
}
