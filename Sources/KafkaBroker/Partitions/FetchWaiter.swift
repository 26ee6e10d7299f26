// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// A fetch that waits on its partitions until there are bytes enough, its time is up, or its client is gone.
///
/// Everything but `wake` happens on the event loop of the fetch's connection.
final class FetchWaiter: Sendable {
    private let eventLoop: any EventLoop
    private let partitions: [Partition]
    /// Whether the fetch was answered; the argument says that it may not wait any longer.
    private let attempt: @Sendable (_ isLast: Bool) -> Bool
    private let isDone = Atomic<Bool>(false)
    /// An attempt is on its way to the event loop, so that a burst of appends causes one.
    private let isScheduled = Atomic<Bool>(false)
    private let timeout = Mutex<Scheduled<Void>?>(nil)

    init(
        eventLoop: any EventLoop, partitions: [Partition], attempt: @escaping @Sendable (_ isLast: Bool) -> Bool
    ) {
        self.eventLoop = eventLoop
        self.partitions = partitions
        self.attempt = attempt
    }

    /// Begins to wait; tries once more at once, for what was appended since the first attempt.
    func start(timeout milliseconds: Int32) {
        // Its client may be gone already.
        guard !isDone.load(ordering: .acquiring) else { return }
        for partition in partitions { partition.add(self) }
        let scheduled = eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) { self.run(isLast: true) }
        timeout.withLock { $0 = scheduled }
        run(isLast: false)
    }

    func wake() {
        guard !isDone.load(ordering: .relaxed), !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else {
            return
        }
        eventLoop.execute {
            self.isScheduled.store(false, ordering: .releasing)
            self.run(isLast: false)
        }
    }

    /// Whether it was answered, or is not to be.
    var isOver: Bool { isDone.load(ordering: .acquiring) }

    /// Others wait for what it holds: it is answered with what there is.
    func hurry() { run(isLast: true) }

    /// The client is gone: nobody is to be answered.
    func cancel() {
        guard !isDone.exchange(true, ordering: .acquiringAndReleasing) else { return }
        stop()
    }

    private func run(isLast: Bool) {
        guard !isDone.load(ordering: .acquiring), attempt(isLast) else { return }
        isDone.store(true, ordering: .releasing)
        stop()
    }

    private func stop() {
        timeout.withLock { scheduled in
            scheduled?.cancel()
            scheduled = nil
        }
        for partition in partitions { partition.remove(self) }
    }
}
