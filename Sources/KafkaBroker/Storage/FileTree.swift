// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import Libc

enum FileTree {
    /// Removes a directory and all below it, and no more than the links that are in it; what can't be removed stays.
    static func remove(_ path: String) {
        for name in (try? FileSystem.names(in: path)) ?? [] {
            let child = "\(path)/\(name)"
            guard let facts = FileFacts(child, followsLinks: false) else { continue }
            if facts.isDirectory { remove(child) } else { unlink(child) }
        }
        rmdir(path)
    }
}
