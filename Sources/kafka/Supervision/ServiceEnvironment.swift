// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaLog
import Libc

/// What a service manager, systemd or one that speaks its language, says to a service by its environment.
struct ServiceEnvironment: Sendable {
    /// $NOTIFY_SOCKET
    private(set) var notifySocket: NotifySocket?
    /// $WATCHDOG_USEC: how often the service must say that it is well, at least.
    private(set) var watchdog: Duration?
    /// $LISTEN_FDS: what the manager listens on in place of the broker.
    private(set) var sockets: [PassedSocket] = []
    /// $JOURNAL_STREAM: whether standard error goes to the journal, which knows priorities.
    private(set) var hasJournal = false

    /// Takes the variables out of this process's environment: they aren't meant for a command that it starts.
    /// - Throws: for sockets that are not there; all other nonsense counts as not said.
    static func take(_ environment: Environment, process: pid_t = getpid()) throws -> ServiceEnvironment {
        defer {
            // Tests bring environments of their own.
            if environment.variables == nil { for name in names { unsetenv(name) } }
        }
        var service = ServiceEnvironment()
        service.notifySocket = environment["NOTIFY_SOCKET"].flatMap { NotifySocket($0) }
        if let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0,
            isMeant(environment["WATCHDOG_PID"], process)
        {
            service.watchdog = .microseconds(microseconds)
        }
        if environment["LISTEN_PID"] != nil, isMeant(environment["LISTEN_PID"], process) {
            service.sockets = try sockets(environment["LISTEN_FDS"] ?? "", environment["LISTEN_FDNAMES"])
        }
        service.hasJournal = isStandardError(environment["JOURNAL_STREAM"])
        return service
    }

    private static let names = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    ]

    private static func isMeant(_ text: String?, _ process: pid_t) -> Bool {
        text.map { pid_t($0) == process } ?? true
    }

    /// The descriptors behind standard error, with their names, which are separated by colons.
    private static func sockets(_ count: String, _ names: String?) throws -> [PassedSocket] {
        guard let count = Int32(count), count > 0 else { return [] }
        let names = names?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        var sockets: [PassedSocket] = []
        for index in 0..<count {
            let descriptor = 3 + index
            guard descriptor < Int32.max, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
                throw CommandError(
                    "The environment says that \(count) sockets were passed to this process (LISTEN_FDS), but descriptor "
                        + "\(descriptor) is not open")
            }
            let name = Int(index) < names.count ? String(names[Int(index)]) : nil
            sockets.append(try PassedSocket(descriptor: descriptor, name: name))
        }
        return sockets
    }

    /// Whether `DEVICE:INODE` is where standard error goes.
    private static func isStandardError(_ stream: String?) -> Bool {
        guard let stream, let facts = FileFacts(descriptor: 2) else { return false }
        return stream == "\(facts.device):\(facts.inode)"
    }
}
