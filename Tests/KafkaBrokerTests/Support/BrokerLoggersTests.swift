// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization
import Testing

@testable import KafkaBroker

@Suite struct BrokerLoggersTests {
    /// What is written, each with the name of its logger.
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Recorder: LogHandler {
        let lines: Lines
        var logLevel = Logger.Level.notice
        var metadata = Logger.Metadata()
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.all.withLock { $0.append("\(event.level) \(event.source) \(event.message)") }
        }
    }

    private func loggers(
        _ lines: Lines = Lines(), levels: [(logger: String, level: Logger.Level)] = []
    ) -> BrokerLoggers {
        BrokerLoggers(Logger(label: "broker") { _ in Recorder(lines: lines) }, levels: levels)
    }

    private func level(_ name: String, _ loggers: BrokerLoggers) -> Logger.Level? {
        loggers.levels.first { $0.name == name }?.level
    }

    @Test("A logger says what its level lets through, also one that was handed out before the level was changed")
    func changes() {
        let lines = Lines()
        let loggers = loggers(lines)
        let logger = loggers[.network]
        logger.info("one")
        loggers.set("kafka.network", .info)
        logger.info("two")
        loggers[.server].info("three")
        loggers.set("kafka.network", nil)
        logger.info("four")
        logger.notice("five")
        #expect(lines.all.withLock { $0 } == ["info kafka.network two", "notice kafka.network five"])
    }

    @Test("A level holds for the loggers below, a longer name counts more, and the root for all others")
    func hierarchy() {
        let loggers = loggers(levels: [("kafka.coordinator", .debug), ("org.apache.kafka.coordinator.group", .error)])
        #expect(level("kafka.coordinator.group", loggers) == .error)
        #expect(level("kafka.coordinator.transaction", loggers) == .debug)
        #expect(level("kafka.network", loggers) == .notice)
        loggers.set("root", .trace)
        loggers.set("root", nil)
        #expect(level("kafka.network", loggers) == .trace && level("root", loggers) == .trace)
        loggers.set("kafka", .warning)
        #expect(level("kafka.network", loggers) == .warning && level("state.change.logger", loggers) == .trace)
        #expect(level("kafka.coordinator.group", loggers) == .error)
    }

    @Test("A name below another by its letters alone is another logger")
    func names() {
        let loggers = loggers(levels: [("kafka.net", .trace)])
        #expect(level("kafka.network", loggers) == .notice)
        for name in ["root", "kafka", "kafka.log", "kafka.log.LogCleaner", "org.apache.kafka"] {
            #expect(loggers.exists(name), "\(name)")
        }
        for name in ["", "kafka.net", "kafka.log.Log", "kafka.log.LogCleaner.x", "org.apache"] {
            #expect(!loggers.exists(name), "\(name)")
        }
    }

    @Test("Changes of levels are all made or none, and what Kafka refuses is refused in its words")
    func alterations() {
        let loggers = loggers()
        let levels = LoggerLevels(loggers: loggers, nodeID: 1)
        func alter(_ changes: [(String, Int8, String?)], broker: String = "1", validateOnly: Bool = false) -> String? {
            levels.alter(
                broker, changes.map { ConfigChange(name: $0.0, operation: $0.1, value: $0.2) },
                validateOnly: validateOnly
            ).map { "\($0.code): \($0.message)" }
        }
        #expect(alter([("kafka.network", 0, "DEBUG")], validateOnly: true) == nil)
        #expect(level("kafka.network", loggers) == .notice)
        #expect(alter([("kafka.network", 0, "DEBUG"), ("kafka.server", 0, "warn")]) == nil)
        #expect(level("kafka.network", loggers) == .debug && level("kafka.server", loggers) == .warning)
        #expect(
            alter([("kafka.network", 1, nil), ("no.such", 0, "INFO")])?.hasSuffix("Logger no.such does not exist!")
                == true)
        #expect(level("kafka.network", loggers) == .debug)
        #expect(alter([("kafka.network", 0, "LOUD")])?.contains("is not a supported log level") == true)
        #expect(alter([("kafka.network", 0, nil)])?.contains("is not a supported log level") == true)
        #expect(alter([("kafka.network", 2, "INFO")])?.contains("APPEND operation is not allowed") == true)
        #expect(alter([("kafka.network", 9, "INFO")]) != nil)
        #expect(alter([("root", 1, nil)])?.contains("root logger is not allowed") == true)
        #expect(alter([("root", 0, "ERROR")], broker: "2")?.contains("expected 1, but received 2") == true)
        #expect(alter([("root", 0, "ERROR"), ("root", 0, "INFO")])?.contains("duplicate") == true)
        #expect(alter([("kafka.network", 1, nil)]) == nil && level("kafka.network", loggers) == .notice)
        let described = levels.describe().first { $0.name == "root" }
        #expect(described?.value == "NOTICE" && described?.configSource == 6)
    }
}
