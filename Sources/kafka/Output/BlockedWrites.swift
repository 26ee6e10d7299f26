// SPDX-License-Identifier: Apache-2.0

import Libc
import Synchronization

/// Writes that a pipe holds up whose reader takes nothing: a signal ends them, and what is written from then on goes out
/// only as long as the reader makes room.
enum BlockedWrites {
    /// Pthreads are pointers on some systems.
    private struct Thread: @unchecked Sendable { let id: pthread_t }

    /// Those that write at the moment.
    private static let writers = Mutex<[Thread]>([])
    private static let hasEnded = Atomic<Bool>(false)

    /// A signal that nothing else uses here, to interrupt system calls with.
    private static let interruption = SIGURG
    /// A reader that is alive makes room within this time, or is not waited for.
    private static let patience: Duration = .milliseconds(500)
    /// A pipe with room takes so much without waiting (PIPE_BUF).
    private static let pieceBytes = 4096

    /// Calls write(2) or its kin, which may be interrupted.
    /// - Parameter body: gets how many bytes it may write at most.
    /// - Returns: what `body` returns; nil if nobody makes room any more.
    static func write(to descriptor: Int32, _ body: (_ limit: Int) -> Int) -> Int? {
        let isLast = hasEnded.load(ordering: .relaxed)
        if isLast, !hasRoom(descriptor) { return nil }
        let thread = Thread(id: pthread_self())
        admitInterruption()
        writers.withLock { $0.append(thread) }
        defer {
            // What follows must find the reason.
            let code = errno
            writers.withLock { writers in
                if let index = writers.lastIndex(where: { pthread_equal($0.id, thread.id) != 0 }) {
                    writers.remove(at: index)
                }
            }
            errno = code
        }
        return body(isLast ? pieceBytes : .max)
    }

    /// Nobody who takes nothing is waited for any more.
    static func end() {
        guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
        signal(interruption) { _ in }
        var action = sigaction()
        sigaction(interruption, nil, &action)
        action.sa_flags &= ~SA_RESTART
        sigaction(interruption, &action, nil)
        kafka.Thread.detach {
            // Again and again: a writer may be just about to begin.
            while true {
                // Under the lock, so that none of them ends meanwhile.
                writers.withLock { for writer in $0 { pthread_kill(writer.id, interruption) } }
                usleep(20_000)
            }
        }
    }

    /// The threads of tasks take no signals by themselves.
    private static func admitInterruption() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, interruption)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static func hasRoom(_ descriptor: Int32) -> Bool {
        let deadline = ContinuousClock.now + patience
        while true {
            var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let left = deadline - .now
            let found = poll(&room, 1, CInt(max(0, left / .milliseconds(1))))
            if found >= 0 || errno != EINTR { return found > 0 }
        }
    }
}
