// SPDX-License-Identifier: Apache-2.0

import Libc

/// The command that `kafka dev` runs: a child with this process's standard streams.
enum DevProcess {
    /// Runs it to its end.
    /// - Returns: its status, 128 and the signal's number after a death by signal, 127 and 126 as a shell.
    static func run(
        _ command: [String], environment: [(name: String, value: String)], descriptors: [Int32],
        _ signals: ForwardedSignals
    ) async -> Int32 {
        let words = DevLauncher.words(command, descriptors: descriptors)
        return await withCheckedContinuation { continuation in
            // The child is told when the thread that started it ends, so that it must be one that stays.
            Thread.detach {
                continuation.resume(returning: runAndWait(words, environment, signals))
            }
        }
    }

    private static func runAndWait(
        _ words: [String], _ environment: [(name: String, value: String)], _ signals: ForwardedSignals
    ) -> Int32 {
        let terminal = TerminalSettings()
        guard let child = ChildProcess.start(words, environment) else { return 126 }
        signals.forward(to: child)
        var info = siginfo_t()
        while waitid(P_PID, id_t(child), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let status = signals.end { ChildProcess.wait(for: child) }
        // Who was killed may have left the terminal without echo.
        if status > 128 { terminal?.restore() }
        return status
    }
}
