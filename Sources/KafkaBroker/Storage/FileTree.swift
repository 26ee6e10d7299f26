// SPDX-License-Identifier: Apache-2.0

import Libc

enum FileTree {
    /// Removes a directory and all below it, and no more than the links that are in it; what can't be removed stays.
    static func remove(_ path: String) {
        guard let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let child = path + "/" + name
            if entry.pointee.d_type == UInt8(DT_DIR) { remove(child) } else { unlink(child) }
        }
        closedir(stream)
        rmdir(path)
    }
}
