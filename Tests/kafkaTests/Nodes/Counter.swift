// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts from 0, for a script that answers differently the next time.
final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
