// SPDX-License-Identifier: Apache-2.0

import CProcess
import Libc
import SystemPackage

/// `kafka __exec PARENT DESCRIPTORS COMMAND ARGUMENT…` becomes the command, in a process of which the broker's own
/// knows no more than that it ends: it is told to stop if the broker is killed, and has none of its files open.
enum DevLauncher {
    static let command = "__exec"

    /// The words that start a command.
    /// - Parameter descriptors: those that it is to have beside standard streams.
    static func words(_ command: [String], descriptors: [Int32]) -> [String] {
        [Self.command, "\(getpid())", descriptors.isEmpty ? "-" : descriptors.map(String.init).joined(separator: ",")]
            + command
    }

    /// Returns only if the command can't be run: 127 if there is none, 126 for another cause, as a shell does.
    static func run(_ words: [String], _ context: Context) -> Int32 {
        guard words.count > 2, let parent = pid_t(words[0]) else { return 126 }
        let name = words[2]
        kafka_end_with_parent(SIGTERM)
        // That may have come too late.
        guard getppid() == parent else { return 128 + SIGTERM }
        let kept = words[1].split(separator: ",").compactMap { Int32($0) }
        for descriptor in openDescriptors() where !kept.contains(descriptor) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        // The threads of tasks have most signals blocked, which a program keeps.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let cause = execute(Array(words[2...]))
        context.error("kafka dev", "cannot run '\(name)': \(cause)")
        return cause == .noSuchFileOrDirectory ? 127 : 126
    }

    private static func execute(_ words: [String]) -> Errno {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        guard let file = copies[0] else { return .noMemory }
        _ = execvp(file, copies + [nil])
        return Errno(rawValue: errno)
    }

    /// Beyond the standard streams.
    static func openDescriptors() -> [Int32] {
        guard let directory = opendir("/proc/self/fd") else { return [] }
        defer { closedir(directory) }
        let own = dirfd(directory)
        var descriptors: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let descriptor = Int32(name), descriptor > 2, descriptor != own { descriptors.append(descriptor) }
        }
        return descriptors
    }

    /// Those that whoever started this process wants its children to have; to be asked before others are opened.
    static func inheritedDescriptors() -> [Int32] {
        openDescriptors().filter { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 }
    }
}
