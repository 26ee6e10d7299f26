// SPDX-License-Identifier: Apache-2.0

import Libc
import Synchronization

/// Ctrl-C, SIGTERM and a terminal that went away (SIGHUP) as an orderly end: the first one calls a handler and makes a
/// descriptor readable, and writes that nobody makes room for end; a later one ends the process at once. What comes within a second of the first is the same signal
/// once more, as `timeout` sends it to a process and to its group.
final class Signals: Sendable {
    /// Readable once a signal has come: for those who wait in poll(2).
    let wakeDescriptor: Int32
    private let wakeEnd: Int32
    private let state = Mutex(State())

    private static let repetition: Duration = .seconds(1)

    private struct State {
        var received: Int32?
        var receivedAt = ContinuousClock.now
        var handlers: [@Sendable () -> Void] = []
    }

    /// Begins to catch the signals.
    static func catching() -> Signals {
        let signals = Signals()
        signals.startThread()
        return signals
    }

    /// Nothing is caught: for tests.
    init() {
        var ends: (Int32, Int32) = (-1, -1)
        _ = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
        }
        wakeDescriptor = ends.0
        wakeEnd = ends.1
    }

    deinit {
        close(wakeDescriptor)
        close(wakeEnd)
    }

    /// The signal that came, if any.
    var received: Int32? { state.withLock { $0.received } }

    /// 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, as shells count it.
    var exitStatus: Int32? { received.map { 128 + $0 } }

    func onSignal(_ handler: @escaping @Sendable () -> Void) {
        let already = state.withLock { state in
            state.handlers.append(handler)
            return state.received != nil
        }
        if already { handler() }
    }

    func deliver(_ number: Int32) {
        switch note(number, at: .now) {
        case .repetition: break
        case .impatience: _exit(128 + number)
        case .first(let handlers): announce(handlers)
        }
    }

    enum Arrival {
        case first([@Sendable () -> Void])
        case repetition
        case impatience
    }

    func note(_ number: Int32, at now: ContinuousClock.Instant) -> Arrival {
        state.withLock { state in
            if state.received != nil {
                return state.receivedAt.duration(to: now) < Self.repetition ? .repetition : .impatience
            }
            state.received = number
            state.receivedAt = now
            return .first(state.handlers)
        }
    }

    private func announce(_ handlers: [@Sendable () -> Void]) {
        var byte: UInt8 = 0
        _ = write(wakeEnd, &byte, 1)
        for handler in handlers { handler() }
        BlockedWrites.end()
    }

    /// How cancellable work ended.
    struct Outcome: Sendable {
        let result: Result<Void, any Error>
        let exitStatus: Int32?

        /// - Throws: `Interrupted` if a signal came, else what the work threw.
        func get() throws {
            if let exitStatus { throw Interrupted(status: exitStatus) }
            try result.get()
        }
    }

    /// Runs `work` to its end; a signal cancels it.
    static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async -> Outcome {
        let signals = catching()
        let task = Task(operation: work)
        signals.onSignal { task.cancel() }
        let result = await task.result
        return Outcome(result: result, exitStatus: signals.exitStatus)
    }

    /// The handler only writes the signal's number to a pipe, which is all that a handler may do; a thread reads it.
    private func startThread() {
        var ends: (Int32, Int32) = (-1, -1)
        _ = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
        }
        let reader = ends.0
        signalPipe.store(ends.1, ordering: .sequentiallyConsistent)
        Thread.detach { [self] in
            var number: UInt8 = 0
            while true {
                let count = read(reader, &number, 1)
                if count == 1 { deliver(Int32(number)) } else if count == 0 || errno != EINTR { return }
            }
        }
        for number in [SIGINT, SIGTERM] { signal(number, noteSignal) }
        // Under nohup the terminal may go.
        if unsafeBitCast(signal(SIGHUP, noteSignal), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
            signal(SIGHUP, SIG_IGN)
        }
    }
}

/// Where the signal handler writes to.
private let signalPipe = Atomic<Int32>(-1)

private func noteSignal(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.load(ordering: .relaxed), &byte, 1)
    errno = before
}
