// SPDX-License-Identifier: Apache-2.0

import Libc
import Synchronization

/// Signals that are meant for a command which this process runs: they are passed on to it. What a terminal sends, such as
/// Ctrl-C, has reached the command already. Before the command runs they end the preparations, in good order; behind its
/// end they end the process.
final class ForwardedSignals: Sendable {
    enum Phase: Sendable, Equatable {
        case preparing
        case running(pid_t)
        case over
    }

    enum Action: Equatable {
        case end
        case forward(pid_t)
        case exit
        case nothing
    }

    private struct State {
        var phase = Phase.preparing
        var received: Int32?
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    private static let others = [SIGUSR1, SIGUSR2]

    /// Begins to catch the signals, for the rest of the process's life.
    static func catching() -> ForwardedSignals {
        let signals = ForwardedSignals()
        signals.startThread()
        return signals
    }

    /// What to do with a signal.
    /// - Parameter isOfTerminal: whether the kernel sent it, to all processes in the foreground.
    static func action(_ number: Int32, isOfTerminal: Bool, in phase: Phase) -> Action {
        switch phase {
        case .preparing: ending.contains(number) ? .end : .nothing
        case .running(let child): isOfTerminal ? .nothing : .forward(child)
        case .over: ending.contains(number) ? .exit : .nothing
        }
    }

    /// The signal that ended the preparations, if any.
    var received: Int32? { state.withLock { $0.received } }

    /// Calls `handler` once, when a signal ends the preparations.
    func onEnd(_ handler: @escaping @Sendable () -> Void) {
        let already = state.withLock { state in
            state.handler = handler
            return state.received != nil
        }
        if already { handler() }
    }

    /// From now on they go to this child, as does one that came just before.
    func forward(to child: pid_t) {
        state.withLock { state in
            state.phase = .running(child)
            if let number = state.received { kill(child, number) }
        }
    }

    /// The child has ended; `reap` makes its number free for others, so nothing is sent to it behind that.
    func end<Result: Sendable>(_ reap: () -> Result) -> Result {
        state.withLock { state in
            state.phase = .over
            return reap()
        }
    }

    private func deliver(_ number: Int32, isOfTerminal: Bool) {
        let handler: (@Sendable () -> Void)? = state.withLock { state in
            switch Self.action(number, isOfTerminal: isOfTerminal, in: state.phase) {
            case .nothing: return nil
            case .forward(let child):
                _ = kill(child, number)
                return nil
            case .exit: _exit(128 + number)
            case .end:
                guard state.received == nil else { return nil }
                state.received = number
                return state.handler
            }
        }
        handler?()
    }

    /// The handler only writes a byte to a pipe, which is all that a handler may do; a thread reads it.
    private func startThread() {
        var ends: (Int32, Int32) = (-1, -1)
        _ = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
        }
        let reader = ends.0
        forwardingPipe.store(ends.1, ordering: .sequentiallyConsistent)
        Thread.detach { [self] in
            var byte: UInt8 = 0
            while true {
                let count = read(reader, &byte, 1)
                if count == 1 {
                    deliver(Int32(byte & 0x7F), isOfTerminal: byte & 0x80 != 0)
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
        for number in Self.ending + Self.others {
            var before = sigaction()
            sigaction(number, nil, &before)
            // What is ignored, as under nohup, stays so, for the command as well.
            if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
            {
                continue
            }
            var action = sigaction()
            action.__sigaction_handler.sa_sigaction = noteForwarded
            action.sa_flags = SA_SIGINFO | SA_RESTART
            sigaction(number, &action, nil)
        }
    }
}

/// Where the signal handler writes to.
private let forwardingPipe = Atomic<Int32>(-1)

private func noteForwarded(_ number: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _: UnsafeMutableRawPointer?) {
    let before = errno
    // A process that sends a signal has a code of 0 or less.
    let isOfTerminal = (info?.pointee.si_code ?? 0) > 0
    var byte = UInt8(truncatingIfNeeded: number) | (isOfTerminal ? 0x80 : 0)
    _ = write(forwardingPipe.load(ordering: .relaxed), &byte, 1)
    errno = before
}
