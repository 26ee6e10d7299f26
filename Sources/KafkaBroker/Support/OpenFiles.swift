// SPDX-License-Identifier: Apache-2.0

import Libc

/// The process's limit of open files and connections.
enum OpenFiles {
    /// Raises the soft limit to the hard one: a partition in use has up to three files open, a connection one.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
