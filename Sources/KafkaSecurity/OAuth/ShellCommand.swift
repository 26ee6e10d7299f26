// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
@preconcurrency internal import Libc
internal import NIOCore
internal import NIOPosix

/// Runs a command of the user's for what it prints.
enum ShellCommand {
    private static let mostBytes = 1 << 20

    /// - Parameter property: who names the command, for the message; what it prints is never in one.
    static func output(_ command: String, for property: String, timeoutMs: Int64) async throws(SecurityError) -> String
    {
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                try run(command, property, deadline: NIODeadline.now() + .milliseconds(min(timeoutMs, 3_600_000)))
            }
        } catch {
            throw error as? SecurityError ?? SecurityError("\(property) can't be run: \(error)")
        }
    }

    private static func run(_ command: String, _ property: String, deadline: NIODeadline) throws -> String {
        var pipe: [Int32] = [-1, -1]
        guard Libc.pipe(&pipe) == 0 else {
            throw SecurityError("\(property) can't be run: \(String(cString: strerror(errno)))")
        }
        for descriptor in pipe { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let child = spawn(command, output: pipe[1])
        close(pipe[1])
        defer { close(pipe[0]) }
        guard let child else { throw SecurityError("\(property) can't be run") }
        let output: [UInt8]
        do { output = try read(pipe[0], property, deadline) } catch {
            kill(-child, SIGKILL)
            _ = wait(child)
            throw error
        }
        let status = wait(child)
        guard status == 0 else { throw SecurityError("\(property) failed with status \(status)") }
        guard let text = String(validating: output, as: UTF8.self) else {
            throw SecurityError("\(property) printed something that is no text")
        }
        return text
    }

    private static func spawn(_ command: String, output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
        var child = pid_t()
        let words = (["sh", "-c", command] as [String]).map { (word: String) -> UnsafeMutablePointer<CChar>? in
            strdup(word)
        }
        defer { for word in words { free(word) } }
        return posix_spawn(&child, "/bin/sh", &actions, &attributes, words + [nil], environ) == 0 ? child : nil
    }

    private static func read(_ descriptor: Int32, _ property: String, _ deadline: NIODeadline) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let rest = (deadline - .now()).nanoseconds / 1_000_000
            guard rest > 0 else { throw SecurityError("\(property) did not end in time") }
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, Int32(clamping: rest)) > 0 else { continue }
            let count = Libc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= mostBytes else {
                throw SecurityError("\(property) prints more than \(mostBytes) bytes")
            }
        }
    }

    private static func wait(_ child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return -1 } }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
