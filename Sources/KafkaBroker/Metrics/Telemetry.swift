// SPDX-License-Identifier: Apache-2.0

internal import Libc
internal import NIOCore
internal import Synchronization

/// What a broker counts of what it does; there is none where nobody asks for that.
final class Telemetry: Sendable {
    /// How often a loop is looked at.
    static let interval = TimeAmount.seconds(1)

    let traffic = TrafficTable()
    private let loops: [ObjectIdentifier: LoopCounters]
    private let counters: [LoopCounters]
    private let tasks = Mutex<[RepeatedTask]>([])

    init(_ group: any EventLoopGroup) {
        var loops: [ObjectIdentifier: LoopCounters] = [:]
        var counters: [LoopCounters] = []
        for loop in group.makeIterator() {
            let new = LoopCounters()
            loops[ObjectIdentifier(loop)] = new
            counters.append(new)
        }
        self.loops = loops
        self.counters = counters
        for loop in group.makeIterator() { watch(loop) }
    }

    func counters(of loop: any EventLoop) -> LoopCounters? { loops[ObjectIdentifier(loop)] }

    var requests: [RequestStatistics] {
        var statistics: [RequestStatistics] = []
        for counters in counters { counters.collect(into: &statistics) }
        return statistics
    }

    var loopStatistics: [LoopStatistics] { counters.map(\.loop) }

    /// Looks once a second how late the loop is, and how busy.
    private func watch(_ loop: any EventLoop) {
        guard let counters = counters(of: loop) else { return }
        let due = Atomic64(NIODeadline.now().uptimeNanoseconds &+ UInt64(Self.interval.nanoseconds))
        let task = loop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            let now = NIODeadline.now().uptimeNanoseconds
            let wanted = due.value.load(ordering: .relaxed)
            counters.looked(delay: now > wanted ? now - wanted : 0, threadTime: Self.threadTime(), uptime: now)
            due.value.store(
                NIODeadline.now().uptimeNanoseconds &+ UInt64(Self.interval.nanoseconds), ordering: .relaxed)
        }
        tasks.withLock { $0.append(task) }
    }

    private final class Atomic64: Sendable {
        let value: Atomic<UInt64>
        init(_ value: UInt64) { self.value = Atomic(value) }
    }

    /// Nanoseconds of a core's time that this thread has used.
    private static func threadTime() -> UInt64 {
        var time = timespec()
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }

    func stop() {
        let tasks = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in tasks { task.cancel() }
    }
}
