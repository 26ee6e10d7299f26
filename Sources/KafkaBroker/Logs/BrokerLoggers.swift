// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Logging
internal import Synchronization

/// The broker's loggers by name, and how much each of them says, which can be changed while it runs (KIP-412).
///
/// A level holds for a logger and for those below it: `kafka.coordinator` for that of groups and that of transactions.
final class BrokerLoggers: Sendable {
    /// The parts of a broker that can be told apart, by the names that Kafka's loggers have.
    enum Name: String, CaseIterable {
        /// Who was allowed or refused what.
        case authorizer = "kafka.authorizer.logger"
        case controller = "kafka.controller"
        case groups = "kafka.coordinator.group"
        case shares = "kafka.coordinator.share"
        case transactions = "kafka.coordinator.transaction"
        case cleaner = "kafka.log.LogCleaner"
        case logs = "kafka.log.LogManager"
        /// Connections.
        case network = "kafka.network"
        case requests = "kafka.request.logger"
        /// Certificates and logins.
        case security = "kafka.security"
        case server = "kafka.server"
        /// What becomes of topics and configurations.
        case changes = "state.change.logger"
    }

    static let root = "root"

    private struct State {
        var root: Logger.Level
        /// Of those that were set.
        var levels: [String: Logger.Level] = [:]
    }

    private let output: Logger
    private let state: Mutex<State>
    private let current: [Name: LoggerLevel]

    /// - Parameters:
    ///   - logger: what they write to, and the level of all that have none of their own.
    ///   - levels: of some, by Kafka's names, those of its Java packages as well.
    init(_ logger: Logger, levels: [(logger: String, level: Logger.Level)] = []) {
        var output = logger
        output.logLevel = .trace
        self.output = output
        state = Mutex(State(root: logger.logLevel))
        current = Dictionary(Name.allCases.map { ($0, LoggerLevel(logger.logLevel)) }) { first, _ in first }
        for (name, level) in levels { set(name, level) }
    }

    subscript(name: Name) -> Logger {
        let handler = NamedLogHandler(output: output, name: name.rawValue, level: current[name]!)
        return Logger(label: name.rawValue) { _ in handler }
    }

    /// Every logger with its level, in order.
    var levels: [(name: String, level: Logger.Level)] {
        let (root, own) = state.withLock { ($0.root, $0.levels) }
        var all = own
        for (name, level) in current { all[name.rawValue] = level.value }
        all[Self.root] = root
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Whether there is such a logger, or one below it.
    func exists(_ name: String) -> Bool {
        let name = Self.canonical(name)
        return name == Self.root || Name.allCases.contains { Self.covers(name, $0.rawValue) }
    }

    /// - Parameter level: nil for that of the logger above; the root keeps its own then.
    func set(_ name: String, _ level: Logger.Level?) {
        let name = Self.canonical(name)
        state.withLock { state in
            if name != Self.root {
                state.levels[name] = level
            } else if let level {
                state.root = level
            }
            for (logger, current) in current {
                let nearest = state.levels.filter { Self.covers($0.key, logger.rawValue) }
                    .max { $0.key.utf8.count < $1.key.utf8.count }
                current.value = nearest?.value ?? state.root
            }
        }
    }

    private static func covers(_ name: String, _ logger: String) -> Bool {
        logger == name || logger.hasPrefix(name + ".")
    }

    /// Java's packages stand for what they hold: org.apache.kafka.coordinator.group for kafka.coordinator.group.
    private static func canonical(_ name: String) -> String {
        let prefix = "org.apache."
        return covers("org.apache.kafka", name) ? String(name.dropFirst(prefix.utf8.count)) : name
    }
}

/// The level of a logger, read with each message.
final class LoggerLevel: Sendable {
    private let number: Atomic<Int>

    init(_ level: Logger.Level) { number = Atomic(Self.all.firstIndex(of: level) ?? 0) }

    var value: Logger.Level {
        get { Self.all[number.load(ordering: .relaxed)] }
        set { number.store(Self.all.firstIndex(of: newValue) ?? 0, ordering: .relaxed) }
    }

    private static let all = Logger.Level.allCases
}

/// Writes to another logger under a name of its own.
private struct NamedLogHandler: LogHandler {
    let output: Logger
    let name: String
    let level: LoggerLevel
    var metadata = Logger.Metadata()

    init(output: Logger, name: String, level: LoggerLevel) {
        self.output = output
        self.name = name
        self.level = level
    }

    /// Changed for all copies at once, or not at all.
    var logLevel: Logger.Level {
        get { level.value }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.isEmpty ? event.metadata : metadata.merging(event.metadata ?? [:]) { $1 }
        output.log(
            level: event.level, event.message, metadata: all, source: name, file: event.file, function: event.function,
            line: event.line)
    }
}
