// SPDX-License-Identifier: Apache-2.0

import Libc

/// The pages of the executable that are mapped into this process.
enum ProgramPages {
    /// Unmaps the code, of which a start touches most and serving little. What is used again comes back from the
    /// system's page cache at its first use, sixteen pages at a time; what a debugger changed there is lost.
    static func release() {
        guard let maps = try? FileText.read("/proc/self/maps", for: "the memory map") else { return }
        // The first mapping is the executable's; each line is `from-to permissions offset device inode path`.
        let lines = maps.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 5) }
        guard let path = lines.first?.last else { return }
        for words in lines where words.count == 6 && words[1] == "r-xp" && words[5] == path {
            let ends = words[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
