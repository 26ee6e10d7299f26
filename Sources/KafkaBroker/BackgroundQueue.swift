// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Threads for what blocks: fsync, deletion, recovery. Made when first used.
final class BackgroundQueue: Sendable {
    private let pool: NIOThreadPool

    init(threads: Int = 2) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    func run(_ work: @escaping @Sendable () -> Void) {
        pool.submit { state in
            // Also when the pool is stopping: whoever waits for the work must not wait for ever.
            _ = state
            work()
        }
    }

    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await pool.runIfActive(work)
    }

    func stop() async throws { try await pool.shutdownGracefully() }
}
