// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How far a broker is that starts: after a crash the logs are read, which may take minutes.
package final class StartProgress: Sendable {
    private let total = Atomic<Int>(0)
    private let done = Atomic<Int>(0)

    package init() {}

    /// Partitions that are open.
    package var openPartitions: Int { done.load(ordering: .relaxed) }

    /// Partitions that are to be opened, as far as that is known yet.
    package var partitions: Int { total.load(ordering: .relaxed) }

    package func begin(_ count: Int) { total.add(count, ordering: .relaxed) }

    package func opened() { done.add(1, ordering: .relaxed) }
}
