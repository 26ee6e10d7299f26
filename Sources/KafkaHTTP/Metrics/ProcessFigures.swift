// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// What the system says of this process.
struct ProcessFigures {
    /// Seconds of a core's time.
    var cpuSeconds = 0.0
    var residentBytes: Int64 = 0
    var virtualBytes: Int64 = 0
    var openFiles = 0
    var mostOpenFiles: Int64 = 0
    /// Seconds since 1970.
    var startTime = 0.0
    var threadCount = 0

    init() {
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            cpuSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            mostOpenFiles = Int64(clamping: limit.rlim_cur)
        }
        let page = Int64(sysconf(Int32(_SC_PAGESIZE)))
        let memory = Self.words("/proc/self/statm").compactMap { Int64($0) }
        if memory.count > 1 {
            virtualBytes = memory[0].multipliedReportingOverflow(by: page).partialValue
            residentBytes = memory[1].multipliedReportingOverflow(by: page).partialValue
        }
        openFiles = Self.entries(of: "/proc/self/fd")
        // Behind the name, which may hold anything but ends with the last parenthesis.
        let line = Self.text("/proc/self/stat")
        let fields = line[(line.lastIndex(of: ")") ?? line.startIndex)...].split(separator: " ")
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        if fields.count > 20, let start = Double(fields[20]) {
            threadCount = Int(fields[18]) ?? 0
            startTime = Self.bootTime + start / ticks
        }
    }

    private static let bootTime: Double = {
        let line = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }()

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    private static func words(_ path: String) -> [Substring] { text(path).split { $0 == " " || $0 == "\n" } }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        while true {
            let part = [UInt8](unsafeUninitializedCapacity: 1 << 14) { space, count in
                count = max(read(file, space.baseAddress, space.count), 0)
            }
            guard !part.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part
        }
    }

    /// But for the one by which they are counted.
    private static func entries(of path: String) -> Int {
        guard let directory = opendir(path) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) { if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 } }
        return max(count - 1, 0)
    }
}
