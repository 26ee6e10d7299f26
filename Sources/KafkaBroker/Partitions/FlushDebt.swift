// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts what was appended since the last flush, over all logs: what a restart after a crash would have to check.
final class FlushDebt: Sendable {
    /// From here on the background flushes at once rather than in its own time.
    private static let soft = 64 << 20
    /// From here on who appends waits for the flush.
    private static let hard = 192 << 20

    private let byteCount = Atomic<Int>(0)
    private let isFlushAsked = Atomic<Bool>(false)
    private let onSoftLimit = Mutex<(@Sendable () -> Void)?>(nil)

    /// Has `flush` called, once until the next `begin`, when much is unflushed.
    func whenMuch(_ flush: (@Sendable () -> Void)?) { onSoftLimit.withLock { $0 = flush } }

    func add(_ count: Int) {
        guard byteCount.add(count, ordering: .relaxed).newValue >= Self.soft,
            !isFlushAsked.exchange(true, ordering: .relaxed)
        else { return }
        onSoftLimit.withLock { $0 }?()
    }

    /// Whether an answer must wait until its records are on disk.
    var isTooMuch: Bool { byteCount.load(ordering: .relaxed) >= Self.hard }

    /// A flush begins: what was counted until now will be on disk after it.
    /// - Returns: what to take off when it has.
    func begin() -> Int {
        isFlushAsked.store(false, ordering: .relaxed)
        return byteCount.load(ordering: .relaxed)
    }

    func end(_ count: Int) { byteCount.subtract(count, ordering: .relaxed) }
}
