// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a piece of work costs.
enum Resources {
    /// CPU seconds of this thread, whatever else is running.
    static func cpuSeconds(_ work: () throws -> Void) rethrows -> Double {
        let start = threadSeconds()
        try work()
        return threadSeconds() - start
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The largest address space that the process ever had, touched or not, in bytes; nil where there is no /proc.
    static func peakAddressSpace() -> Int? { status("VmPeak:") }

    /// Memory in use now, in bytes; nil where there is no /proc.
    static func residentMemory() -> Int? { status("VmRSS:") }

    private static func status(_ key: String) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }),
            let kilobytes = Int(line.filter(\.isNumber))
        else { return nil }
        return kilobytes * 1024
    }
}
