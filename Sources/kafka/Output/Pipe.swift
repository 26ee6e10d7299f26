// SPDX-License-Identifier: Apache-2.0

import Libc

enum Pipe {
    /// Lets a pipe hold 1 MiB, the most that an unprivileged process may ask for, instead of 64 KiB; nothing else is
    /// changed by it.
    static func widen(_ descriptor: Int32) {
        // F_SETPIPE_SZ, which Glibc's module does not have.
        _ = fcntl(descriptor, 1031, Int32(1 << 20))
    }

    /// How much lies in a pipe, seen from the end that writes; 0 where that can't be told.
    static func unreadBytes(_ descriptor: Int32) -> Int {
        var count: CInt = 0
        // FIONREAD, which Glibc's module does not have.
        return ioctl(descriptor, 0x541B, &count) == 0 ? Int(max(count, 0)) : 0
    }
}
