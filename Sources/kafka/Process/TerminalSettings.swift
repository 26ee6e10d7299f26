// SPDX-License-Identifier: Apache-2.0

import Libc

/// How the terminal was before a program had it: one that was killed may leave it without echo.
struct TerminalSettings: Sendable {
    private var settings = termios()

    init?() {
        guard tcgetattr(0, &settings) == 0 else { return nil }
    }

    func restore() {
        var settings = settings
        tcsetattr(0, TCSADRAIN, &settings)
    }
}
