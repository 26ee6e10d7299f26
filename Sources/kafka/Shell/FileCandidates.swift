// SPDX-License-Identifier: Apache-2.0

import Libc

/// Files whose paths begin with what is typed; directories end in a slash.
enum FileCandidates {
    static func find(_ typed: String) -> [String] {
        let slash = typed.lastIndex(of: "/")
        let directory = slash.map { String(typed[...$0]) } ?? ""
        let name = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        guard let stream = opendir(directory.isEmpty ? "." : directory) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let file = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Hidden ones only when asked for.
            if file == "." || file == ".." || !file.hasPrefix(name) || (name.isEmpty && file.hasPrefix(".")) {
                continue
            }
            var information = stat()
            let isDirectory = stat(directory + file, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
            found.append(directory + file + (isDirectory ? "/" : ""))
        }
        return found.sorted()
    }
}
