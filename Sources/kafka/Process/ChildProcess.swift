// SPDX-License-Identifier: Apache-2.0

// The environment is a global variable of C; nothing here changes it.
@preconcurrency import Libc

/// The executable once more, as a process of its own on the same terminal: Ctrl-C reaches it as it reaches every
/// program, and what it leaves behind in memory goes with it.
enum ChildProcess {
    /// Runs `kafka WORDS` to its end and returns its status, 128 and the signal's number after a death by signal.
    /// - Parameter environment: variables that the child has beside those of this process.
    static func run(_ words: [String], environment: [(name: String, value: String)]) -> Int32 {
        let terminal = TerminalSettings()
        defer { terminal?.restore() }
        // The shell ignores the signals of the keyboard.
        guard let child = start(words, environment, resetting: [SIGINT, SIGQUIT, SIGTERM, SIGTSTP]) else { return 126 }
        return wait(for: child)
    }

    /// Starts `kafka WORDS`; nil if that fails.
    /// - Parameters:
    ///   - signals: begin with what the system does by default; SIGPIPE, which NIO ignores, does so always.
    ///   - flags: more for `posix_spawnattr_setflags`.
    ///   - redirect: what becomes of the child's descriptors.
    static func start(
        _ words: [String], _ environment: [(name: String, value: String)] = [], resetting signals: [Int32] = [],
        flags: Int16 = 0, redirect: (inout posix_spawn_file_actions_t) -> Void = { _ in }
    ) -> pid_t? {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var reset = sigset_t()
        sigemptyset(&reset)
        for signal in signals + [SIGPIPE] { sigaddset(&reset, signal) }
        posix_spawnattr_setsigdefault(&attributes, &reset)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | flags)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions)
        var child = pid_t()
        let failure = withStrings(["kafka"] + words) { arguments in
            withStrings(variables(with: environment)) { variables in
                posix_spawn(&child, executable, &actions, &attributes, arguments, variables)
            }
        }
        return failure == 0 ? child : nil
    }

    /// Waits for its end; the status as `run` returns it.
    static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return 126 } }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private static var executable: String {
        return "/proc/self/exe"
    }

    private static func variables(with more: [(name: String, value: String)]) -> [String] {
        var all: [String] = []
        guard var next = environ as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? else { return [] }
        while let variable = next.pointee {
            let text = String(cString: variable)
            if !more.contains(where: { text.hasPrefix($0.name + "=") }) { all.append(text) }
            next += 1
        }
        return all + more.map { "\($0.name)=\($0.value)" }
    }

    /// `body` with a C array of strings that ends in nil.
    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
