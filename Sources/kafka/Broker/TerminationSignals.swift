// SPDX-License-Identifier: Apache-2.0

import Glibc

/// SIGTERM and SIGINT as something to wait for.
struct TerminationSignals: Sendable {
    private let stream: AsyncStream<String>

    /// Blocks the signals in this thread and those that it makes from now on, and waits for them in one of its own.
    init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        self.stream = stream
        let waiter = Waiter(set: set, continuation: continuation)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Waiter>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(waiter).toOpaque())
        pthread_detach(thread)
    }

    /// The name of the next signal.
    func next() async -> String {
        for await name in stream { return name }
        return "the end of signals"
    }

    private final class Waiter {
        private var set: sigset_t
        private let continuation: AsyncStream<String>.Continuation

        init(set: sigset_t, continuation: AsyncStream<String>.Continuation) {
            self.set = set
            self.continuation = continuation
        }

        func run() {
            var signal: Int32 = 0
            while sigwait(&set, &signal) == 0 { continuation.yield(signal == SIGTERM ? "SIGTERM" : "SIGINT") }
        }
    }
}
