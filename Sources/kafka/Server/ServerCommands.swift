// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `kafka server-start`: `kafka broker` by the name of Kafka's script.
struct ServerStartCommand: Command {
    static let definition: CommandDefinition = {
        var definition = BrokerCommand.definition
        definition.name = "server-start"
        definition.summary = "Run a broker: another name of kafka broker"
        definition.options.append(.flag("daemon", "Not supported: use nohup, systemd or a container"))
        definition.examples = [
            .init("kafka server-start server.properties", "A broker with Kafka's configuration file")
        ]
        return definition
    }()

    private let broker: BrokerCommand

    init(_ arguments: Arguments) throws {
        if arguments.flag("daemon") {
            throw CommandError(
                "-daemon is not supported: run 'nohup kafka broker … &', or let systemd or a container run it.")
        }
        guard !arguments.operands.isEmpty else {
            throw CommandError(
                "A properties file is missing: kafka server-start server.properties; kafka broker needs none")
        }
        broker = try BrokerCommand(arguments)
    }

    func run(_ context: Context) async throws { try await broker.run(context) }
}

/// `kafka server-stop`: SIGTERM to the brokers of this user on this machine.
struct ServerStopCommand: Command {
    static let definition = CommandDefinition(
        name: "server-stop",
        summary: "Stop the brokers that run on this machine",
        options: [
            .value("process-role", "ROLE", "broker or controller; a broker here is both"),
            .value("node-id", "ID", "Not supported: stop one broker with kill and its process id"),
        ],
        examples: [.init("kafka server-stop", "Stop all brokers of this executable")])

    init(_ arguments: Arguments) throws {
        _ = try arguments.choice("process-role", ["broker", "controller"])
        if arguments.has("node-id") {
            throw CommandError(
                "node-id is not supported: stop one broker with 'kill PID'; 'kafka server-stop' stops all.")
        }
    }

    func run(_ context: Context) async throws {
        let brokers = Self.brokers()
        guard !brokers.isEmpty else { throw CommandError("No kafka broker runs on this machine that could be stopped") }
        for process in brokers where kill(process, SIGTERM) != 0 {
            context.fail("Process \(process) can't be stopped: \(String(cString: strerror(errno)))")
        }
    }

    /// Processes of this very executable that run `broker` or `server-start`.
    private static func brokers() -> [pid_t] {
        guard let own = link("/proc/self/exe"), let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let process = pid_t(name), process != getpid(), link("/proc/\(name)/exe") == own,
                let bytes = try? FileText.readBytes("/proc/\(name)/cmdline", for: "a process")
            else { continue }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let tool = words.first.flatMap(Tools.name(ofLink:)) ?? words.dropFirst().first
            if tool == "broker" || tool == "server-start" { found.append(process) }
        }
        return found
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
