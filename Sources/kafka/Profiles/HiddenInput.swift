// SPDX-License-Identifier: Apache-2.0

import Libc

/// A secret that is typed.
enum HiddenInput {
    /// Asks at the terminal of the process, whatever standard input is; nil where there is none, or nothing is typed.
    static func ask(_ prompt: String) -> String? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return nil }
        var hidden = before
        // Ctrl-C is read as a key, so that it can't leave a terminal without echo.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &hidden)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        show(prompt, terminal)
        defer { show("\n", terminal) }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return nil }
            switch byte {
            case 3: return nil
            case 4, 10, 13: return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            case 8, 127:
                // A character of several bytes goes as a whole.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            case 21: bytes = []
            default: bytes.append(byte)
            }
        }
    }

    private static func show(_ text: String, _ terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = write(terminal, bytes, bytes.count)
    }
}
