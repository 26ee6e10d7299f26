// SPDX-License-Identifier: Apache-2.0

import Logging

/// How the broker's log is written to standard error.
enum BrokerLogFormat: String, CaseIterable {
    case text
    /// An object a line.
    case json

    static let variable = "KAFKA_LOG_FORMAT"
    static let names = allCases.map(\.rawValue)

    /// What the option says, else the environment, else text.
    static func chosen(_ option: String?, _ environment: Environment) throws(CommandError) -> BrokerLogFormat {
        if let option { return try parse(option, of: "option log-format") }
        guard let text = environment.text(variable) else { return .text }
        return try parse(text, of: "the environment variable \(variable)")
    }

    /// - Parameter source: where the text comes from, for the error.
    static func parse(_ text: String, of source: String) throws(CommandError) -> BrokerLogFormat {
        guard let format = BrokerLogFormat(rawValue: text.lowercased()) else {
            throw CommandError(
                "Invalid value '\(text)' of \(source): it must be one of \(names.joined(separator: ", ")).")
        }
        return format
    }

    /// Writes a line that doesn't depend on how much is logged.
    func write(_ line: String) {
        handler("broker").log(
            event: LogEvent(
                level: .notice, message: "\(line)", metadata: nil, source: "kafka.server", file: #fileID,
                function: #function, line: #line))
    }

    func handler(_ label: String) -> any LogHandler {
        switch self {
        case .text: VisibleLog(StreamLogHandler.standardError(label: label))
        case .json: JSONLog(descriptor: 2)
        }
    }
}
