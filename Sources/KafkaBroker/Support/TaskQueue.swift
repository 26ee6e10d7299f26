// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Runs tasks in the order in which they were added, each when the one before has ended.
final class TaskQueue: Sendable {
    private let last = Mutex<Task<Void, Never>?>(nil)

    func add(_ work: @escaping @Sendable () async -> Void) {
        last.withLock { last in
            last = Task { [last] in
                await last?.value
                await work()
            }
        }
    }
}
