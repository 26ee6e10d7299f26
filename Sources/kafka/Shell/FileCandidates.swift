// SPDX-License-Identifier: Apache-2.0

import KafkaLog

/// Files whose paths begin with what is typed; directories end in a slash.
enum FileCandidates {
    static func find(_ typed: String) -> [String] {
        let slash = typed.lastIndex(of: "/")
        let directory = slash.map { String(typed[...$0]) } ?? ""
        let name = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        guard let files = try? FileSystem.names(in: directory.isEmpty ? "." : directory) else { return [] }
        // Hidden ones only when asked for.
        return files.filter { $0.hasPrefix(name) && !(name.isEmpty && $0.hasPrefix(".")) }
            .map { file in
                let isDirectory = (try? FileSystem.status(directory + file))?.isDirectory == true
                return directory + file + (isDirectory ? "/" : "")
            }
            .sorted()
    }
}
