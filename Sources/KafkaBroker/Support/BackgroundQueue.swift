// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// Threads for what blocks or takes long. Made when first used.
final class BackgroundQueue: Sendable {
    private let pool: NIOThreadPool
    private let isStarted = Mutex(false)

    init(threads: Int = 2) { pool = NIOThreadPool(numberOfThreads: threads) }

    private func start() {
        isStarted.withLock { isStarted in
            if !isStarted { pool.start() }
            isStarted = true
        }
    }

    func run(_ work: @escaping @Sendable () -> Void) {
        start()
        pool.submit { state in
            // Also when the pool is stopping: whoever waits for the work must not wait for ever.
            _ = state
            work()
        }
    }

    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        start()
        return try await pool.runIfActive(work)
    }

    func stop() async throws {
        // None is started from here on.
        isStarted.withLock { $0 = true }
        try await pool.shutdownGracefully()
    }
}
