// SPDX-License-Identifier: Apache-2.0

import Libc
import SystemPackage

/// A broker in the background: in a session of its own, so that it outlives the terminal.
enum Daemon {
    /// Starts `kafka WORDS`, its output in a file of `directory`, and waits until it accepts connections.
    /// - Returns: the line with which it says so.
    static func start(_ words: [String], directory: String) async throws -> String {
        let path = directory + "/kafkaServer.out"
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw CommandError("Cannot create the directory for logs, '\(directory)': \(Errno(rawValue: errno))")
        }
        let output = try open(path)
        let child: pid_t?
        do {
            defer { try? output.close() }
            child = ChildProcess.startDetached(words, output: output.rawValue)
        }
        guard let child else { throw CommandError("The broker's process can't be started.") }
        while true {
            let hasEnded = waitpid(child, nil, WNOHANG) == child
            let lines = try FileText.read(path, for: "the broker's output").split(separator: "\n")
            // By itself, or in a log of JSON.
            let ready = lines.first { $0.hasPrefix("ready on ") || $0.contains("\"message\":\"ready on ") }
            if let ready { return String(ready) }
            if hasEnded {
                throw CommandError("The broker did not start: \(lines.last ?? "it said nothing") (see \(path))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func open(_ path: String) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate, .append],
                permissions: .ownerReadWrite)
        } catch let error as Errno {
            throw CommandError("Cannot write the broker's output to '\(path)': \(error)")
        }
    }
}

extension ChildProcess {
    private static var newSession: Int16 {
        // POSIX_SPAWN_SETSID, which the headers have for GNU sources only.
        0x80
    }

    /// Starts `kafka WORDS` in a session of its own, without input; nil if that fails.
    static func startDetached(_ words: [String], output: Int32) -> pid_t? {
        start(words, flags: newSession) { actions in
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
    }
}
