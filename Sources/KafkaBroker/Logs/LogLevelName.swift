// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Levels as Kafka's log4j has them, beside which there is NOTICE here.
package enum LogLevelName {
    /// Nil for what is none; letters may be large or small.
    package static func level(_ name: String) -> Logger.Level? {
        switch name.lowercased() {
        case "warn": .warning
        case "fatal", "off": .critical
        case "all": .trace
        case let other: Logger.Level(rawValue: other)
        }
    }

    package static func name(_ level: Logger.Level) -> String {
        switch level {
        case .warning: "WARN"
        case .critical: "FATAL"
        default: level.rawValue.uppercased()
        }
    }

    static let all = Logger.Level.allCases.map(name)
}
