// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import Logging

/// How much the broker says on standard error.
enum BrokerLogLevel {
    static let variable = "KAFKA_LOG_LEVEL"

    static let names = Logger.Level.allCases.filter { $0 != .critical }.map(\.rawValue)

    /// What the environment says; else little more than what somebody has to do something about.
    static func standard(_ environment: Environment) throws(CommandError) -> Logger.Level {
        guard let text = environment[variable], !text.isEmpty else { return .notice }
        return try parse(text, of: "the environment variable \(variable)")
    }

    /// - Parameter source: where the text comes from, for the error.
    static func parse(_ text: String, of source: String) throws(CommandError) -> Logger.Level {
        // The names that Kafka's log4j has for them as well.
        guard let level = LogLevelName.level(text) else {
            throw CommandError(
                "Invalid value '\(text)' of \(source): it must be one of \(names.joined(separator: ", ")).")
        }
        return level
    }
}
